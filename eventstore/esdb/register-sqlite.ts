/**
 * The register in one SQLite file, for a node or a machine that has its own. It may lose its last commits with the power:
 * the log fills it again. Several threads and processes may have it open.
 */
import { type Database, closeWritten, openDatabase, plainText, rowsOf, sqlText, type Statement } from '../sqlite';
import { type Doubles, type Known, LogError, type Position, type Revision, type StreamName } from '../store';
import {
  type Checkpoint,
  type Entry,
  type Gap,
  type Id,
  NOTHING,
  type Register,
  SOME_DOUBLES,
  SOME_GAPS,
} from './register';

/** 2: doubled ids are marked, streams are indexed. An older register is made again from the log. */
const FORMAT = 2;
/** Entries are written in order and looked up by id: the upper pages of one index are what is worth keeping. */
const CACHE_KIB = 16 * 1024;

const META = 'CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID';

const TABLES = `
  CREATE TABLE IF NOT EXISTS streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS entries (
    ordinal INTEGER PRIMARY KEY, position INTEGER NOT NULL, stream INTEGER NOT NULL, revision INTEGER NOT NULL,
    source INTEGER NOT NULL, client_id TEXT NOT NULL, fingerprint BLOB NOT NULL, recorded_at INTEGER NOT NULL,
    leaf BLOB NOT NULL, first INTEGER);
  CREATE UNIQUE INDEX IF NOT EXISTS entries_position ON entries (position);
  CREATE UNIQUE INDEX IF NOT EXISTS entries_id ON entries (source, client_id) WHERE first IS NULL;
  CREATE INDEX IF NOT EXISTS entries_doubled ON entries (position) WHERE first IS NOT NULL;
  CREATE INDEX IF NOT EXISTS entries_stream ON entries (stream, revision);
  CREATE TABLE IF NOT EXISTS gaps (position INTEGER PRIMARY KEY, missing INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS lifted (position INTEGER PRIMARY KEY, recorded_at INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS head (
    one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, position INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL, scanned INTEGER NOT NULL, peaks BLOB NOT NULL)`;

export class SqliteRegister implements Register {
  private readonly db: Database;
  private readonly sql: ReturnType<typeof statements>;

  /** Opens the register in `file`, or makes it. Throws `LogError` `newer-format`. */
  constructor(file: string) {
    this.db = openDatabase(file, { synchronous: 'normal', cacheKiB: CACHE_KIB });
    this.db.exec(META);
    const format = Number(this.remember('format', FORMAT));
    if (format > FORMAT) {
      this.db.close();
      throw new LogError('newer-format', `the register ${file} has format ${format}, this version reads ${FORMAT}`);
    }
    if (format < FORMAT) this.beginAgain();
    this.db.exec(TABLES);
    this.sql = statements(this.db);
  }

  /** What an older version wrote says less: the log says it again. */
  private beginAgain(): void {
    this.db.exec('BEGIN IMMEDIATE');
    for (const table of ['entries', 'lifted', 'head', 'streams', 'sources', 'gaps'])
      this.db.exec(`DROP TABLE IF EXISTS ${table}`);
    this.db.prepare("UPDATE meta SET value = ? WHERE key = 'format'").run(FORMAT);
    this.db.exec('COMMIT');
  }

  async bind(logId: string): Promise<string> {
    return String(this.remember('log_id', logId));
  }

  async checkpoint(): Promise<Checkpoint> {
    const row = this.sql.head.get() as [bigint, bigint, bigint, bigint, Uint8Array] | undefined;
    if (!row) return NOTHING;
    const [size, position, recordedAt, scanned, peaks] = row;
    return { size: Number(size), position, recordedAt: Number(recordedAt), scanned, peaks };
  }

  async add(entries: readonly Entry[], checkpoint: Checkpoint): Promise<void> {
    const { size, position, recordedAt, scanned, peaks } = checkpoint;
    this.db.exec('BEGIN IMMEDIATE');
    try {
      for (const entry of entries) this.insert(entry);
      this.sql.advance.run(size, position, recordedAt, scanned, peaks);
      this.db.exec('COMMIT');
    } catch (problem) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw problem;
    }
  }

  async find(ids: readonly Id[]): Promise<readonly (Known | undefined)[]> {
    return ids.map(({ source, clientId }) => {
      const row = this.sql.find.get(sqlText(source), sqlText(clientId)) as KnownRow | undefined;
      if (!row) return undefined;
      const [position, stream, revision, recordedAt, fingerprint] = row;
      return { position, stream: plainText(stream), revision, recordedAt: Number(recordedAt), fingerprint };
    });
  }

  async at(positions: readonly Position[]) {
    return positions.flatMap((asked) => {
      const row = this.sql.at.get(asked) as KnownRow | undefined;
      if (!row) return [];
      const [position, stream, revision, recordedAt] = row;
      return [{ position, stream: plainText(stream), revision, recordedAt: Number(recordedAt) }];
    });
  }

  async lifted(after: Position, until: Position): Promise<ReadonlyMap<Position, number>> {
    const rows = this.sql.lifted.all(after, until) as [bigint, bigint][];
    return new Map(rows.map(([position, recordedAt]) => [position, Number(recordedAt)]));
  }

  async doubled(after: Position, until: Position): Promise<ReadonlySet<Position>> {
    const rows = this.sql.doubled.all(after, until) as [bigint][];
    return new Set(rows.map(([position]) => position));
  }

  async doubles(): Promise<Doubles> {
    const [count] = this.sql.countDoubled.get() as [bigint];
    const rows = this.sql.someDoubled.all(SOME_DOUBLES) as [bigint, string, bigint, string, string, bigint][];
    const some = rows.map(([position, stream, revision, source, clientId, first]) => ({
      position,
      stream: plainText(stream),
      revision,
      source: plainText(source),
      clientId: plainText(clientId),
      first,
    }));
    return { count: Number(count), some };
  }

  async ends(streams: readonly StreamName[]): Promise<ReadonlyMap<StreamName, Revision>> {
    const found = new Map<StreamName, Revision>();
    for (const stream of streams) {
      const [last] = this.sql.end.get(sqlText(stream)) as [bigint | null];
      if (last !== null) found.set(stream, last);
    }
    return found;
  }

  async next(after: Position, limit: number): Promise<readonly Position[]> {
    return (this.sql.next.all(after, limit) as [bigint][]).map(([position]) => position);
  }

  async floor(position: Position): Promise<Position> {
    return (this.sql.floor.get(position) as [bigint] | undefined)?.[0] ?? 0n;
  }

  async gaps(): Promise<readonly Gap[]> {
    const rows = this.sql.gaps.all(SOME_GAPS) as [bigint, string, bigint, bigint][];
    return rows.map(([position, stream, from, until]) => ({ position, stream: plainText(stream), from, until }));
  }

  /** Stamps never fall along the ordinals, so a few look-ups find the place. */
  async positionAt(recordedAt: number): Promise<Position> {
    let [low, high] = [0, (await this.checkpoint()).size];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const [, stamp] = this.sql.ordinal.get(middle) as [bigint, bigint];
      if (Number(stamp) <= recordedAt) low = middle;
      else high = middle - 1;
    }
    const row = this.sql.ordinal.get(low) as [bigint, bigint] | undefined;
    return row?.[0] ?? 0n;
  }

  async leaves(from: number, limit: number) {
    const rows = this.sql.leaves.all(from, limit) as [bigint, Uint8Array][];
    return rows.map(([position, leaf]) => ({ position, leaf }));
  }

  async close(): Promise<void> {
    closeWritten(this.db);
  }

  private insert(entry: Entry): void {
    const { ordinal, position, stream, revision, source, clientId, fingerprint, recordedAt, leaf } = entry;
    const from = this.idOf('sources', source);
    const text = sqlText(clientId);
    const row = [ordinal, position, this.idOf('streams', stream), revision, from, text, fingerprint, recordedAt, leaf];
    if (this.sql.insert.run(...row, null).changes === 0) {
      // Either it is there already, or another event bears its id.
      if (this.sql.ordinal.get(ordinal)) return;
      const [first] = this.sql.firstOf.get(from, text) as [bigint];
      this.sql.insert.run(...row, first);
    }
    if (entry.lifted) this.sql.lift.run(position, recordedAt);
    if (entry.missing !== undefined) this.sql.gap.run(position, entry.missing);
  }

  private idOf(table: 'streams' | 'sources', name: string): bigint {
    const { find, add } = this.sql[table];
    const found = find.get(sqlText(name)) as [bigint] | undefined;
    return found ? found[0] : BigInt(add.run(sqlText(name)).lastInsertRowid);
  }

  /** What stands under `key`; `value` from now on where nothing did. */
  private remember(key: string, value: string | number): unknown {
    this.db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO NOTHING').run(key, value);
    return (rowsOf(this.db, 'SELECT value FROM meta WHERE key = ?').get(key) as [unknown])[0];
  }
}

type KnownRow = [bigint, string, bigint, bigint, Uint8Array];

function statements(db: Database) {
  const rows = (sql: string): Statement => rowsOf(db, sql, { bigints: true });
  const named = (table: string) => ({
    find: rows(`SELECT id FROM ${table} WHERE name = ?`),
    add: db.prepare(`INSERT INTO ${table} (name) VALUES (?)`),
  });
  const known =
    'SELECT position, s.name, revision, recorded_at, fingerprint FROM entries e JOIN streams s ON s.id = e.stream';
  return {
    streams: named('streams'),
    sources: named('sources'),
    insert: db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
    lift: db.prepare('INSERT INTO lifted VALUES (?, ?) ON CONFLICT DO NOTHING'),
    advance: db.prepare(
      `INSERT INTO head VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET size = excluded.size,
         position = excluded.position, recorded_at = excluded.recorded_at, scanned = excluded.scanned, peaks = excluded.peaks
       WHERE (excluded.size, excluded.scanned) > (head.size, head.scanned)`,
    ),
    head: rows('SELECT size, position, recorded_at, scanned, peaks FROM head'),
    find: rows(`${known} WHERE source = (SELECT id FROM sources WHERE name = ?) AND client_id = ? AND first IS NULL`),
    firstOf: rows('SELECT position FROM entries WHERE source = ? AND client_id = ? AND first IS NULL'),
    doubled: rows('SELECT position FROM entries WHERE first IS NOT NULL AND position > ? AND position <= ?'),
    countDoubled: rows('SELECT count(*) FROM entries WHERE first IS NOT NULL'),
    someDoubled: rows(
      `SELECT position, s.name, revision, o.name, client_id, first FROM entries e JOIN streams s ON s.id = e.stream
         JOIN sources o ON o.id = e.source WHERE first IS NOT NULL ORDER BY position LIMIT ?`,
    ),
    end: rows('SELECT max(revision) FROM entries WHERE stream = (SELECT id FROM streams WHERE name = ?)'),
    next: rows('SELECT position FROM entries WHERE position > ? ORDER BY position LIMIT ?'),
    floor: rows('SELECT position FROM entries WHERE position <= ? ORDER BY position DESC LIMIT 1'),
    gap: db.prepare('INSERT INTO gaps VALUES (?, ?) ON CONFLICT DO NOTHING'),
    gaps: rows(
      `SELECT g.position, s.name, g.missing, e.revision FROM gaps g JOIN entries e ON e.position = g.position
         JOIN streams s ON s.id = e.stream ORDER BY g.position LIMIT ?`,
    ),
    at: rows(`${known} WHERE position = ?`),
    lifted: rows('SELECT position, recorded_at FROM lifted WHERE position > ? AND position <= ?'),
    ordinal: rows('SELECT position, recorded_at FROM entries WHERE ordinal = ?'),
    leaves: rows('SELECT position, leaf FROM entries WHERE ordinal >= ? ORDER BY ordinal LIMIT ?'),
  };
}
