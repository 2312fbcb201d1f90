/**
 * The tables of log.db and the few values kept beside the events. Says what a folder's log is, and refuses what it cannot
 * read; it never changes a log that exists.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sameBytes } from '../deciding';
import { type Database, isDamage, openDatabase, openPlain, rowsOf, type SqlValue } from '../sqlite';
import { LogError, type Position } from '../store';
import { Frontier, type OnNode } from '../tree';

export const FORMAT = 1;

export const logFile = (folder: string): string => join(folder, 'log.db');

/** Perfect subtrees below this level are recomputed rather than stored: one row for 1,024 events, and for each level above. */
export const NODE_LEVEL = 10;

/** An event's leaf has the index position − first_position. Positions and revisions have no gaps. */
const TABLES = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE types (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    type INTEGER NOT NULL,
    source INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    occurred_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    leaf BLOB NOT NULL,
    bytes BLOB NOT NULL
  );
  CREATE UNIQUE INDEX events_once ON events (source, client_id);
  CREATE UNIQUE INDEX events_stream ON events (stream, revision);
  CREATE TABLE nodes (level INTEGER NOT NULL, ix INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, ix)) WITHOUT ROWID;
`;

export interface Creation {
  readonly keyCheck?: Uint8Array;
  /** Position of the first event, 1n unless a test wants to see large ones. */
  readonly firstPosition?: Position;
  /** Of the log that this one is a copy of; a new one where absent. */
  readonly logId?: string;
}

/** What stands in `meta` for the life of a log. */
export interface Meta {
  readonly logId: string;
  readonly keyCheck: Uint8Array;
  readonly firstPosition: Position;
}

/** Creates the log of a folder that has none, as one transaction: a crash in the middle leaves a file that is no log yet. */
export function createLog(folder: string, creation: Creation): void {
  const db = openDatabase(logFile(folder));
  try {
    db.exec('BEGIN IMMEDIATE');
    db.exec(TABLES);
    const set = db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
    const values: Record<string, SqlValue> = {
      format: FORMAT,
      log_id: creation.logId ?? randomUUID(),
      key_check: creation.keyCheck ?? new Uint8Array(),
      first_position: creation.firstPosition ?? 1n,
      frontier: frontierBytes(Frontier.empty()),
    };
    for (const [key, value] of Object.entries(values)) set.run(key, value);
    db.exec('COMMIT');
  } finally {
    db.close();
  }
}

/** Nothing was ever stored: no file, or one that a crash left before the tables were committed. */
export function isFresh(folder: string): boolean {
  if (!existsSync(logFile(folder))) return true;
  return guarded(folder, () => {
    const db = openPlain(logFile(folder), { readOnly: true });
    try {
      return db.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined;
    } finally {
      db.close();
    }
  });
}

/** Opens log.db for reading and says whether this program may use it. Throws `LogError`. */
export function openLogFile(folder: string, keyCheck?: Uint8Array): { db: Database; meta: Meta } {
  if (!existsSync(logFile(folder)))
    throw new LogError('not-a-log', `${folder} holds no log.db: it is not the folder of a log`);
  return guarded(folder, () => {
    const db = openDatabase(logFile(folder), { readOnly: true });
    try {
      return { db, meta: checked(folder, readMeta(db), keyCheck) };
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

function checked(folder: string, meta: ReadonlyMap<string, SqlValue>, keyCheck: Uint8Array | undefined): Meta {
  const format = Number(meta.get('format') ?? 0);
  const logId = meta.get('log_id');
  if (format < 1 || typeof logId !== 'string')
    throw new LogError('not-a-log', `log.db in ${folder} is a database, but not that of a log`);
  if (format > FORMAT) {
    throw new LogError(
      'newer-format',
      `the log in ${folder} has format ${format}, this version reads up to ${FORMAT}: use a newer version`,
    );
  }
  const stored = meta.get('key_check') as Uint8Array;
  if (keyCheck && !sameBytes(keyCheck, stored)) {
    throw new LogError(
      'wrong-keys',
      `the keys beside the log in ${folder} are not those it was written with: put back the keys of this log`,
    );
  }
  return { logId, keyCheck: stored, firstPosition: meta.get('first_position') as bigint };
}

function readMeta(db: Database): ReadonlyMap<string, SqlValue> {
  if (!db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'").get()) return new Map();
  const rows = rowsOf(db, "SELECT key, value FROM meta WHERE key <> 'frontier'", { bigints: true }).all();
  return new Map(rows as [string, SqlValue][]);
}

function guarded<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new LogError('not-a-log', `log.db in ${folder} cannot be read as a log: ${(error as Error).message}`);
  }
}

/** Size as 8 bytes, big end first, then the peaks. */
export function frontierBytes(frontier: Frontier): Uint8Array {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(frontier.size);
  return Buffer.concat([size, frontier.peaksBytes()]);
}

/** The tree as of the last commit. */
export function readFrontier(db: Database, onNode?: OnNode): Frontier {
  const [value] = rowsOf(db, "SELECT value FROM meta WHERE key = 'frontier'").get() as [Uint8Array];
  const size = new DataView(value.buffer, value.byteOffset).getBigUint64(0);
  return Frontier.of(size, value.subarray(8), onNode);
}
