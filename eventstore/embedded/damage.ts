/**
 * Where a file of SQLite itself is damaged: events that cannot be read, or that cannot be found though their bytes are
 * whole. The tree knows nothing of pages and indexes; this knows nothing of the tree.
 */
import { type Database, isUnreadable, rowsOf } from '../sqlite';
import type { Position } from '../store';
import { Found } from './found';

/** The first event from `from`, before `end`, at which SQLite breaks off, or that it is somewhere behind. Throws every other problem. */
export function damageFrom(db: Database, from: Position, end: Position, problem: unknown): Found {
  if (!isUnreadable(problem)) throw problem;
  const one = rowsOf(db, 'SELECT * FROM events WHERE position = ?');
  for (let position = from; position < end; position++) {
    try {
      one.get(position);
    } catch (unreadable) {
      if (!isUnreadable(unreadable)) throw unreadable;
      return new Found(position, `the file cannot be read at this event: ${said(unreadable)}`);
    }
  }
  return new Found(from, `the file is damaged here or behind, in what helps to find events: ${said(problem)}`);
}

/**
 * Throws `Found` where the pages of the file do not hang together, or, `deep`, an index lacks an event: then a read might
 * pass over events that are there. In one piece, about a second for a million events.
 */
export function checkFile(db: Database, first: Position, size: bigint, deep: boolean): void {
  const [verdict] = rowsOf(db, `PRAGMA ${deep ? 'integrity_check' : 'quick_check'}(1)`).get() as [string];
  if (verdict === 'ok') return;
  const one = rowsOf(db, 'SELECT 1 FROM events WHERE position = ?');
  for (let position = first; position < first + size; position++)
    if (!one.get(position)) throw new Found(position, `this event is there and cannot be found: ${verdict}`);
  // SQLite counts the rows of a table from 1, in the order of their positions.
  const row = /^row (\d+) missing from index events_/.exec(verdict)?.[1];
  throw new Found(
    row === undefined ? first : first + BigInt(row) - 1n,
    `the file is damaged ${row === undefined ? 'in what helps to find events' : 'at this event'}: ${verdict}`,
  );
}

const said = (problem: unknown): string => (problem instanceof Error ? problem.message : String(problem));
