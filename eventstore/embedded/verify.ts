/**
 * Recomputes the tree from stored bytes and names the first place where the log is not what was written. It trusts the
 * saved frontier only as far as it agrees; a log cut together with its frontier needs a seal kept elsewhere.
 */
import { type Database, plainText, rowsOf, type Statement } from '../sqlite';
import type { Position, Verdict } from '../store';
import { Frontier, leafHash } from '../tree';
import { type Meta, NODE_LEVEL, readFrontier } from './schema';

/** What the host can read from an event's bytes; only what it names is compared. */
export type ColumnsOf = (bytes: Uint8Array) => {
  readonly stream?: string;
  readonly type?: string;
  readonly source?: string;
  readonly clientId?: string;
  /** Milliseconds since 1970 UTC. */
  readonly occurredAt?: number;
  readonly recordedAt?: number;
};

export interface VerifyOptions {
  readonly deep?: boolean;
  readonly columnsOf?: ColumnsOf;
  readonly onProgress?: (done: bigint, of: bigint) => void;
  /** Awaited between pages: lets others use the thread, throws to stop. */
  readonly pause: () => Promise<void>;
}

const PAGE = 2_000;

/** Thrown by a check, caught at the top: the first broken place ends the work. */
class Found extends Error {
  constructor(
    readonly position: Position,
    readonly what: string,
  ) {
    super(what);
  }
}

export async function verifyLog(db: Database, meta: Meta, options: VerifyOptions): Promise<Verdict> {
  try {
    const saved = readFrontier(db);
    const again = await recompute(db, meta, saved.size, options);
    compareFrontiers(db, meta, saved, again);
    return { ok: true, size: again.size, root: again.root() };
  } catch (found) {
    if (!(found instanceof Found)) throw found;
    return { ok: false, broken: { position: found.position, what: found.what } };
  }
}

async function recompute(db: Database, meta: Meta, size: bigint, options: VerifyOptions): Promise<Frontier> {
  const nodes = rowsOf(db, 'SELECT hash FROM nodes WHERE level = ? AND ix = ?');
  const page = rowsOf(db, 'SELECT position - ?, leaf, bytes FROM events WHERE position >= ? ORDER BY position LIMIT ?');
  const deep = options.deep ? new Columns(db, options.columnsOf) : undefined;
  const again = Frontier.empty((level, index, node) => compareNode(nodes, meta, level, index, node));
  while (again.size < size) {
    const from = meta.firstPosition + again.size;
    const rest = size - again.size;
    const rows = page.all(meta.firstPosition, from, rest < PAGE ? Number(rest) : PAGE) as [number, Uint8Array, Uint8Array][];
    if (rows.length === 0) throw new Found(from, `the log ends before this event, though ${size} events were committed`);
    let index = Number(again.size);
    for (const [at, leaf, bytes] of rows) {
      if (at !== index) throw new Found(meta.firstPosition + BigInt(index), 'this event is missing');
      const fresh = leafHash(bytes);
      if (fresh.compare(leaf) !== 0) throw new Found(meta.firstPosition + BigInt(at), 'the bytes of this event do not fit its hash');
      again.add(fresh);
      index += 1;
    }
    deep?.check(from, from + BigInt(rows.length - 1));
    options.onProgress?.(again.size, size);
    await options.pause();
  }
  return again;
}

function compareNode(nodes: Statement, meta: Meta, level: number, index: bigint, node: Uint8Array): void {
  if (level < NODE_LEVEL) return;
  const stored = nodes.get(level, index) as [Uint8Array] | undefined;
  if (stored && Buffer.compare(stored[0], node) === 0) return;
  const first = meta.firstPosition + (index << BigInt(level));
  const last = first + (1n << BigInt(level)) - 1n;
  throw new Found(first, `the events ${first} to ${last} do not add up to the hash that was saved for them${stored ? '' : ', which is gone'}`);
}

/** After the nodes, only the last events, fewer than 1,024, are left to differ; or what was saved is itself changed. */
function compareFrontiers(db: Database, meta: Meta, saved: Frontier, again: Frontier): void {
  const [was, is] = [saved.peaksBytes(), again.peaksBytes()];
  let first = meta.firstPosition;
  for (let peak = 0, bit = 63n; bit >= 0n; bit--) {
    if (((again.size >> bit) & 1n) === 0n) continue;
    const [from, to] = [peak * 32, peak * 32 + 32];
    const last = first + (1n << bit) - 1n;
    if (Buffer.compare(was.subarray(from, to), is.subarray(from, to)) !== 0) {
      throw new Found(first, `the events ${first} to ${last} do not add up to the hash that was saved for them`);
    }
    first = last + 1n;
    peak += 1;
  }
  // Anything later than `first` may be a commit made meanwhile, but then the saved frontier grew with it.
  const [head] = rowsOf(db, 'SELECT max(position) FROM events', { bigints: true }).get() as [bigint | null];
  const now = readFrontier(db).size;
  if ((head ?? first - 1n) > meta.firstPosition + now - 1n) {
    throw new Found(meta.firstPosition + now, 'this event was never committed by the log');
  }
}

type ColumnRow = [bigint, bigint, string | null, bigint, string | null, string | null, string, bigint, bigint, Uint8Array];

/** Index columns against the bytes, as far as the host can read those, and against the order that the log promises. */
class Columns {
  private readonly page: Statement;
  private readonly before: Statement;
  private recordedAt = 0;

  constructor(
    db: Database,
    private readonly columnsOf: ColumnsOf | undefined,
  ) {
    this.page = rowsOf(
      db,
      `SELECT position, e.stream, s.name, revision, t.name, o.name, client_id, occurred_at, recorded_at, bytes
       FROM events e LEFT JOIN streams s ON s.id = e.stream LEFT JOIN types t ON t.id = e.type LEFT JOIN sources o ON o.id = e.source
       WHERE position BETWEEN ? AND ? ORDER BY position`,
      { bigints: true },
    );
    this.before = rowsOf(db, 'SELECT position FROM events WHERE stream = ? AND revision = ?', { bigints: true });
  }

  check(from: Position, to: Position): void {
    for (const row of this.page.all(from, to) as ColumnRow[]) {
      const [position, streamId, stream, revision, type, source, clientId, occurredAt, recorded, bytes] = row;
      const recordedAt = Number(recorded);
      if (recordedAt < this.recordedAt) throw new Found(position, 'recordedAt falls here');
      this.recordedAt = recordedAt;
      const previous = this.before.get(streamId, revision - 1n) as [bigint] | undefined;
      if (revision > 0n && !(previous && previous[0] < position)) throw new Found(position, `no earlier event is revision ${revision - 1n} of its stream`);
      const stored: Record<string, string | number | null> = { stream, type, source, clientId, occurredAt: Number(occurredAt), recordedAt };
      for (const [column, told] of Object.entries(this.columnsOf?.(bytes) ?? {})) {
        const kept = stored[column];
        if ((typeof kept === 'string' ? plainText(kept) : kept) !== told) throw new Found(position, `${column} is stored as ${kept}, its bytes say ${told}`);
      }
      if (stream === null || type === null || source === null) throw new Found(position, 'the name of its stream, type or source is gone');
    }
  }
}
