/** Answers from one generation of views in MongoDB. Each question is one query of one collection, sorted by what its index sorts. */
import type { Filter } from 'mongodb';
import type {
  Checkpoint,
  Collection,
  DocumentPage,
  Entry,
  Held,
  Parked,
  Size,
  TimelineQuery,
  ViewReader,
} from '../../app/ports';
import { added, type Root, rootHex } from '../../app/root';
import { byCollection, pageOf, type RecordId } from '../rules';
import { collectionOf, type Part, type Place, type StoredDocument, type StoredLine } from './collections';
import type { Connection } from './connection';
import { checkpointOf, type Generations } from './generations';

/** Ids that one query asks for. */
export const IDS = 1_000;

const COLLECTIONS: readonly Collection[] = ['records', 'customers', 'links'];
const THERE = { gone: { $exists: false } } as const;

export class MongoReader implements ViewReader {
  constructor(
    protected readonly connection: Connection,
    protected readonly generations: Generations,
    protected place: Place,
  ) {}

  get name(): string {
    return this.place.name;
  }

  /** Whether the answers are still those of this generation: one that was dropped, or built anew, answers nothing. */
  async isCurrent(): Promise<boolean> {
    const { states } = await this.generations.all();
    return states.some(({ _id, round }) => _id === this.place.name && round === this.place.round);
  }

  async checkpoint(): Promise<Checkpoint> {
    return checkpointOf(await this.generations.get(this.place.name));
  }

  async load(collection: Collection, ids: readonly RecordId[]): Promise<ReadonlyMap<RecordId, string>> {
    const found = new Map<RecordId, string>();
    for (const { _id, body } of await this.byId(collection, ids, ['body']))
      if (body !== undefined) found.set(_id as RecordId, body);
    return found;
  }

  async hold(collection: 'records' | 'links', ids: readonly RecordId[]): Promise<ReadonlyMap<RecordId, Held>> {
    const found = new Map<RecordId, Held>();
    for (const { _id, pos, body, parked } of await this.byId(collection, ids, ['pos', 'body', 'parked']))
      found.set(_id as RecordId, { body, position: pos, parked: parked !== undefined });
    return found;
  }

  /** These of what is there of the documents, those that were taken away among them. */
  protected async byId(
    collection: Collection,
    ids: readonly string[],
    fields: readonly (keyof StoredDocument)[],
  ): Promise<readonly StoredDocument[]> {
    const projection = Object.fromEntries(fields.map((field) => [field, 1]));
    const found: StoredDocument[] = [];
    const wanted = [...new Set(ids)].sort();
    for (let from = 0; from < wanted.length; from += IDS) {
      const filter: Filter<StoredDocument> = { _id: { $in: wanted.slice(from, from + IDS) } };
      found.push(
        ...(await this.documents(collection)
          .find(filter, { projection, sort: { _id: 1 } })
          .toArray()),
      );
    }
    return found;
  }

  async scan(collection: Collection, after: RecordId | undefined, limit: number): Promise<DocumentPage> {
    const found = await this.documents(collection)
      .find(
        { ...THERE, ...(after !== undefined && { _id: { $gt: after } }) },
        {
          projection: { body: 1 },
          sort: { _id: 1 },
          ...atMost(limit + 1),
        },
      )
      .toArray();
    const documents = found.slice(0, limit).map(({ _id, body = '' }) => ({ id: _id as RecordId, body }));
    const last = documents.at(-1);
    return { documents, ...(last && found.length > limit && { next: last.id }) };
  }

  async find(key: string, limit: number): Promise<readonly RecordId[]> {
    const options = { projection: { _id: 1 }, sort: { _id: 1 }, ...atMost(limit) } as const;
    const found = await Promise.all(
      COLLECTIONS.map((collection) => this.documents(collection).find({ keys: key }, options).toArray()),
    );
    const ids = new Set(found.flat().map(({ _id }) => _id as RecordId));
    return [...ids].sort().slice(0, limit);
  }

  async timeline(records: readonly RecordId[], query: TimelineQuery): Promise<readonly Entry[]> {
    const lines = await Promise.all([...new Set(records)].map((record) => this.line(record, query)));
    return pageOf(lines.flat(), query);
  }

  /** The page of one record is enough of it for the page of several. */
  private async line(record: RecordId, query: TimelineQuery): Promise<readonly Entry[]> {
    const direction = query.direction === 'oldest-first' ? 1 : -1;
    const found = await this.lines()
      .find(lineFilter(record, query), { sort: { at: direction, position: direction }, ...atMost(query.limit) })
      .toArray();
    return found.map(({ at, position }) => ({ record, occurredAt: Number(at), position }));
  }

  async parked(limit: number, after?: RecordId): Promise<readonly Parked[]> {
    const found = await this.documents('records')
      .find(
        { 'parked.record': { $gt: after ?? '' } },
        {
          projection: { parked: 1 },
          sort: { 'parked.record': 1 },
          ...atMost(limit),
        },
      )
      .toArray();
    return found.flatMap(parkedIn);
  }

  async isParked(records: readonly RecordId[]): Promise<readonly Parked[]> {
    return (await this.byId('records', records, ['parked'])).flatMap(parkedIn);
  }

  /** Summed from the stored hashes: a scan. */
  async roots(): Promise<Readonly<Record<Collection, string>>> {
    const roots: Record<Collection, Root> = { ...byCollection(() => 0n) };
    for (const collection of COLLECTIONS) {
      const scan = this.documents(collection).find(THERE, { projection: { hash: 1 }, sort: { _id: 1 } });
      for await (const { hash = '0' } of scan) roots[collection] = added(roots[collection], hash);
    }
    return byCollection((collection) => rootHex(roots[collection]));
  }

  /** A scan too. */
  async size(): Promise<Size> {
    const counts: Record<Collection, number> = { ...byCollection(() => 0) };
    let held = 0;
    for (const collection of COLLECTIONS) {
      const scan = this.documents(collection).find(THERE, { projection: { keys: 1 }, sort: { _id: 1 } });
      for await (const { keys = [] } of scan) {
        counts[collection] += 1;
        held += keys.length;
      }
    }
    const entries = await this.connection.count(this.named('timeline'), { record: { $gte: '' } });
    return { ...counts, entries, keys: held };
  }

  async close(): Promise<void> {}

  protected documents(collection: Collection) {
    return this.connection.collection<StoredDocument>(this.named(collection));
  }

  protected lines() {
    return this.connection.collection<StoredLine>(this.named('timeline'));
  }

  private named(part: Part): string {
    return collectionOf(this.place, part);
  }
}

/** 0 would mean all to the server. */
const atMost = (limit: number): { limit?: number } => (Number.isFinite(limit) ? { limit } : {});

const parkedIn = ({ parked }: StoredDocument): readonly Parked[] => {
  if (!parked) return [];
  const { record, position, reason, recordedAt } = parked;
  return [{ record: record as RecordId, position, reason, recordedAt: Number(recordedAt) }];
};

function lineFilter(record: RecordId, { until, known, after, direction }: TimelineQuery): Filter<StoredLine> {
  const beyond = direction === 'oldest-first' ? '$gt' : '$lt';
  const past = after && [
    { at: { [beyond]: BigInt(after.occurredAt) } },
    { at: BigInt(after.occurredAt), position: { [beyond]: after.position } },
  ];
  return {
    record,
    ...(until !== undefined && Number.isFinite(until) && { at: { $lte: BigInt(Math.floor(until)) } }),
    ...(known !== undefined && { position: { $lte: known } }),
    ...(past && { $or: past }),
  };
}
