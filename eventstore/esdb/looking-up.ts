/** Whatever is to be known before appends are decided: where their streams end, and which of their ids stand in the log. */
import {
  isUnreachable,
  type Known,
  LogError,
  type NewEvent,
  type Failed,
  type Position,
  type Revision,
} from '../store';
import { Guess } from './guess';
import type { History } from './history';
import type { Indexing } from './indexing';
import type { Keeping } from './keeping';
import type { Lane, Waiting } from './lane';
import { failed } from './outcomes';
import type { Reads } from './reads';
import { said } from './redacting';
import { keyOf } from './register';
import { shownEnd } from './shown-end';
import type { Stamps } from './stamps';
import type { Tails } from './tails';

/** What a round of look-ups found. */
export interface LookedUp {
  readonly known: ReadonlyMap<string, Known>;
  readonly behind: Position;
}

export interface LookingUpParts {
  readonly reads: Reads;
  readonly tails: Tails;
  readonly indexing: Indexing;
  readonly history: History;
  /** Absent where others surely follow the log. */
  readonly keeping: Keeping | undefined;
  readonly stamps: Stamps;
}

export class LookingUp {
  readonly guess = new Guess();

  /** `beforeSending` throws where nothing is taken any more; `refuse` answers all that waits for one stream. */
  constructor(
    private readonly parts: LookingUpParts,
    private readonly beforeSending: () => void,
    private readonly refuse: (lane: Lane, outcome: Failed) => void,
  ) {}

  /** Sees to it that the ends of these streams are known, and says what the register knows of the ids that wait. */
  async of(round: readonly Lane[]): Promise<LookedUp> {
    const { tails, indexing, history, keeping, stamps } = this.parts;
    let until = 0;
    for (const { waiting } of round) for (const one of waiting) until = Math.max(until, one.until);
    await history.checkAfterTrouble(until);
    this.beforeSending();
    const { position, recordedAt } = await (keeping ? keeping.checkpoint(until) : indexing.register.checkpoint());
    stamps.at(position, recordedAt);
    await tails.trim();
    const unknown = round.filter(({ stream }) => tails.endOf(stream) === undefined);
    const guessed = unknown.filter((lane) => !lane.stale && this.needsEnd(lane));
    await Promise.all(unknown.filter(({ stale }) => stale).map((lane) => this.reload(lane, until)));
    if (guessed.length > 0) await tails.guess(guessed.map(({ stream }) => stream));
    await Promise.all(round.map((lane) => this.see(lane, until)));
    // Behind the ends: what the register holds by then covers them.
    for (const lane of round) lane.lookedUp = lane.waiting.length;
    const ids = round.flatMap(({ waiting }) => waiting.flatMap(({ append }) => append.events));
    const found = await indexing.register.find(ids);
    const known = new Map<string, Known>();
    for (const [i, one] of found.entries()) if (one) known.set(keyOf(ids[i] as NewEvent), one);
    return { known, behind: position };
  }

  /** The server said that this stream ends elsewhere: it says where. */
  private async reload(lane: Lane, until: number): Promise<void> {
    await this.alone(lane, async () => {
      const end = await this.parts.tails.load(lane.stream, until);
      if (end === 'none') this.guess.right();
      lane.stuck = end === lane.refusedAt ? lane.stuck + 1 : 0;
      [lane.refusedAt, lane.stale, lane.fresh] = [undefined, false, true];
    });
  }

  private async see(lane: Lane, until: number): Promise<void> {
    await this.alone(lane, async () => {
      lane.shown = await this.shownOf(lane, until);
    });
  }

  private async alone(lane: Lane, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (problem) {
      // What is wrong with one stream is nobody else's business.
      if (!(problem instanceof LogError) || isUnreachable(problem)) throw problem;
      this.refuse(lane, failed(said(problem)));
    }
  }

  /** Asked only where an append rests on an earlier end than the last one, and the log holds doubled events. */
  private async shownOf({ stream, waiting }: Lane, until: number): Promise<Revision | 'none' | undefined> {
    const { tails, indexing } = this.parts;
    const end = tails.endOf(stream);
    if (end === undefined || end === 'none') return undefined;
    const isEarlier = ({ append: { expected } }: Waiting) =>
      expected === 'none' || (expected !== 'any' && expected < end);
    if (!waiting.some(isEarlier) || (await indexing.register.doubles()).count === 0) return undefined;
    return shownEnd(this.parts, stream, end, until);
  }

  /**
   * A stream that is not known is taken for a new one while that is mostly true: where it is, the server takes the append
   * and no id can stand there; where it is not, the server says so and the stream is read.
   */
  private needsEnd({ waiting }: Lane): boolean {
    return !this.guess.good || waiting.some(({ append }) => typeof append.expected === 'bigint');
  }
}
