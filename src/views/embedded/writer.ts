/**
 * The one writer of a generation of views: documents, keys, timeline, parked records, counts, roots and the checkpoint
 * move in one transaction. What a batch does not change is not written.
 */
import { type Database, rowsOf, sqlText, type SqlValue, type Statement } from '../../../eventstore/sqlite';
import type { Batch, Collection, Entry, Held, ViewSet, Written } from '../../app/ports';
import { added, documentHash, rootHex, subtracted } from '../../app/root';
import { byCollection, compareMoments, heldAt, mustNotFall, type RecordId } from '../rules';
import { EmbeddedReader, type State } from './reader';

/** Timeline entries by one statement: three times as fast as one by one. */
const ROWS = 128;

export class EmbeddedViews extends EmbeddedReader implements ViewSet {
  private readonly change: ReturnType<typeof statements>;

  constructor(name: string, db: Database) {
    super(name, db);
    this.change = statements(db);
  }

  async hold(collection: 'records' | 'links', ids: readonly RecordId[]): Promise<ReadonlyMap<RecordId, Held>> {
    const parked = collection === 'records' ? await this.isParked(ids) : [];
    return heldAt((await this.checkpoint()).position, await this.load(collection, ids), parked);
  }

  async write(batch: Batch): Promise<void> {
    this.whole(() => this.apply(batch));
  }

  async clear(): Promise<void> {
    this.whole(() => {
      for (const table of ['records', 'customers', 'links', 'timeline', 'keys', 'parked'])
        this.db.exec(`DELETE FROM ${table}`);
      const size = { ...byCollection(() => 0), entries: 0, keys: 0 };
      this.save({ checkpoint: { position: 0n, recordedAt: 0 }, size, roots: byCollection(() => 0n) });
    });
  }

  /** In one transaction, or nothing of it. */
  private whole(change: () => void): void {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      change();
      this.db.exec('COMMIT');
    } catch (error) {
      // SQLite has rolled back by itself after some errors, a full disk among them.
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      this.refs.forget();
      throw error;
    }
  }

  /** Erased bytes leave the write-ahead log too. Answers false where a reader is in the way: try again. */
  async scrub(): Promise<boolean> {
    const [busy] = rowsOf(this.db, 'PRAGMA wal_checkpoint(TRUNCATE)').get() as [number];
    return busy === 0;
  }

  private apply({ checkpoint, documents, timeline, parked, unparked }: Batch): void {
    const state = this.state();
    mustNotFall(this.name, state.checkpoint.position, checkpoint.position);
    state.checkpoint = checkpoint;
    for (const written of documents) this.put(written, state);
    state.size.entries += this.enter(timeline);
    for (const record of unparked) this.change.unpark.run(record);
    for (const { record, position, reason, recordedAt } of parked)
      this.change.park.run(this.refs.of(record), position, sqlText(reason), recordedAt);
    this.save(state);
  }

  private put({ collection, id, body, keys }: Written, { size, roots }: State): void {
    const { held, put, take } = this.change[collection];
    const ref = this.refs.of(id);
    const [oldHash, oldKeys] = (held.get(ref) as [string, string] | undefined) ?? [undefined, '[]'];
    const hash = body === undefined ? undefined : documentHash(id, body);
    const newKeys = body === undefined ? '[]' : keys ? JSON.stringify([...new Set(keys)].sort()) : oldKeys;
    if (hash === oldHash && newKeys === oldKeys) return;
    if (oldHash !== undefined) roots[collection] = subtracted(roots[collection], oldHash);
    if (hash !== undefined) roots[collection] = added(roots[collection], hash);
    size[collection] += Number(hash !== undefined) - Number(oldHash !== undefined);
    if (newKeys !== oldKeys) size.keys += this.setKeys(collection, ref, keysIn(oldKeys), keysIn(newKeys));
    if (hash === undefined || body === undefined) take.run(ref);
    else put.run(ref, hash, newKeys, body);
  }

  /** By how many keys there are more. */
  private setKeys(collection: Collection, ref: number, before: readonly string[], now: readonly string[]): number {
    for (const key of before) if (!now.includes(key)) this.change.takeKey.run(sqlText(key), ref, collection);
    for (const key of now) if (!before.includes(key)) this.change.putKey.run(sqlText(key), ref, collection);
    return now.length - before.length;
  }

  /** How many of them are new. In the order of the index, so that neighbours meet on one page. */
  private enter(entries: readonly Entry[]): number {
    const lines = new Map<number, Entry[]>();
    for (const entry of entries) {
      const ref = this.refs.of(entry.record);
      const line = lines.get(ref);
      if (line) line.push(entry);
      else lines.set(ref, [entry]);
    }
    let fresh = 0;
    let values: SqlValue[] = [];
    for (const ref of Float64Array.from(lines.keys()).sort()) {
      for (const { occurredAt, position } of (lines.get(ref) as Entry[]).sort(compareMoments)) {
        values.push(ref, occurredAt, position);
        if (values.length < 3 * ROWS) continue;
        fresh += Number(this.change.enterMany.run(...values).changes);
        values = [];
      }
    }
    for (let i = 0; i < values.length; i += 3)
      fresh += Number(this.change.enter.run(...values.slice(i, i + 3)).changes);
    return fresh;
  }

  private save({ checkpoint, size, roots }: State): void {
    const counts = [size.records, size.customers, size.links, size.entries, size.keys];
    const sums = [roots.records, roots.customers, roots.links].map(rootHex);
    this.change.save.run(checkpoint.position, checkpoint.recordedAt, ...counts, ...sums);
  }
}

/** A document's keys as its row holds them, sorted: what they were is known without an index on them. */
const keysIn = (column: string): string[] => JSON.parse(column) as string[];

function statements(db: Database) {
  const enter = (rows: number): Statement =>
    db.prepare(`INSERT OR IGNORE INTO timeline VALUES ${Array(rows).fill('(?, ?, ?)').join()}`);
  return {
    ...byCollection((collection) => documents(db, collection)),
    takeKey: db.prepare('DELETE FROM keys WHERE key = ? AND ref = ? AND collection = ?'),
    putKey: db.prepare('INSERT INTO keys VALUES (?, ?, ?)'),
    enter: enter(1),
    enterMany: enter(ROWS),
    unpark: db.prepare('DELETE FROM parked WHERE ref = (SELECT ref FROM refs WHERE id = ?)'),
    park: db.prepare('INSERT OR IGNORE INTO parked VALUES (?, ?, ?, ?)'),
    save: db.prepare(
      'UPDATE state SET position = ?, recorded_at = ?, records = ?, customers = ?, links = ?, entries = ?, keys = ?, records_root = ?, customers_root = ?, links_root = ?',
    ),
  };
}

const documents = (db: Database, collection: Collection) => ({
  held: rowsOf(db, `SELECT hash, keys FROM ${collection} WHERE ref = ?`),
  put: db.prepare(
    `INSERT INTO ${collection} VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET hash = excluded.hash, keys = excluded.keys, body = excluded.body`,
  ),
  take: db.prepare(`DELETE FROM ${collection} WHERE ref = ?`),
});
