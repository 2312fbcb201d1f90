/**
 * The loop from the log to the views: reads pages, folds them in memory, writes documents with the checkpoint. Live and
 * rebuild are this one loop, so they cannot refuse different things. What a fold throws parks its key and stops nobody
 * else; what a store throws comes out of `step`, nothing is lost, and the next step begins at the checkpoint.
 */
import type { LoggedEvent, LogReader, Position } from '../../eventstore/store';
import { decode, type FactEvent, recordOf } from '../domain/envelope';
import { type CustomerId, type RecordId, recordId } from '../domain/kernel';
import { isRevision } from '../domain/revision';
import type { Seal } from '../domain/seal';
import { customerOf, lookupKeysOf } from '../projections/customer';
import { empty, evolve, isEmpty, type RecordView } from '../projections/record';
import { type Chunks, decodedChunks, eventsOf, foldChunks, positionsOf } from './folding';
import type { Membership } from './membership';
import { firstRefused, tryAlone } from './parking';
import { Pending } from './pending';
import type { Checkpoint, Entry, ViewSet, Written } from './ports';
import { readRecord, writeCustomer, writeRecord } from '../projections/documents';

export interface RunnerOptions {
  /** Events a read; default 250: what is young when it dies costs the collector little. */
  readonly page?: number;
  /** Events folded before the documents are written; default 20,000. Larger is faster and later. */
  readonly flush?: number;
  /** Events of the records that a build holds in memory at once; default 150,000. */
  readonly part?: number;
  /** Record views held in memory between pages; default 20,000. */
  readonly cached?: number;
  /** Only events for which this holds, for a view as of another moment. */
  readonly only?: (event: LoggedEvent) => boolean;
  /** The fold; another one where a test wants it to throw. */
  readonly evolve?: typeof evolve;
}

export interface Step extends Checkpoint {
  /** The views are level with the log as it was read. */
  readonly level: boolean;
}

/** Done, and of how much, as positions of the log. */
export type OnProgress = (done: Position, of: Position) => void;

/** Records whose events are at most these are held in memory at once by a build. */
const EVENTS_A_PART = 150_000;

/** A document costs as much to write as some ten events cost to fold. */
const EVENTS_A_DOCUMENT = 8;

export class Runner {
  private checkpoint: Checkpoint | undefined;
  /** Up to here the stored timeline is whole: the checkpoint, or the end of a build. */
  private indexed = 0n;
  private readonly drafts = new Map<RecordId, RecordView>();
  private readonly pending = new Pending();
  private readonly fold: typeof evolve;

  constructor(
    private readonly log: Pick<LogReader, 'readAll' | 'readAt' | 'head'>,
    private readonly views: ViewSet,
    private readonly seal: Seal,
    private readonly membership: Membership,
    private readonly options: RunnerOptions = {},
  ) {
    this.fold = options.evolve ?? evolve;
  }

  /** Takes in what stands in the log, as much as one write should hold. */
  async step(): Promise<Step> {
    try {
      let at = (this.checkpoint ??= await this.views.checkpoint());
      for (;;) {
        const page = await this.log.readAll(at.position, { limit: this.options.page ?? 250 });
        const last = page.events.at(-1);
        if (last) await this.take(page.events);
        at = { position: page.next, recordedAt: last?.recordedAt ?? at.recordedAt };
        if (page.end || this.isFull()) {
          if (at.position !== this.checkpoint.position) await this.flush(at);
          return { ...at, level: page.end };
        }
      }
    } catch (problem) {
      this.forget();
      throw problem;
    }
  }

  /**
   * A new generation from the start of the log, part by part: the records of one part are folded in memory and each is
   * written once. Memory stays flat, however large the log. The checkpoint moves last; a crash before is repeated.
   */
  async build(onProgress: OnProgress = () => undefined): Promise<Step> {
    try {
      const { position, recordedAt } = await this.log.head();
      const start = (this.checkpoint = await this.views.checkpoint());
      this.indexed = position;
      const parts = Number(position / BigInt(this.options.part ?? EVENTS_A_PART)) + 1;
      for (let index = 0; index < parts; index++) {
        await this.buildPart({ index, of: parts }, start, position, (done) =>
          onProgress((BigInt(index) * position + done) / BigInt(parts), position),
        );
      }
      const end = { position, recordedAt };
      await this.views.write({ checkpoint: end, documents: [], timeline: [], parked: [], unparked: [] });
      this.checkpoint = end;
      await this.retryParked();
      return { ...end, level: true };
    } catch (problem) {
      this.forget();
      throw problem;
    }
  }

  private async buildPart(
    part: { readonly index: number; readonly of: number },
    start: Checkpoint,
    end: Position,
    onProgress: (done: Position) => void,
  ): Promise<void> {
    for (let at = 0n; at < end; ) {
      const page = await this.log.readAll(at, { limit: this.options.page ?? 250, filter: { part } });
      await this.take(page.events.filter((event) => event.position <= end));
      if (this.pending.lines >= 50_000) {
        await this.views.write({
          checkpoint: start,
          documents: [],
          timeline: this.pending.takeTimeline(),
          parked: [],
          unparked: [],
        });
      }
      at = page.next;
      onProgress(at < end ? at : end);
    }
    await this.flush(start);
    this.drafts.clear();
  }

  /** Enough for one write: many events, and several for each document, unless that would take ten times as many. */
  private isFull(): boolean {
    const { events, touched } = this.pending;
    const flush = this.options.flush ?? 20_000;
    return events >= flush && (events >= EVENTS_A_DOCUMENT * touched.size || events >= 10 * flush);
  }

  /** Folds parked records again from all their events. */
  async retryParked(): Promise<{ healed: number; still: number }> {
    const at = (this.checkpoint ??= await this.views.checkpoint());
    const parked = await this.views.parked(10_000);
    for (const { record, position } of parked) {
      this.pending.unpark(record);
      this.pending.refold(record);
      await this.takeParties(record, position, at);
    }
    await this.flush(at);
    const still = (await this.views.isParked(parked.map(({ record }) => record))).length;
    return { healed: parked.length - still, still };
  }

  /** Who took part in events that were unreadable when they came has not heard of them yet. */
  private async takeParties(record: RecordId, since: Position, checkpoint: Checkpoint): Promise<void> {
    const timeline: Entry[] = [];
    try {
      for await (const events of eventsOf(this.sources(), record, {})) {
        for (const { parties = [], position, occurredAt } of events.filter((event) => event.position >= since)) {
          for (const party of parties)
            timeline.push({ record: party.record, occurredAt: Date.parse(occurredAt), position });
        }
      }
    } catch {
      return; // Still unreadable: the refold says why, and parks the record again.
    }
    await this.views.write({ checkpoint, documents: [], timeline, parked: [], unparked: [] });
    for (const entry of timeline) this.pending.refold(entry.record);
  }

  private async take(logged: readonly LoggedEvent[]): Promise<void> {
    const events = this.decoded(logged);
    const touched = new Set<RecordId>();
    for (const { event } of events) for (const record of recordsOf(event)) touched.add(record);
    await this.load(touched);
    for (const { event, position, occurredAt } of events) {
      for (const record of recordsOf(event)) {
        this.pending.entry({ record, occurredAt, position });
        this.evolve(record, event, position);
      }
    }
  }

  /** What is of no record, or not asked for, is left out; what cannot be read parks its record. */
  private decoded(logged: readonly LoggedEvent[]): Decoded[] {
    const { only } = this.options;
    const events: Decoded[] = [];
    for (const one of logged) {
      this.pending.events += 1;
      const record = recordOf(one.stream);
      if (!record || (only && !only(one))) continue;
      const { position, occurredAt, recordedAt } = one;
      try {
        events.push({ event: decode(one.bytes, this.seal), position, occurredAt });
      } catch (problem) {
        this.pending.entry({ record, occurredAt, position });
        this.pending.park({ record, position, recordedAt, reason: reasonOf(problem) });
      }
    }
    return events;
  }

  /** A record that will be folded anew only tries the event, so that a refusal parks at the same place whatever the pages are. */
  private evolve(record: RecordId, event: FactEvent, position: Position): void {
    if (this.pending.isParked(record)) return;
    try {
      if (isRevision(event.type)) this.pending.refold(record);
      if (this.pending.isRefolded(record)) return tryAlone(this.fold, event, record);
      const held = this.drafts.get(record);
      const draft = this.fold(held ?? empty(), event, record);
      if (draft !== held) this.drafts.set(record, draft);
      this.pending.touch(record);
    } catch (problem) {
      this.park(record, position, Date.parse(event.recordedAt), problem);
    }
  }

  private park(record: RecordId, position: Position, recordedAt: number, problem: unknown): void {
    this.drafts.delete(record);
    this.pending.park({ record, position, recordedAt, reason: reasonOf(problem) });
  }

  /** Fetches the views of records that are not in memory, and learns which of them are parked. */
  private async load(records: Iterable<RecordId>): Promise<void> {
    const missing = [...records].filter((record) => !this.drafts.has(record) && !this.pending.isParked(record));
    if (missing.length === 0) return;
    for (const { record } of await this.views.isParked(missing)) this.pending.leave(record);
    for (const [record, body] of await this.views.load('records', missing)) this.drafts.set(record, readRecord(body));
  }

  private async flush(to: Checkpoint): Promise<void> {
    for (const record of this.pending.refolds()) await this.refold(record, to);
    for (const { record, position } of this.pending.parked.values()) await this.standStill(record, position);
    const touched = [...this.pending.touched];
    const documents = [
      ...touched.map((record) => this.recordDocument(record)),
      ...(await this.customerDocuments(touched)),
    ];
    const { parked, unparked } = this.pending;
    await this.views.write({
      checkpoint: to,
      documents,
      timeline: this.pending.timeline(),
      parked: [...parked.values()],
      unparked,
    });
    this.checkpoint = to;
    for (const record of parked.keys()) this.drafts.delete(record);
    this.pending.clear();
    if (this.drafts.size > (this.options.cached ?? 20_000)) this.drafts.clear();
  }

  /** From all events of the record: those in the views' timeline and those that this write will add. */
  private async refold(record: RecordId, to: Checkpoint): Promise<void> {
    try {
      this.drafts.set(record, await foldChunks(record, this.chunks(record), this.fold));
      this.pending.touch(record);
    } catch (problem) {
      const first = await firstRefused(this.sources(), record, this.events(record), this.fold);
      this.park(record, first?.position ?? to.position, first?.recordedAt ?? to.recordedAt, first?.problem ?? problem);
    }
  }

  /** A parked record shows what held before the event that its fold refused, however the pages were cut. */
  private async standStill(record: RecordId, before: Position): Promise<void> {
    this.drafts.set(record, await foldChunks(record, this.chunks(record, before), this.fold).catch(empty));
    this.pending.touch(record);
  }

  private chunks(record: RecordId, before?: Position): Chunks {
    return () => decodedChunks(this.log, this.seal, this.events(record), before);
  }

  /** Positions of the record's events in chunks: stored, then pending. */
  private events(record: RecordId): () => AsyncIterable<readonly Position[]> {
    const { views, pending } = this;
    const known = this.indexed > (this.checkpoint?.position ?? 0n) ? this.indexed : (this.checkpoint?.position ?? 0n);
    return async function* () {
      yield* positionsOf(views, record, { known });
      yield pending.positions(record);
    };
  }

  /** A record of which nothing is left has no document. */
  private recordDocument(record: RecordId): Written {
    const view = this.drafts.get(record) ?? empty();
    if (isEmpty(view)) return { collection: 'records', id: record, body: undefined, keys: [] };
    return { collection: 'records', id: record, body: writeRecord(view), keys: lookupKeysOf(view) };
  }

  /** Second stage: the customers of the touched records, each the sum of all its records. */
  private async customerDocuments(touched: readonly RecordId[]): Promise<Written[]> {
    const customers = new Map<CustomerId, readonly RecordId[]>();
    for (const record of touched) {
      const customer = this.membership.customerOf(record);
      if (!customers.has(customer)) customers.set(customer, this.membership.recordsOf(customer));
    }
    await this.load([...customers.values()].flat().filter((record) => !this.pending.touched.has(record)));
    return [...customers].map(([customer, records]) => {
      const views = records.flatMap((record) => this.drafts.get(record) ?? []).filter((view) => !isEmpty(view));
      return {
        collection: 'customers',
        id: recordId(customer),
        body: views.length > 0 ? writeCustomer(customerOf(views)) : undefined,
      };
    });
  }

  private sources() {
    return { log: this.log, views: this.views, seal: this.seal };
  }

  private forget(): void {
    this.indexed = 0n;
    this.checkpoint = undefined;
    this.drafts.clear();
    this.pending.clear();
  }
}

interface Decoded {
  readonly event: FactEvent;
  readonly position: Position;
  /** Milliseconds since 1970 UTC. */
  readonly occurredAt: number;
}

const NONE: readonly RecordId[] = [];

/** The records that an event concerns: its subject, and who else took part. */
function recordsOf({ record, parties }: FactEvent): readonly RecordId[] {
  if (!parties) return record ? [record] : NONE;
  const others = parties.map((party) => party.record);
  return [...new Set(record ? [record, ...others] : others)];
}

const reasonOf = (problem: unknown): string =>
  (problem instanceof Error ? problem.message : String(problem)).slice(0, 500);
