/** Which small number stands for a record's id in one generation. Numbers are given out for ever, so that what is cached stays true. */
import { Recent } from '../../../eventstore/recent';
import { type Database, rowsOf, type Statement } from '../../../eventstore/sqlite';

/** Ids kept in memory, about 30 MB; each other one that is wanted costs a look-up of 2 µs. */
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
    return row && this.keep(id, row[0]);
  }

  /** Gives out a number where there is none. Only in a transaction that writes. */
  of(id: string): number {
    const found = this.find(id);
    if (found !== undefined) return found;
    return this.keep(id, Number(this.insert.run(id).lastInsertRowid));
  }

  private keep(id: string, ref: number): number {
    this.known.set(id, ref);
    return ref;
  }

  /** After a transaction that was taken back. */
  forget(): void {
    this.known.clear();
  }
}
