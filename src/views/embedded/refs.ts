/** Which small number stands for a record's id in one generation. Numbers are given out for ever, so that what is cached stays true. */
import { Recent } from '../../../eventstore/embedded/recent';
import { type Database, rowsOf, type Statement } from '../../../eventstore/sqlite';

/** Ids kept in memory: about 30 MB at most. */
const CACHED = 200_000;

export class Refs {
  private readonly known = new Recent<string, number>(CACHED);
  private readonly select: Statement;
  private readonly insert: Statement;

  constructor(db: Database) {
    this.select = rowsOf(db, 'SELECT ref FROM refs WHERE id = ?');
    this.insert = db.prepare('INSERT INTO refs (id) VALUES (?)');
  }

  find(id: string): number | undefined {
    const cached = this.known.get(id);
    if (cached !== undefined) return cached;
    const row = this.select.get(id) as [number] | undefined;
    if (row) this.known.set(id, row[0]);
    return row?.[0];
  }

  /** Gives out a number where there is none. Only in a transaction that writes. */
  of(id: string): number {
    const found = this.find(id);
    if (found !== undefined) return found;
    const ref = Number(this.insert.run(id).lastInsertRowid);
    this.known.set(id, ref);
    return ref;
  }

  /** After a transaction that was taken back. */
  forget(): void {
    this.known.clear();
  }
}
