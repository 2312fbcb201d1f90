/**
 * Everything that only reads, on a read-only connection: any number of them beside the writer, in this process or another.
 * Each call is short and leaves no transaction open, because an open one would keep the WAL from being reused.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { type Database, isUnreadable, plainText, rowsOf, sqlText, type Statement } from '../sqlite';
import {
  type Doubles,
  type Filter,
  type Head,
  type Known,
  LogError,
  type LoggedEvent,
  type LogReader,
  NO_DOUBLES,
  type Page,
  type Position,
  type StreamName,
  type StreamPage,
  type StreamQuery,
  type TreeHead,
  type Verdict,
} from '../store';
import type { ColumnsOf } from './columns';
import { Recent } from '../recent';
import { type Meta, openLogFile, readFrontier } from './schema';
import { verifyLog } from './verify';

const PAGE = 1_000;
/** Positions that one page of a filtered read looks through: some hundredths of a second. */
const WINDOW = 20_000;
/** Bytes of events after which a page ends early, so that large events do not fill the memory. */
const PAGE_BYTES = 16 * 1024 * 1024;
/** Rows of the first look, before their size is known. */
const FIRST_ROWS = 16;
/** Positions in one statement. */
const AT_ONCE = 500;
const STREAMS_KEPT = 200_000;

export interface ReadOptions {
  /** Refuses the log unless it was created with the same bytes. */
  readonly keyCheck?: Uint8Array;
  /** What an event's bytes say about its columns: lets a deep verify compare them. */
  readonly columnsOf?: ColumnsOf;
}

export class EmbeddedReader implements LogReader {
  readonly id: string;
  private readonly db: Database;
  protected readonly meta: Meta;
  private readonly sql: ReturnType<typeof statements>;
  private readonly streams = new Recent<bigint, StreamName>(STREAMS_KEPT);
  private readonly types = new Map<bigint, string>();
  private closed = false;

  /** Opens the log in `folder` beside whoever owns it. Throws `LogError`: not-a-log, newer-format, wrong-keys. */
  constructor(
    folder: string,
    private readonly options: ReadOptions = {},
  ) {
    const { db, meta } = openLogFile(folder, options.keyCheck);
    this.db = db;
    this.meta = meta;
    this.id = meta.logId;
    try {
      this.sql = statements(db);
    } catch (problem) {
      db.close();
      if (!isUnreadable(problem)) throw problem;
      throw new LogError('not-a-log', `the tables of log.db in ${folder} are not those of a log`);
    }
  }

  async read(name: StreamName, { from, direction = 'forward', limit = PAGE }: StreamQuery = {}): Promise<StreamPage> {
    this.open();
    const stream = this.sql.streamId.get(sqlText(name)) as [bigint] | undefined;
    if (!stream) return { events: [], end: true };
    const forward = direction === 'forward';
    const statement = forward ? this.sql.forward : this.sql.backward;
    // One row more than asked for tells whether this is the end.
    const { rows, full } = inChunks(limit + 1, (count, last) => {
      const edge = last ? last[2] + (forward ? 1n : -1n) : (from ?? (forward ? 0n : MAX));
      return statement.all(stream[0], edge, count) as EventRow[];
    });
    const end = rows.length <= limit && !full;
    return { events: rows.slice(0, limit).map((row) => this.logged(row)), end };
  }

  async readAll(after: Position, { filter, limit = PAGE }: { filter?: Filter; limit?: number } = {}): Promise<Page> {
    this.open();
    const head = this.headRow()[0];
    const types = filter?.types && JSON.stringify(this.typeIds(filter.types));
    const until = types ? min(head, after + BigInt(WINDOW)) : head;
    const { rows, full } = inChunks(limit, (count, last) => {
      const start = last?.[0] ?? after;
      const found = types ? this.sql.some.all(start, until, types, count) : this.sql.all.all(start, until, count);
      return found as EventRow[];
    });
    const cut = full || rows.length >= limit;
    const next = cut ? (rows.at(-1)?.[0] ?? after) : max(until, after);
    return { events: rows.map((row) => this.logged(row)), next, end: next >= head };
  }

  async readAt(positions: readonly Position[]): Promise<readonly LoggedEvent[]> {
    this.open();
    const found: LoggedEvent[] = [];
    for (let from = 0; from < positions.length; from += AT_ONCE) {
      const asked = positions.slice(from, from + AT_ONCE);
      const rows = this.sql.at.all(`[${asked.join()}]`) as EventRow[];
      for (const row of rows) found.push(this.logged(row));
    }
    return found;
  }

  async find(source: string, clientId: string): Promise<Known | undefined> {
    this.open();
    const row = this.sql.find.get(sqlText(source), sqlText(clientId)) as
      | [bigint, string, bigint, bigint, Uint8Array]
      | undefined;
    if (!row) return undefined;
    const [position, stream, revision, recordedAt, fingerprint] = row;
    return { position, stream: plainText(stream), revision, recordedAt: Number(recordedAt), fingerprint };
  }

  async head(): Promise<Head> {
    this.open();
    const [position, recordedAt] = this.headRow();
    return { position, recordedAt: Number(recordedAt) };
  }

  async positionAt(recordedAt: number): Promise<Position> {
    this.open();
    let low = this.meta.firstPosition;
    let high = this.headRow()[0] + 1n;
    if (high <= low) return 0n;
    while (low < high) {
      const middle = (low + high) >> 1n;
      const [stamp] = this.sql.stamp.get(middle) as [bigint];
      if (Number(stamp) <= recordedAt) low = middle + 1n;
      else high = middle;
    }
    return low === this.meta.firstPosition ? 0n : low - 1n;
  }

  async doubles(): Promise<Doubles> {
    return NO_DOUBLES;
  }

  async tree(): Promise<TreeHead> {
    this.open();
    const frontier = readFrontier(this.db);
    return { size: frontier.size, root: frontier.root() };
  }

  async verify(options: { deep?: boolean; onProgress?: (done: bigint, of: bigint) => void } = {}): Promise<Verdict> {
    this.open();
    return verifyLog(this.db, this.meta, {
      ...options,
      columnsOf: this.options.columnsOf,
      pause: async () => {
        await turn();
        this.open();
      },
    });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.db.close();
  }

  private open(): void {
    if (this.closed) throw new LogError('closed', 'this log is closed');
  }

  private headRow(): [bigint, bigint] {
    return (this.sql.head.get() as [bigint, bigint] | undefined) ?? [0n, 0n];
  }

  private typeIds(names: readonly string[]): number[] {
    return names.flatMap((name) => {
      const row = this.sql.typeId.get(sqlText(name)) as [bigint] | undefined;
      return row ? [Number(row[0])] : [];
    });
  }

  private logged([position, stream, revision, type, occurredAt, recordedAt, bytes]: EventRow): LoggedEvent {
    return {
      position,
      stream: this.streamOf(stream),
      revision,
      type: this.typeOf(type),
      occurredAt: Number(occurredAt),
      recordedAt: Number(recordedAt),
      bytes,
    };
  }

  private streamOf(id: bigint): StreamName {
    const kept = this.streams.get(id);
    if (kept !== undefined) return kept;
    const name = plainText((this.sql.streamName.get(id) as [string])[0]);
    this.streams.set(id, name);
    return name;
  }

  private typeOf(id: bigint): string {
    const kept = this.types.get(id);
    if (kept !== undefined) return kept;
    const name = plainText((this.sql.typeName.get(id) as [string])[0]);
    this.types.set(id, name);
    return name;
  }
}

type EventRow = readonly [bigint, bigint, bigint, bigint, bigint, bigint, Uint8Array];

const MAX = (1n << 63n) - 1n;
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Up to `limit` rows, or fewer when their bytes are enough for a page (`full`). `fetch` gets the last row so far. */
function inChunks(
  limit: number,
  fetch: (count: number, last: EventRow | undefined) => EventRow[],
): { rows: EventRow[]; full: boolean } {
  let rows: EventRow[] = [];
  let bytes = 0;
  while (rows.length < limit) {
    const mean = bytes / rows.length || PAGE_BYTES / FIRST_ROWS;
    const count = Math.min(limit - rows.length, Math.max(1, Math.ceil((PAGE_BYTES - bytes) / mean)));
    const found = fetch(count, rows.at(-1));
    for (const row of found) bytes += row[6].length;
    rows = rows.length === 0 ? found : rows.concat(found);
    if (found.length < count) return { rows, full: false };
    if (bytes >= PAGE_BYTES) return { rows, full: true };
  }
  return { rows, full: false };
}

function statements(db: Database) {
  const rows = (sql: string): Statement => rowsOf(db, sql, { bigints: true });
  const event = 'SELECT position, stream, revision, type, occurred_at, recorded_at, bytes FROM events';
  return {
    forward: rows(`${event} WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?`),
    backward: rows(`${event} WHERE stream = ? AND revision <= ? ORDER BY revision DESC LIMIT ?`),
    all: rows(`${event} WHERE position > ? AND position <= ? ORDER BY position LIMIT ?`),
    some: rows(
      `${event} WHERE position > ? AND position <= ? AND type IN (SELECT value FROM json_each(?)) ORDER BY position LIMIT ?`,
    ),
    // One statement for many positions: called from JavaScript one by one, the call costs more than the row.
    at: rows(
      `${event.replace('FROM events', 'FROM (SELECT key AS place, value AS wanted FROM json_each(?)) CROSS JOIN events ON position = wanted')} ORDER BY place`,
    ),
    stamp: rows('SELECT recorded_at FROM events WHERE position = ?'),
    head: rows('SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1'),
    find: rows(
      `SELECT position, t.name, revision, recorded_at, fingerprint FROM events e JOIN streams t ON t.id = e.stream
       WHERE source = (SELECT id FROM sources WHERE name = ?) AND client_id = ?`,
    ),
    streamId: rows('SELECT id FROM streams WHERE name = ?'),
    streamName: rows('SELECT name FROM streams WHERE id = ?'),
    typeId: rows('SELECT id FROM types WHERE name = ?'),
    typeName: rows('SELECT name FROM types WHERE id = ?'),
  };
}
