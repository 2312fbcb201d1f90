/**
 * The loop from the log to the views: reads pages, has them folded, writes documents with the checkpoint. Live and
 * rebuild fold by the same drafts, so they cannot refuse different things. What a fold throws parks its key and stops
 * nobody else; what a store throws comes out, nothing is lost, and the next step begins at the checkpoint.
 */
import type { LoggedEvent, LogReader, Page, Position } from '../../eventstore/store';
import type { RecordId } from '../domain/kernel';
import type { Seal } from '../domain/seal';
import { evolve } from '../projections/record';
import { agrees, lastOf } from './agreeing';
import { Build } from './build';
import { Drafts } from './drafts';
import { eventsOf, Unfoldable } from './folding';
import { SURVIVORSHIP_POLICY } from '../domain/policy';
import { survivorshipAt } from './policies';
import { upTo } from './pages';
import type { Checkpoint, Entry, ViewSet } from './ports';
import type { OpenSpill } from './spill';

export interface RunnerOptions {
  /** Events a read; default 250: what is young when it dies costs the collector little. */
  readonly page?: number;
  /** Events folded before the documents are written; default 20,000. Larger is faster and later. */
  readonly flush?: number;
  /** Events of the records that a build holds in memory at once; default 150,000. */
  readonly part?: number;
  /** Record views, and link books, held in memory between writes; default 20,000 of each. */
  readonly cached?: number;
  /** Where events wait for their part of a build; in memory when absent, which is right for a log in memory alone. */
  readonly spill?: OpenSpill;
  /** Ends a build early; it begins again from nothing. */
  readonly signal?: AbortSignal;
  /** Only events for which this holds, for a view as of another moment. */
  readonly only?: (event: LoggedEvent) => boolean;
  /** The fold; another one where a test wants it to throw. */
  readonly evolve?: typeof evolve;
}

export interface Step extends Checkpoint {
  /** The views are level with the log as it was read. */
  readonly level: boolean;
  /** How many events were taken in. */
  readonly events: number;
}

/** Done, and of how many, in events. */
export type OnProgress = (done: bigint, of: bigint) => void;

/** Records whose events are at most these are held in memory at once by a build. */
const EVENTS_A_PART = 150_000;

/** A document costs as much to write as some ten events cost to fold. */
const EVENTS_A_DOCUMENT = 8;

/** Events that a build reads at once: it spills them, so that they live short, and a server is asked less often. */
const PAGE_OF_A_BUILD = 1_000;

export class Runner {
  private checkpoint: Checkpoint | undefined;
  private readonly drafts: Drafts;
  private building: Build | undefined;

  constructor(
    private readonly log: Pick<LogReader, 'read' | 'readAll' | 'readAt' | 'head' | 'tree'>,
    private readonly views: ViewSet,
    private readonly seal: Seal,
    private readonly options: RunnerOptions = {},
  ) {
    const { only, evolve: fold = evolve } = options;
    const near: Pick<LogReader, 'readAt'> = { readAt: (positions) => (this.building ?? log).readAt(positions) };
    this.drafts = new Drafts({ log: near, views, seal, fold, ...(only && { only }) });
  }

  /** Takes in what stands in the log up to `until`, the head when absent, as much as one write should hold. */
  async step(until?: Position): Promise<Step> {
    try {
      let at = (this.checkpoint ??= await this.begin());
      let events = 0;
      for (;;) {
        const page = toPolicy(upTo(until, await this.log.readAll(at.position, { limit: this.options.page ?? 250 })));
        const last = page.events.at(-1);
        events += page.events.length;
        if (last && isPolicy(last)) await this.takePolicy(last, at);
        else if (last) await this.drafts.take(page.events);
        at = { ...at, ...(last && { recordedAt: last.recordedAt, ...lastOf(last) }), position: page.next };
        if (page.end || this.isFull()) {
          if (at.position !== this.checkpoint.position) await this.write(at);
          return { ...at, level: page.end, events };
        }
      }
    } catch (problem) {
      this.forget();
      throw problem;
    }
  }

  /**
   * A new generation from the start of the log, which is read once. The checkpoint moves last: what a crash left before that
   * is cleared, and the build begins again.
   */
  async build(onProgress: OnProgress = () => undefined): Promise<Step> {
    try {
      const { position, recordedAt } = await this.log.head();
      await this.views.clear();
      const start = (this.checkpoint = await this.views.checkpoint());
      this.drafts.chooseBy(await survivorshipAt(this.log, this.seal, position));
      const events = await this.buildParts(start, position, onProgress);
      if (events === undefined) {
        this.forget();
        return { ...start, level: false, events: 0 };
      }
      // A part sees of a parked record only what stands in that part, so each is looked at once all parts are in.
      await this.lookAgain(start, position);
      await this.drafts.writePutOff(start);
      this.drafts.release();
      const [last] = await this.log.readAt([position]);
      const end = { position, recordedAt, ...(last && lastOf(last)) };
      await this.views.write({ checkpoint: end, documents: [], timeline: [], parked: [], unparked: [] });
      this.checkpoint = end;
      return { ...end, level: true, events };
    } catch (problem) {
      this.forget();
      throw problem;
    }
  }

  /** How many events were read; undefined where the signal ended it early. */
  private async buildParts(start: Checkpoint, end: Position, onProgress: OnProgress): Promise<number | undefined> {
    const { page = PAGE_OF_A_BUILD, part = EVENTS_A_PART, spill, signal } = this.options;
    // Positions say how far, not how many.
    const { size } = await this.log.tree();
    const parts = Number(size / BigInt(part)) + 1;
    this.building = new Build(this.log, this.views, this.drafts, { page, parts, spill, signal });
    try {
      return await this.building.run({ start, end, size }, (done) =>
        onProgress((BigInt(Math.floor(done)) * size) / 1_000n, size),
      );
    } finally {
      this.building = undefined;
    }
  }

  /** Customers are shown by the policy that held where the views stand. */
  private async begin(): Promise<Checkpoint> {
    const at = await this.views.checkpoint();
    if (!(await agrees(this.log, at))) throw new Error('these views were made of another log: rebuild them');
    this.drafts.chooseBy(await survivorshipAt(this.log, this.seal, at.position));
    return at;
  }

  /**
   * All customers are written anew by a policy, from views that hold everything before it. The checkpoint stays before the
   * policy until all are: whatever ends this in between has it begun again.
   */
  private async takePolicy({ position }: LoggedEvent, before: Checkpoint): Promise<void> {
    if (before.position !== this.checkpoint?.position) await this.write(before);
    this.drafts.chooseBy(await survivorshipAt(this.log, this.seal, position));
    for await (const _some of this.drafts.writeCustomers(before, position))
      if (this.options.signal?.aborted) throw new Error('ended while customers were written by a new policy');
  }

  private async write(to: Checkpoint, known = this.checkpoint?.position ?? 0n): Promise<void> {
    await this.drafts.flush(to, known);
    this.checkpoint = to;
    this.drafts.trim(this.options.cached ?? 20_000);
  }

  /** Enough for one write: many events, and several for each document, unless that would take ten times as many. */
  private isFull(): boolean {
    const { events, touched } = this.drafts.pending;
    const flush = this.options.flush ?? 20_000;
    return events >= flush && (events >= EVENTS_A_DOCUMENT * touched.size || events >= 10 * flush);
  }

  /** Looks at parked records again, all of them, a thousand at a time. */
  async retryParked(): Promise<{ healed: number; still: number }> {
    try {
      return await this.lookAgain((this.checkpoint ??= await this.begin()));
    } catch (problem) {
      this.forget();
      throw problem;
    }
  }

  private async lookAgain(at: Checkpoint, known = at.position): Promise<{ healed: number; still: number }> {
    let [looked, still] = [0, 0];
    for (let after: RecordId | undefined; ; ) {
      const parked = await this.views.parked(1_000, after);
      for (const { record, position } of parked) {
        await this.drafts.reconsider(record, known);
        await this.takeParties(record, position, at);
      }
      await this.write(at, known);
      looked += parked.length;
      still += (await this.views.isParked(parked.map(({ record }) => record))).length;
      after = parked.at(-1)?.record;
      if (after === undefined) return { healed: looked - still, still };
    }
  }

  /** Who took part in events that were unreadable when they came has not heard of them yet. */
  private async takeParties(record: RecordId, since: Position, checkpoint: Checkpoint): Promise<void> {
    const timeline: Entry[] = [];
    try {
      for await (const events of eventsOf({ log: this.log, views: this.views, seal: this.seal }, record, {})) {
        for (const { parties = [], position, occurredAt } of events.filter((event) => event.position >= since)) {
          for (const party of parties)
            timeline.push({ record: party.record, occurredAt: Date.parse(occurredAt), position });
        }
      }
    } catch (problem) {
      if (!(problem instanceof Unfoldable)) throw problem;
      return; // Still unreadable: the record stays parked and says why.
    }
    await this.views.write({ checkpoint, documents: [], timeline, parked: [], unparked: [] });
    await this.drafts.foldAnew(timeline.map((entry) => entry.record));
  }

  private forget(): void {
    this.checkpoint = undefined;
    this.drafts.forget();
  }
}

const isPolicy = ({ stream }: LoggedEvent): boolean => stream === SURVIVORSHIP_POLICY;

/** The page up to a survivorship policy, or that policy alone: what stands before it is written before it holds. */
function toPolicy(page: Page): Page {
  const found = page.events.findIndex(isPolicy);
  if (found < 0) return page;
  const events = page.events.slice(0, Math.max(found, 1));
  const next = events.at(-1)?.position ?? page.next;
  return { events, next, end: page.end && next === page.next };
}
