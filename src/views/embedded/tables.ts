/**
 * The tables of one generation of views, a file of its own: dropping it is deleting it, and two generations never share
 * a page. Says how files are named and opened; knows no query.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../../eventstore/sqlite';

/** Of the tables below. Views are disposable: another format is rebuilt, never migrated. */
const FORMAT = 2;

/** `ref` stands for a record's id, 32 digits, wherever it would be repeated. `hash` stands before `body`, so that reading it touches no overflow page. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS refs (ref INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS records (ref INTEGER PRIMARY KEY, hash TEXT NOT NULL, keys TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS customers (ref INTEGER PRIMARY KEY, hash TEXT NOT NULL, keys TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS links (ref INTEGER PRIMARY KEY, hash TEXT NOT NULL, keys TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS keys (
    key TEXT NOT NULL, ref INTEGER NOT NULL, collection TEXT NOT NULL, PRIMARY KEY (key, ref, collection)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS timeline (
    ref INTEGER NOT NULL, occurred_at INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (ref, occurred_at, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS parked (
    ref INTEGER PRIMARY KEY, position INTEGER NOT NULL, reason TEXT NOT NULL, recorded_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS state (
    one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
    records INTEGER NOT NULL, customers INTEGER NOT NULL, links INTEGER NOT NULL, entries INTEGER NOT NULL, keys INTEGER NOT NULL,
    records_root TEXT NOT NULL, customers_root TEXT NOT NULL, links_root TEXT NOT NULL
  ) STRICT;
  INSERT OR IGNORE INTO state VALUES (1, 0, 0, 0, 0, 0, 0, 0, '0', '0', '0');
  PRAGMA user_version = ${FORMAT};
`;

export const generationFile = (folder: string, name: string): string => join(folder, `views-${name}.db`);

/** Which generation a file of the folder belongs to. */
export const generationOf = (file: string): string | undefined => /^views-(.+)\.db(-wal|-shm)?$/.exec(file)?.[1];

export function removeGeneration(folder: string, name: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(generationFile(folder, name) + end, { force: true });
}

/**
 * For the one writer. A file that is not there, or that the power took before its tables were on disk, begins empty at
 * position 0. Throws for another format.
 */
export function openForWriting(folder: string, name: string): Database {
  // NORMAL may lose the last commits with the power, documents and checkpoint together: they are folded again.
  const db = openDatabase(generationFile(folder, name), {
    synchronous: 'normal',
    secureDelete: true,
    checkpointPages: 2_000,
  });
  try {
    const { user_version: format } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (format !== 0 && format !== FORMAT)
      throw new Error(`views ${name} in ${folder} have format ${format}, this version has ${FORMAT}: rebuild them`);
    db.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT`);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

export const openForReading = (folder: string, name: string): Database =>
  openDatabase(generationFile(folder, name), { readOnly: true });
