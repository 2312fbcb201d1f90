/**
 * Keeps who is one customer level with the views: hears from the log which records said something of who they are and
 * what was decided about them, and has the resolver and the announcements follow, turn by turn. It runs beside whoever
 * writes the views, who never wait for it.
 */
import type { LoggedEvent, LogReader, Position } from '../../eventstore/store';
import { describingTypes } from '../domain/facts/catalogue';
import { recordOf } from '../domain/envelope';
import type { RecordId } from '../domain/kernel';
import { pairOf, pairTypes } from '../domain/link';
import type { Explanation } from '../domain/matching/explaining';
import { reasonOf } from '../domain/refusals';
import { revisionTypes } from '../domain/revision';
import type { Seal } from '../domain/seal';
import { Announcing } from './announcing';
import { Healing } from './healing';
import type { Matcher, MatchProgress } from './matcher';
import { Others } from './others';
import type { ViewReader } from './ports';
import { type Matching, type MatchingState, Resolving } from './resolving';
import { pause, Waking } from './waking';

/** Milliseconds that facts may gather before anybody looks at who is one customer, unless somebody waits for it. */
const MATCH_EVERY = 100;
/** Milliseconds between looks while the views are far behind: a flood goes first, but not for ever. */
const MATCH_IN_FLOOD = 5_000;
/** Milliseconds until matching that failed is tried again. */
const MATCH_AGAIN = 1_000;
/** Milliseconds after which somebody looks though nothing was heard: no event tells of a parked record that folds again. */
const LOOK_AT_LEAST = 2_000;
/** Events looked at between two rests in a flood: what is decided of many at once is shown in few writes. */
const HEARD_IN_FLOOD = 20_000;
/** Milliseconds that the views are behind in a flood. */
const FLOOD = 1_000;
const PAGE = 1_000;
/** What may change who is one customer. */
const TYPES: readonly string[] = [...describingTypes, ...revisionTypes, ...pairTypes];

export interface Sources {
  readonly log: Pick<LogReader, 'id' | 'read' | 'readAll' | 'head'>;
  /** The live views. */
  readonly views: Pick<ViewReader, 'load' | 'scan' | 'parked' | 'checkpoint' | 'name'>;
  readonly seal: Seal;
}

export class MatchLoop implements Matcher {
  private readonly stopping = new AbortController();
  private readonly waking = new Waking();
  private readonly hurrying = new Waking();
  private readonly resolving: Resolving;
  private readonly announcing: Announcing;
  private readonly explainsOnly: boolean;
  private readonly healing: Healing;
  private readonly others: Others;
  /** What the log says up to here is noted; what the views showed when this began is read from them. */
  private noted: Position | undefined;
  private generation: string | undefined;
  /** Events since the last rest. */
  private heard = 0;
  private latest: MatchProgress = { position: 0n };
  private readonly running: Promise<void>;
  /** Begins with the first wake-up; one turn at a time. */
  private turns: Promise<unknown>;

  constructor(
    private readonly sources: Sources,
    matching: Matching,
    private readonly onProgress: (progress: MatchProgress) => void,
  ) {
    this.others = new Others(sources.seal);
    this.resolving = new Resolving(sources.views, {
      ...matching,
      decide: async (wishes) => {
        const at = await matching.decide(wishes);
        this.others.weDecided(at);
        return at;
      },
    });
    this.announcing = new Announcing(sources, matching.announce);
    this.explainsOnly = matching.explainsOnly === true;
    this.healing = new Healing(sources.views);
    this.turns = this.waking.wait(this.stopping.signal);
    this.running = this.follow();
  }

  progress(): MatchProgress {
    return this.latest;
  }

  wake(): void {
    this.waking.ring();
  }

  hurry(): void {
    this.hurrying.ring();
  }

  async healed(): Promise<void> {
    await this.inTurn(async () => (await this.hearOfHealed()) && this.report({ position: 0n }));
    this.wake();
  }

  explain(a: RecordId, b: RecordId): Promise<Explanation> {
    return this.inTurn(() => this.resolving.explain(a, b));
  }

  state(): Promise<MatchingState> {
    return this.inTurn(() => this.resolving.state());
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.turns;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    await this.turns;
    while (!signal.aborted) {
      const more = await this.tryTurn();
      if (!more) await this.waking.waitAtMost(LOOK_AT_LEAST, signal);
      await this.gather(more);
    }
  }

  /** True when there is more to do at once. Where it fails everybody else goes on, and it is tried again. */
  private async tryTurn(): Promise<boolean> {
    try {
      return await this.inTurn(() => this.turn());
    } catch (problem) {
      this.forget(reasonOf(problem));
      await pause(MATCH_AGAIN, this.stopping.signal);
      return true;
    }
  }

  private async turn(): Promise<boolean> {
    const { position: shown } = await this.sources.views.checkpoint();
    this.follows(this.sources.views.name);
    await this.hearOfHealed();
    // What the views show now is read from them, what they will show is heard from the log.
    const noted = await this.note(this.noted ?? shown, shown);
    this.noted = noted;
    const resolved = await this.resolving.turn();
    const announced = this.explainsOnly || (await this.announcing.turn(shown));
    const settled = resolved && announced && noted === shown;
    if (settled) this.report({ position: noted });
    return !settled;
  }

  /** True when parked records fold again: what they say counts now, though the log told of it long ago. */
  private async hearOfHealed(): Promise<boolean> {
    const healed = await this.healing.look();
    for (const record of healed) this.resolving.said(record);
    return healed.length > 0;
  }

  /** Views of another generation may describe records otherwise: all are read anew. */
  private follows(generation: string): void {
    if (this.generation !== undefined && this.generation !== generation) this.forget();
    this.generation = generation;
  }

  /** Which records somebody said something of, from `at` on, no further than the views show. Answers how far that is. */
  private async note(at: Position, shown: Position): Promise<Position> {
    let noted = at;
    for (let end = false; !end && noted < shown && !this.resolving.isFull; ) {
      const page = await this.sources.log.readAll(noted, { limit: PAGE, filter: { types: TYPES } });
      for (const event of page.events) if (event.position <= shown) this.noteOne(event);
      noted = page.next < shown ? page.next : shown;
      end = page.end;
    }
    this.others.passed(noted);
    return noted;
  }

  private noteOne(event: LoggedEvent): void {
    this.heard += 1;
    const record = recordOf(event.stream);
    if (record !== undefined) return this.resolving.said(record);
    const pair = pairOf(event.stream);
    if (!pair) return;
    const whose = this.others.whose(event);
    if (whose === 'ours') return;
    this.resolving.decidedAbout(pair);
    if (whose === 'of whoever') this.resolving.doubt();
  }

  private async gather(more: boolean): Promise<void> {
    if (more && (this.heard < HEARD_IN_FLOOD || !(await this.isFlooded()))) return;
    this.heard = 0;
    const until = performance.now() + MATCH_IN_FLOOD;
    do await this.hurrying.waitAtMost(MATCH_EVERY, this.stopping.signal);
    while (!this.stopping.signal.aborted && performance.now() < until && (await this.isFlooded()));
  }

  /** A store that cannot be asked fails the turn, which says so. */
  private async isFlooded(): Promise<boolean> {
    try {
      const { position, recordedAt } = await this.sources.views.checkpoint();
      const head = await this.sources.log.head();
      return head.position > position && head.recordedAt - recordedAt > FLOOD;
    } catch {
      return false;
    }
  }

  private forget(unmatched?: string): void {
    this.noted = undefined;
    this.resolving.forget();
    this.announcing.restart();
    this.report({ position: 0n, ...(unmatched !== undefined && { unmatched }) });
  }

  private report(progress: MatchProgress): void {
    const { position, unmatched } = this.latest;
    if (progress.position === position && progress.unmatched === unmatched) return;
    this.latest = progress;
    this.onProgress(progress);
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.turns.then(act);
    this.turns = mine.catch(() => undefined);
    return mine;
  }
}
