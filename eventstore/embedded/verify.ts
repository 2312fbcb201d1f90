/**
 * Recomputes the tree from stored bytes and names the first place where the log is not what was written. It trusts the
 * saved hashes only as far as they agree; a log cut together with them needs a seal kept elsewhere.
 */
import { type Database, isOfSqlite, rowsOf, type Statement } from '../sqlite';
import type { Position, Verdict } from '../store';
import { Frontier, leafHash } from '../tree';
import { Columns, type ColumnsOf } from './columns';
import { checkFile, damageFrom } from './damage';
import { Found } from './found';
import { type Meta, NODE_LEVEL, readFrontier } from './schema';

export interface VerifyOptions {
  /** Also compares every column with the bytes, as far as `columnsOf` can read those, and with the order of the log. */
  readonly deep?: boolean;
  readonly columnsOf?: ColumnsOf;
  readonly onProgress?: (done: bigint, of: bigint) => void;
  /** Awaited between pages: lets others use the thread, throws to stop. */
  readonly pause: () => Promise<void>;
}

const PAGE = 2_000n;

export async function verifyLog(db: Database, meta: Meta, options: VerifyOptions): Promise<Verdict> {
  let next = meta.firstPosition;
  try {
    const saved = savedFrontier(db, meta);
    const tree = new Recomputing(db, meta);
    const deep = options.deep ? new Columns(db, options.columnsOf) : undefined;
    while (tree.size < saved.size) {
      const rest = saved.size - tree.size;
      const [from, to] = tree.page(rest < PAGE ? rest : PAGE, saved.size);
      deep?.check(from, to);
      next = to + 1n;
      options.onProgress?.(tree.size, saved.size);
      await options.pause();
    }
    tree.compare(saved);
    checkFile(db, meta.firstPosition, saved.size, options.deep ?? false);
    return { ok: true, size: tree.size, root: tree.root() };
  } catch (problem) {
    const found = problem instanceof Found ? problem : damageFrom(db, next, next + PAGE, problem);
    return { ok: false, broken: { position: found.position, what: found.what } };
  }
}

function savedFrontier(db: Database, { firstPosition }: Meta): Frontier {
  try {
    return readFrontier(db);
  } catch (problem) {
    if (isOfSqlite(problem)) throw problem;
    throw new Found(firstPosition, 'what was saved of the tree is damaged; no event can be compared with it');
  }
}

/** The tree as the stored bytes make it. Leaves are not read: they only help to name an event once a sum is wrong. */
class Recomputing {
  private readonly frontier: Frontier;
  private readonly bytes: Statement;
  private readonly nodes: Statement;

  constructor(
    private readonly db: Database,
    private readonly meta: Meta,
  ) {
    this.bytes = rowsOf(db, 'SELECT bytes FROM events WHERE position BETWEEN ? AND ? ORDER BY position');
    this.nodes = rowsOf(db, 'SELECT hash FROM nodes WHERE level = ? AND ix = ?');
    this.frontier = Frontier.empty((level, index, node) => this.compareNode(level, index, node));
  }

  get size(): bigint {
    return this.frontier.size;
  }

  root(): Uint8Array {
    return this.frontier.root();
  }

  /** Adds the next `count` events, of which all must be there; answers the first and the last position. */
  page(count: bigint, committed: bigint): [Position, Position] {
    const from = this.meta.firstPosition + this.size;
    const to = from + count - 1n;
    const rows = this.bytes.all(from, to) as [unknown][];
    if (rows.length < count) this.missing(from, to, committed);
    for (const [i, [bytes]] of rows.entries()) {
      if (!(bytes instanceof Uint8Array))
        throw new Found(from + BigInt(i), 'what is stored of this event are no bytes');
      this.frontier.add(leafHash(bytes));
    }
    return [from, to];
  }

  private missing(from: Position, to: Position, committed: bigint): never {
    const there = rowsOf(this.db, 'SELECT position FROM events WHERE position BETWEEN ? AND ? ORDER BY position', {
      bigints: true,
    });
    let next = from;
    for (const [position] of there.all(from, to) as [bigint][]) if (position === next) next += 1n;
    const [last] = rowsOf(this.db, 'SELECT max(position) FROM events', { bigints: true }).get() as [bigint | null];
    if (last === null || last < next)
      throw new Found(next, `the log ends before this event, though ${committed} events were committed`);
    throw new Found(next, 'this event is missing');
  }

  private compareNode(level: number, index: number, node: Uint8Array): void {
    if (level < NODE_LEVEL) return;
    const stored = this.nodes.get(level, index) as [Uint8Array] | undefined;
    if (stored && Buffer.compare(stored[0], node) === 0) return;
    const first = this.meta.firstPosition + (BigInt(index) << BigInt(level));
    this.blame(first, first + (1n << BigInt(level)) - 1n, stored ? '' : ', which is gone');
  }

  /** After the nodes only the last events, fewer than 1,024, are left to differ; or what was saved is itself changed. */
  compare(saved: Frontier): void {
    const [was, is] = [saved.peaksBytes(), this.frontier.peaksBytes()];
    let first = this.meta.firstPosition;
    let peak = 0;
    for (let bit = 63n; bit >= 0n; bit--) {
      if (((this.size >> bit) & 1n) === 0n) continue;
      const last = first + (1n << bit) - 1n;
      if (Buffer.compare(was.subarray(peak, peak + 32), is.subarray(peak, peak + 32)) !== 0)
        this.blame(first, last, '');
      first = last + 1n;
      peak += 32;
    }
    // A writer may have gone on meanwhile: then the saved size has grown with the events.
    const [last] = rowsOf(this.db, 'SELECT max(position) FROM events', { bigints: true }).get() as [bigint | null];
    const after = this.meta.firstPosition + readFrontier(this.db).size;
    if (last !== null && last >= after) throw new Found(after, 'this event was never committed by the log');
  }

  /** Somewhere here the bytes differ: at the first event that does not fit its own leaf, if its leaf was left alone. */
  private blame(first: Position, last: Position, more: string): never {
    const rows = rowsOf(
      this.db,
      'SELECT position, leaf, bytes FROM events WHERE position BETWEEN ? AND ? ORDER BY position',
      { bigints: true },
    );
    for (const row of rows.iterate(first, last)) {
      const [position, leaf, bytes] = row as [bigint, unknown, Uint8Array];
      if (!(leaf instanceof Uint8Array) || leafHash(bytes).compare(leaf) !== 0)
        throw new Found(position, 'the bytes of this event do not fit its hash');
    }
    throw new Found(first, `the events ${first} to ${last} do not add up to the hash that was saved for them${more}`);
  }
}
