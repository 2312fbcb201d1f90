/**
 * What the runner folds between two writes: record views in memory, and what is pending about them. It decides what a
 * write holds; when to write, and what to read, is the runner's. A store that fails comes out of every method, and then
 * nothing of this is worth keeping.
 */
import type { LoggedEvent, LogReader, Position } from '../../eventstore/store';
import { decode, type FactEvent, recordOf } from '../domain/envelope';
import type { RecordId } from '../domain/kernel';
import { pairOf } from '../domain/link';
import { isRevision } from '../domain/revision';
import type { Seal } from '../domain/seal';
import { lookupKeysOf } from '../projections/customer';
import { writeRecord } from '../projections/documents';
import { empty, type evolve, isEmpty } from '../projections/record';
import type { Survivorship } from '../projections/survivorship';
import { type Chunks, decodedChunks, foldChunks, positionsOf, Unfoldable } from './folding';
import { Books, type Decision } from './books';
import { HeldRecords } from './held';
import { Customers } from './customers';
import { identityLine } from './membership';
import { firstRefused, tryAlone } from './parking';
import { Pending } from './pending';
import type { Checkpoint, ViewSet, Written } from './ports';

export interface Sources {
  readonly log: Pick<LogReader, 'readAt'>;
  readonly views: ViewSet;
  readonly seal: Seal;
  readonly fold: typeof evolve;
  /** Only facts for which this holds; decisions about pairs are knowledge, and stand outside the clock of facts. */
  readonly only?: (event: LoggedEvent) => boolean;
}

export class Drafts {
  readonly pending = new Pending();
  private readonly drafts: HeldRecords;
  private readonly books: Books;
  private readonly customers: Customers;

  constructor(private readonly sources: Sources) {
    this.drafts = new HeldRecords(sources.views);
    this.books = new Books(sources.views);
    this.customers = new Customers(sources.views, this.drafts, this.books.of);
  }

  /** Folds a page. Nothing is written. */
  async take(logged: readonly LoggedEvent[]): Promise<void> {
    if (!this.customers.arePutOff) await this.takePairs(logged);
    const events = this.decoded(logged);
    const touched = new Set<RecordId>();
    for (const one of events) for (const record of one.records) touched.add(record);
    await this.load(touched);
    for (const { event, problem, records, position, occurredAt, recordedAt } of events) {
      for (const record of records) {
        this.pending.entry({ record, occurredAt, position });
        if (position <= this.drafts.standing(record)) this.skip(record);
        else if (event) this.evolve(record, event, position);
        else this.park(record, position, recordedAt, problem);
      }
    }
  }

  /** Of a page, what was decided about pairs. Throws where it cannot be read: who is one customer is never guessed. */
  async takePairs(logged: readonly LoggedEvent[]): Promise<void> {
    const decisions: Decision[] = [];
    for (const { stream, bytes, position, recordedAt } of logged) {
      const pair = pairOf(stream);
      if (!pair) continue;
      decisions.push({ pair, event: decode(bytes, this.sources.seal), position });
      for (const record of [pair.a, pair.b])
        this.pending.entry({ record: identityLine(record), occurredAt: recordedAt, position });
    }
    await this.books.take(decisions);
  }

  /** What is of no record, or not asked for, is left out; what cannot be read comes with the problem. */
  private decoded(logged: readonly LoggedEvent[]): Decoded[] {
    const { only, seal } = this.sources;
    const events: Decoded[] = [];
    for (const one of logged) {
      this.pending.events += 1;
      const record = recordOf(one.stream);
      if (!record || (only && !only(one))) continue;
      const { position, occurredAt, recordedAt } = one;
      try {
        const event = decode(one.bytes, seal);
        events.push({ event, records: recordsOf(event), position, occurredAt, recordedAt });
      } catch (problem) {
        events.push({ problem, records: [record], position, occurredAt, recordedAt });
      }
    }
    return events;
  }

  /** What the document of the record holds already is not folded again; its customer may not have heard of it. */
  private skip(record: RecordId): void {
    this.pending.skip(record);
  }

  /** A record that will be folded anew only tries the event, so that a refusal parks at the same place whatever the pages are. */
  private evolve(record: RecordId, event: FactEvent, position: Position): void {
    // Written again as it stands: its document keeps pace with the log, so that nobody can heal it from behind.
    if (this.pending.isParked(record)) return this.pending.touch(record);
    try {
      if (isRevision(event.type)) this.pending.refold(record);
      if (this.pending.isRefolded(record)) return tryAlone(this.sources.fold, event, record);
      const held = this.drafts.get(record);
      const draft = this.sources.fold(held ?? empty(), event, record);
      if (draft !== held) this.drafts.set(record, draft);
      this.pending.touch(record);
    } catch (problem) {
      this.park(record, position, Date.parse(event.recordedAt), problem);
    }
  }

  private park(record: RecordId, position: Position, recordedAt: number, problem: unknown): void {
    if (this.pending.isParked(record)) return this.pending.touch(record);
    this.drafts.spoil(record);
    this.pending.park({ record, position, recordedAt, reason: reasonOf(problem) });
  }

  /** Fetches the views of records that are not in memory, and learns which of them are parked. */
  private async load(records: Iterable<RecordId>): Promise<void> {
    const missing = [...records].filter((record) => !this.drafts.has(record) && !this.pending.isParked(record));
    if (missing.length > 0) for (const record of await this.drafts.load(missing)) this.pending.leave(record);
  }

  /** These are to be folded anew with the next write. */
  async foldAnew(records: readonly RecordId[]): Promise<void> {
    await this.load(records);
    for (const record of records) this.pending.refold(record);
  }

  /** Writes what is pending, with the checkpoint. The timeline is stored whole up to `known`, but for what is pending. */
  async flush(to: Checkpoint, known: Position): Promise<void> {
    for (const record of this.pending.refolds()) await this.refold(record, to, known);
    for (const { record, position } of this.pending.parked.values()) await this.standStill(record, position, known);
    const { parked, unparked, skipped } = this.pending;
    const touched = [...this.pending.touched];
    const customers = await this.customers.documents([...touched, ...skipped, ...this.books.regrouped]);
    await this.sources.views.write({
      checkpoint: to,
      documents: this.documents(touched, customers),
      timeline: this.pending.timeline(),
      parked: [...parked.values()],
      unparked: [...unparked],
    });
    this.drafts.written(touched, to.position);
    this.books.written(to.position);
    // What stands still is looked up again: whether it does is known from the store.
    for (const record of this.pending.standing()) this.drafts.drop(record);
    this.pending.clear();
  }

  /** A build that goes part by part has taken in all pairs; from now on the parts of one customer come one by one. */
  putOff(): void {
    this.customers.putOff();
  }

  /** Writes the customers that were put off: every record is written by now. */
  async writePutOff(to: Checkpoint): Promise<void> {
    for await (const documents of this.customers.putOffOnes())
      await this.sources.views.write({ checkpoint: to, documents, timeline: [], parked: [], unparked: [] });
  }

  /** From now on customers are computed by this policy. */
  chooseBy(policy: Survivorship): void {
    this.customers.by = policy;
  }

  /** Writes all customers anew, step by step, as they are at `standing`, behind all that the views hold. Nothing may be pending. */
  async *writeCustomers(checkpoint: Checkpoint, standing: Position): AsyncGenerator<void> {
    for await (const documents of this.customers.all()) {
      await this.sources.views.write({ checkpoint, standing, documents, timeline: [], parked: [], unparked: [] });
      this.release();
      yield;
    }
  }

  /**
   * Looks at a parked record again. It flows where no event of it is refused any more; what was taken back later does not
   * heal it, because then it would depend on when somebody looked.
   */
  async reconsider(record: RecordId, known: Position): Promise<void> {
    await this.load([record]);
    this.pending.unpark(record);
    const first = await firstRefused(this.sources, record, this.events(record, known), this.sources.fold);
    if (first) this.park(record, first.position, first.recordedAt, first.problem);
    else this.pending.refold(record);
  }

  /** From all events of the record: those in the views' timeline and those that this write will add. */
  private async refold(record: RecordId, to: Checkpoint, known: Position): Promise<void> {
    try {
      this.drafts.set(record, await foldChunks(record, this.chunks(record, known), this.sources.fold));
      this.pending.touch(record);
    } catch (problem) {
      if (!(problem instanceof Unfoldable)) throw problem;
      const first = await firstRefused(this.sources, record, this.events(record, known), this.sources.fold);
      this.park(record, first?.position ?? to.position, first?.recordedAt ?? to.recordedAt, first?.problem ?? problem);
    }
  }

  /** A parked record shows what held before the event that its fold refused, however the pages were cut. */
  private async standStill(record: RecordId, before: Position, known: Position): Promise<void> {
    try {
      const chunks = this.chunks(record, known, before);
      this.drafts.set(record, await foldChunks(record, chunks, this.sources.fold));
    } catch (problem) {
      if (!(problem instanceof Unfoldable)) throw problem;
      this.drafts.set(record, empty());
    }
    this.pending.touch(record);
  }

  private chunks(record: RecordId, known: Position, before?: Position): Chunks {
    return () => decodedChunks(this.sources.log, this.sources.seal, this.events(record, known), before);
  }

  /** Positions of the record's events in chunks: stored, then pending. */
  private events(record: RecordId, known: Position): () => AsyncIterable<readonly Position[]> {
    const { pending } = this;
    const { views } = this.sources;
    return async function* () {
      yield* positionsOf(views, record, { known });
      yield pending.positions(record);
    };
  }

  private *documents(touched: readonly RecordId[], customers: Iterable<Written>): Generator<Written> {
    for (const record of touched) yield this.recordDocument(record);
    yield* this.books.documents();
    yield* customers;
  }

  /** A record of which nothing is left has no document. */
  private recordDocument(record: RecordId): Written {
    const view = this.drafts.get(record) ?? empty();
    const over = this.drafts.standing(record);
    if (isEmpty(view)) return { collection: 'records', id: record, body: undefined, keys: [], over };
    return { collection: 'records', id: record, body: writeRecord(view), keys: lookupKeysOf(view), over };
  }

  /** Lets go of views, and of books, where there are more than so many. Nothing may be pending. */
  trim(most: number): void {
    if (this.drafts.size > most) this.drafts.clear();
    if (this.books.size > most && !this.customers.arePutOff) this.books.release();
  }

  /** Lets go of the views in memory; what is pending stays. */
  release(): void {
    this.drafts.clear();
    if (!this.customers.arePutOff) this.books.release();
  }

  forget(): void {
    this.drafts.clear();
    this.pending.clear();
    this.books.forget();
    this.customers.forget();
  }
}

interface Decoded {
  /** Absent where the bytes could not be read. */
  readonly event?: FactEvent;
  readonly problem?: unknown;
  readonly records: readonly RecordId[];
  readonly position: Position;
  /** Milliseconds since 1970 UTC. */
  readonly occurredAt: number;
  readonly recordedAt: number;
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
