/**
 * Answers from one generation of views. Each answer is read in one short transaction: it shows the views as they were
 * at one moment, and never keeps the write-ahead log from being checkpointed.
 */
import { type Database, plainText, rowsOf, sqlText } from '../../../eventstore/sqlite';
import type {
  Checkpoint,
  Collection,
  DocumentPage,
  Entry,
  Parked,
  Size,
  TimelineQuery,
  ViewReader,
} from '../../app/ports';
import { type Root, rootHex, rootOf } from '../../app/root';
import { byCollection, pageOf, type RecordId } from '../rules';
import { Refs } from './refs';

/** The one row beside the documents. */
export interface State {
  checkpoint: Checkpoint;
  readonly size: { -readonly [count in keyof Size]: number };
  readonly roots: Record<Collection, Root>;
}

/** Later than any time that JavaScript knows. */
const END_OF_TIME = 8.64e15 + 1;
const LAST_POSITION = 2n ** 63n - 1n;
const NO_LIMIT = 2 ** 31;

/** SQLite takes whole numbers only. */
const atMost = (limit: number): number => Math.min(limit, NO_LIMIT);

export class EmbeddedReader implements ViewReader {
  protected readonly refs: Refs;
  private readonly sql: ReturnType<typeof statements>;
  private closed = false;

  constructor(
    readonly name: string,
    protected readonly db: Database,
  ) {
    this.refs = new Refs(db);
    this.sql = statements(db);
  }

  async checkpoint(): Promise<Checkpoint> {
    return this.state().checkpoint;
  }

  async load(collection: Collection, ids: readonly RecordId[]): Promise<ReadonlyMap<RecordId, string>> {
    const body = this.sql.body[collection];
    return this.atOnce(() => {
      const found = new Map<RecordId, string>();
      for (const id of ids) {
        const ref = this.refs.find(id);
        const row = ref === undefined ? undefined : (body.get(ref) as [string] | undefined);
        if (row) found.set(id, row[0]);
      }
      return found;
    });
  }

  async scan(collection: Collection, after: RecordId | undefined, limit: number): Promise<DocumentPage> {
    const rows = this.sql.scan[collection].all(after ?? '', atMost(limit) + 1) as [RecordId, string][];
    const documents = rows.slice(0, limit).map(([id, body]) => ({ id, body }));
    const last = documents.at(-1);
    return { documents, ...(last && rows.length > limit && { next: last.id }) };
  }

  async find(key: string, limit: number): Promise<readonly RecordId[]> {
    return (this.sql.find.all(sqlText(key), atMost(limit)) as [RecordId][]).map(([id]) => id);
  }

  async timeline(records: readonly RecordId[], query: TimelineQuery): Promise<readonly Entry[]> {
    return this.atOnce(() =>
      pageOf(
        [...new Set(records)].flatMap((record) => this.line(record, query)),
        query,
      ),
    );
  }

  /** The page of one record is enough of it for the page of several. */
  private line(
    record: RecordId,
    { until = END_OF_TIME - 1, known = LAST_POSITION, after, direction, limit }: TimelineQuery,
  ): Entry[] {
    const ref = this.refs.find(record);
    if (ref === undefined) return [];
    const forward = direction === 'oldest-first';
    const beyondUntil = { occurredAt: Math.floor(until) + 1, position: 0n };
    const from = forward
      ? (after ?? { occurredAt: -END_OF_TIME, position: 0n })
      : after && after.occurredAt <= until
        ? after
        : beyondUntil;
    const rows = forward
      ? this.sql.oldestFirst.all(ref, from.occurredAt, from.position, until, known, atMost(limit))
      : this.sql.newestFirst.all(ref, from.occurredAt, from.position, known, atMost(limit));
    return (rows as [bigint, bigint][]).map(([occurredAt, position]) => ({
      record,
      occurredAt: Number(occurredAt),
      position,
    }));
  }

  async parked(limit: number, after?: RecordId): Promise<readonly Parked[]> {
    return this.sql.parked.all(after ?? '', atMost(limit)).map(parkedOf);
  }

  async isParked(records: readonly RecordId[]): Promise<readonly Parked[]> {
    return this.atOnce(() => [...new Set(records)].flatMap((record) => this.sql.isParked.all(record).map(parkedOf)));
  }

  async roots(): Promise<Readonly<Record<Collection, string>>> {
    const { roots } = this.state();
    return byCollection((collection) => rootHex(roots[collection]));
  }

  async size(): Promise<Size> {
    return this.state().size;
  }

  async close(): Promise<void> {
    if (!this.closed) this.db.close();
    this.closed = true;
  }

  protected state(): State {
    const [position, recordedAt, ...rest] = this.sql.state.get() as StateRow;
    const [records, customers, links, entries, keys, recordsRoot, customersRoot, linksRoot] = rest;
    const size = { records: Number(records), customers: Number(customers), links: Number(links) };
    return {
      checkpoint: { position, recordedAt: Number(recordedAt) },
      size: { ...size, entries: Number(entries), keys: Number(keys) },
      roots: { records: rootOf(recordsRoot), customers: rootOf(customersRoot), links: rootOf(linksRoot) },
    };
  }

  private atOnce<T>(read: () => T): T {
    this.sql.begin.run();
    try {
      return read();
    } finally {
      this.sql.end.run();
    }
  }
}

type StateRow = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, string, string, string];

const parkedOf = (row: unknown): Parked => {
  const [record, position, reason, recordedAt] = row as [RecordId, bigint, string, bigint];
  return { record, position, reason: plainText(reason), recordedAt: Number(recordedAt) };
};

/** CROSS JOIN holds SQLite to the order that is written: from the few rows, or the index that sorts, into the table. */
function statements(db: Database) {
  const parked = 'SELECT id, position, reason, recorded_at FROM';
  const line = 'SELECT occurred_at, position FROM timeline WHERE ref = ? AND (occurred_at, position)';
  return {
    begin: db.prepare('BEGIN'),
    end: db.prepare('COMMIT'),
    state: rowsOf(
      db,
      'SELECT position, recorded_at, records, customers, links, entries, keys, records_root, customers_root, links_root FROM state',
      { bigints: true },
    ),
    body: byCollection((collection) => rowsOf(db, `SELECT body FROM ${collection} WHERE ref = ?`)),
    scan: byCollection((collection) =>
      rowsOf(db, `SELECT id, body FROM refs CROSS JOIN ${collection} USING (ref) WHERE id > ? ORDER BY id LIMIT ?`),
    ),
    find: rowsOf(db, 'SELECT DISTINCT id FROM keys CROSS JOIN refs USING (ref) WHERE key = ? ORDER BY id LIMIT ?'),
    oldestFirst: rowsOf(
      db,
      `${line} > (?, ?) AND occurred_at <= ? AND position <= ? ORDER BY occurred_at, position LIMIT ?`,
      { bigints: true },
    ),
    newestFirst: rowsOf(db, `${line} < (?, ?) AND position <= ? ORDER BY occurred_at DESC, position DESC LIMIT ?`, {
      bigints: true,
    }),
    parked: rowsOf(db, `${parked} parked CROSS JOIN refs USING (ref) WHERE id > ? ORDER BY id LIMIT ?`, {
      bigints: true,
    }),
    isParked: rowsOf(db, `${parked} refs CROSS JOIN parked USING (ref) WHERE id = ?`, { bigints: true }),
  };
}
