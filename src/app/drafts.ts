/**
 * What the runner folds between two writes: record views in memory, and what is pending about them. It decides what a
 * write holds; when to write, and what to read, is the runner's. A store that fails comes out of every method, and then
 * nothing of this is worth keeping.
 */
import type { LoggedEvent, LogReader, Position } from '../../eventstore/store';
import { decode, type FactEvent, recordOf } from '../domain/envelope';
import { type CustomerId, type RecordId, recordId } from '../domain/kernel';
import { isRevision } from '../domain/revision';
import type { Seal } from '../domain/seal';
import { customerOf, lookupKeysOf } from '../projections/customer';
import { readRecord, writeCustomer, writeRecord } from '../projections/documents';
import { empty, type evolve, isEmpty, type RecordView } from '../projections/record';
import { type Chunks, decodedChunks, foldChunks, positionsOf, Unfoldable } from './folding';
import type { Membership } from './membership';
import { firstRefused, tryAlone } from './parking';
import { Pending } from './pending';
import type { Checkpoint, ViewSet, Written } from './ports';

export interface Sources {
  readonly log: Pick<LogReader, 'readAt'>;
  readonly views: ViewSet;
  readonly seal: Seal;
  readonly membership: Membership;
  readonly fold: typeof evolve;
  /** Only events for which this holds. */
  readonly only?: (event: LoggedEvent) => boolean;
}

export class Drafts {
  readonly pending = new Pending();
  private readonly drafts = new Map<RecordId, RecordView>();

  constructor(private readonly sources: Sources) {}

  /** Record views held. */
  get size(): number {
    return this.drafts.size;
  }

  /** Folds a page. Nothing is written. */
  async take(logged: readonly LoggedEvent[]): Promise<void> {
    const events = this.decoded(logged);
    const touched = new Set<RecordId>();
    for (const one of events) for (const record of one.records) touched.add(record);
    await this.load(touched);
    for (const { event, problem, records, position, occurredAt, recordedAt } of events) {
      for (const record of records) {
        this.pending.entry({ record, occurredAt, position });
        if (event) this.evolve(record, event, position);
        else this.park(record, position, recordedAt, problem);
      }
    }
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

  /** A record that will be folded anew only tries the event, so that a refusal parks at the same place whatever the pages are. */
  private evolve(record: RecordId, event: FactEvent, position: Position): void {
    if (this.pending.isParked(record)) return;
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
    this.drafts.delete(record);
    this.pending.park({ record, position, recordedAt, reason: reasonOf(problem) });
  }

  /** Fetches the views of records that are not in memory, and learns which of them are parked. */
  private async load(records: Iterable<RecordId>): Promise<void> {
    const missing = [...records].filter((record) => !this.drafts.has(record) && !this.pending.isParked(record));
    if (missing.length === 0) return;
    const { views } = this.sources;
    for (const { record } of await views.isParked(missing)) this.pending.leave(record);
    const flowing = missing.filter((record) => !this.pending.isParked(record));
    for (const [record, body] of await views.load('records', flowing)) this.drafts.set(record, readRecord(body));
  }

  /** Writes what is pending, with the checkpoint. The timeline is stored whole up to `known`, but for what is pending. */
  async flush(to: Checkpoint, known: Position): Promise<void> {
    for (const record of this.pending.refolds()) await this.refold(record, to, known);
    for (const { record, position } of this.pending.parked.values()) await this.standStill(record, position, known);
    const touched = [...this.pending.touched];
    const documents = [
      ...touched.map((record) => this.recordDocument(record)),
      ...(await this.customerDocuments(touched)),
    ];
    const { parked, unparked } = this.pending;
    await this.sources.views.write({
      checkpoint: to,
      documents,
      timeline: this.pending.timeline(),
      parked: [...parked.values()],
      unparked,
    });
    for (const record of parked.keys()) this.drafts.delete(record);
    this.pending.clear();
  }

  /**
   * Looks at a parked record again. It flows where no event of it is refused any more; what was taken back later does not
   * heal it, because then it would depend on when somebody looked.
   */
  async reconsider(record: RecordId, known: Position): Promise<void> {
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
      const customer = this.sources.membership.customerOf(record);
      if (!customers.has(customer)) customers.set(customer, this.sources.membership.recordsOf(customer));
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

  /** Lets go of the views in memory; what is pending stays. */
  release(): void {
    this.drafts.clear();
  }

  forget(): void {
    this.drafts.clear();
    this.pending.clear();
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
