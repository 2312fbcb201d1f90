/**
 * SQLite, loaded in this one place: Node's own module where it is complete enough, else the prebuilt package with the same
 * API. Opens files with the settings that the log and the views rely on; knows no table.
 */

export type SqlValue = null | number | bigint | string | Uint8Array;

export interface Statement {
  run(...values: SqlValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
  iterate(...values: SqlValue[]): IterableIterator<unknown>;
  setReadBigInts(on: boolean): void;
  setReturnArrays(on: boolean): void;
}

export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
  readonly isTransaction: boolean;
}

export interface OpenOptions {
  /** Refuses writes; the file must exist. */
  readonly readOnly?: boolean;
  /** `full` makes each commit durable (the log); `normal` may lose the last commits with the power (views). */
  readonly synchronous?: 'full' | 'normal';
  /** Overwrites deleted content with zeros, so that what was erased is gone from the file. */
  readonly secureDelete?: boolean;
  /** Pages in the write-ahead log before they are moved into the file: fewer make shorter stops, more make fewer. */
  readonly checkpointPages?: number;
  /** Page cache in KiB. */
  readonly cacheKiB?: number;
  /** Largest size of the file in pages of 4 KiB. */
  readonly maxPages?: number;
  /** Milliseconds to wait for another connection's lock. */
  readonly patience?: number;
}

/** At the default of 1,000 pages a busy log would be checkpointed, and synced twice, every few hundred commits. */
const CHECKPOINT_PAGES = 8_000;
/** Pages that are read again soon; what is read once comes from the file system's cache all the same. */
const CACHE_KIB = { writing: 48 * 1024, reading: 12 * 1024 };
/** A WAL that a long read let grow is cut back to this when it is used again. */
const WAL_BYTES = 64 * 1024 * 1024;

/** WAL, synchronous, cache and mapping set. Throws what SQLite throws when the file is no database. */
export function openDatabase(file: string, options: OpenOptions = {}): Database {
  const { DatabaseSync } = sqlite();
  const db = new DatabaseSync(file, { readOnly: options.readOnly ?? false, timeout: options.patience ?? 5_000 });
  try {
    if (!options.readOnly) {
      db.exec('PRAGMA journal_mode = WAL');
      db.exec(`PRAGMA synchronous = ${options.synchronous ?? 'full'}`);
      db.exec(`PRAGMA wal_autocheckpoint = ${options.checkpointPages ?? CHECKPOINT_PAGES}`);
      db.exec(`PRAGMA journal_size_limit = ${WAL_BYTES}`);
      if (options.secureDelete) db.exec('PRAGMA secure_delete = ON');
      if (options.maxPages !== undefined) limitPages(db, options.maxPages);
    }
    db.exec(`PRAGMA cache_size = -${options.cacheKiB ?? (options.readOnly ? CACHE_KIB.reading : CACHE_KIB.writing)}`);
    db.exec('PRAGMA temp_store = MEMORY');
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/**
 * Moves the WAL into the file, then closes. The package keeps a closed connection half open until its statements are
 * collected, so the last close cannot be trusted to do this.
 */
export function closeWritten(db: Database): void {
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

/** A file that would grow past this fails its writes as a full disk does. SQLite never goes below the present size. */
export function limitPages(db: Database, pages: number): void {
  db.exec(`PRAGMA max_page_count = ${pages}`);
}

/** A bare connection that keeps SQLite's defaults: for locks and for `VACUUM INTO`. */
export function openPlain(file: string, options: { readOnly?: boolean; patience?: number } = {}): Database {
  const { DatabaseSync } = sqlite();
  return new DatabaseSync(file, { readOnly: options.readOnly ?? false, timeout: options.patience ?? 0 });
}

/** A statement whose rows are arrays; with `bigints`, every integer in them is a bigint. */
export function rowsOf(db: Database, sql: string, { bigints = false }: { bigints?: boolean } = {}): Statement {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  if (bigints) statement.setReadBigInts(true);
  return statement;
}

/** SQLite's primary result code of an error that it threw: 5 busy, 11 corrupt, 13 full, 26 not a database … */
export function sqliteCode(error: unknown): number | undefined {
  const code = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** SQLite threw it, and no code of ours. */
export const isOfSqlite = (error: unknown): error is Error =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SQLITE_ERROR';

/** Result codes, and what SQLite says of them: some errors of the package come without their code. */
const DAMAGED = { codes: [11, 26], words: /^(database disk image is malformed|file is not a database)/ };
const UNREAD = { codes: [10], words: /^(disk I\/O error|no such (table|column))/ };

const isOneOf = (error: unknown, { codes, words }: typeof DAMAGED): boolean =>
  isOfSqlite(error) && (codes.includes(sqliteCode(error) ?? 0) || words.test(error.message));

/** The file is not as SQLite wrote it. */
export const isDamage = (error: unknown): boolean => isOneOf(error, DAMAGED);

/** The same, or the disk does not give it back, or its tables are others than were made. */
export const isUnreadable = (error: unknown): boolean => isDamage(error) || isOneOf(error, UNREAD);

/**
 * Any text as the text SQLite is given: the package cuts a bound text off at U+0000, so two ids would become one. U+0000
 * and, to stay reversible, U+0001 are written as two characters. Every text from outside passes here before it is bound.
 */
export const sqlText = (text: string): string =>
  text.includes('\u0000') || text.includes('\u0001')
    ? text.replaceAll('\u0001', '\u0001b').replaceAll('\u0000', '\u0001a')
    : text;

/** Inverse of `sqlText`. */
export const plainText = (stored: string): string =>
  stored.includes('\u0001') ? stored.replaceAll('\u0001a', '\u0000').replaceAll('\u0001b', '\u0001') : stored;

interface SqliteModule {
  readonly DatabaseSync: new (file: string, options: { readOnly: boolean; timeout: number }) => Database;
  readonly StatementSync: { readonly prototype: object };
}

let loaded: SqliteModule | undefined;

function sqlite(): SqliteModule {
  // oxlint-disable-next-line typescript/no-require-imports -- only where Node's own module is not enough
  loaded ??= builtIn() ?? (require('@photostructure/sqlite') as SqliteModule);
  return loaded;
}

/** Node's own module, if it has all that is used here; its warning that it is new is not our users' business. */
function builtIn(): SqliteModule | undefined {
  const own = Object.getOwnPropertyDescriptor(process, 'emitWarning') ?? {};
  process.emitWarning = () => {};
  try {
    const found = process.getBuiltinModule('node:sqlite') as SqliteModule | undefined;
    return found && 'setReturnArrays' in found.StatementSync.prototype ? found : undefined;
  } finally {
    Object.defineProperty(process, 'emitWarning', own);
  }
}
