/**
 * Everything that only reads. A reader never shows what the register does not hold yet: it drives the register on instead,
 * so every reader on every node sees the same bytes, stamps and tree.
 */
import type { ColumnsOf } from '../embedded/columns';
import {
  type Doubles,
  type Filter,
  type Head,
  type Known,
  LogError,
  type LoggedEvent,
  type LogReader,
  type Page,
  type Position,
  type StreamName,
  type StreamPage,
  type StreamQuery,
  type TreeHead,
  type Verdict,
} from '../store';
import { Frontier, leafHash } from '../tree';
import { Connection } from './connection';
import { type FoundingOptions, foundLog } from './founding';
import { History } from './history';
import { Indexing } from './indexing';
import type { StreamRange } from './read-requests';
import { Reads } from './reads';
import type { Register } from './register';
import { logged, type Stored, Tenant } from './stored';
import { verifyLog } from './verifying';

export interface EsdbReadOptions {
  /** `esdb://…` or `esdb+discover://…`, with credentials and TLS as the client of EventStoreDB takes them. */
  readonly connection: string;
  /** Whose log: the prefix of its streams on the server. */
  readonly tenant: string;
  /** Stays the caller's: it is closed by who opened it. */
  readonly register: Register;
  /** Refuses the log unless it was founded with the same bytes. */
  readonly keyCheck?: Uint8Array;
  /** What an event's bytes say about its columns: lets a deep verify compare them. */
  readonly columnsOf?: ColumnsOf;
  /** Milliseconds that one call may take; then it is tried again. */
  readonly deadline?: number;
  /** Milliseconds for which a call is tried again while the server is away. */
  readonly patience?: number;
  /** The same of what only reads, where somebody waits for the answer; as long as `patience` when absent. */
  readonly readPatience?: number;
}

const DEADLINE = 5_000;
const PATIENCE = 20_000;
const PAGE = 1_000;
/** Single events asked for at the same time. */
const AT_ONCE = 16;
/** Bytes of others between two events of ours from which on a read begins anew behind them: positions are bytes on the server. */
const LEAP = 2_000_000n;

/** What a reader and a log are made of. */
export interface Parts {
  readonly id: string;
  readonly tenant: Tenant;
  readonly connection: Connection;
  readonly reads: Reads;
  readonly indexing: Indexing;
  readonly history: History;
  readonly patience: number;
  readonly readPatience: number;
  readonly columnsOf?: ColumnsOf;
}

/** Throws `LogError`: unreachable, not-a-log, newer-format, wrong-keys, denied, damaged (the register is that of another history). */
export async function openParts(options: EsdbReadOptions & Pick<FoundingOptions, 'create' | 'logId'>): Promise<Parts> {
  const { deadline = DEADLINE, patience = PATIENCE, readPatience = patience } = options;
  const { keyCheck, create, logId, register, columnsOf } = options;
  const tenant = new Tenant(options.tenant);
  const connection = new Connection(options.connection, { deadline, patience });
  try {
    const { id, position } = await foundLog(connection, tenant, { keyCheck, create, logId, patience });
    const reads = new Reads(connection, tenant, position);
    const until = performance.now() + patience;
    // A user may write streams and not be allowed to read the whole log: better heard now than never.
    await reads.lastOfAll(until);
    if ((await register.bind(id)) !== id)
      throw new LogError('damaged', `the register is that of another log: remove it and it is made again from the log`);
    const history = new History(connection, reads, register);
    await history.check(until);
    const indexing = new Indexing(reads, register, history, patience);
    return { id, tenant, connection, reads, indexing, history, patience, readPatience, columnsOf };
  } catch (problem) {
    await connection.close();
    throw problem;
  }
}

export class EsdbReader implements LogReader {
  readonly id: string;
  private closed = false;

  protected constructor(protected readonly parts: Parts) {
    this.id = parts.id;
  }

  /** Opens a log that is there already, in any thread or process, with a register handle of its own. */
  static async openReader(options: EsdbReadOptions): Promise<EsdbReader> {
    return new EsdbReader(await openParts({ ...options, create: false }));
  }

  /** Throws `LogError` `damaged` where the server hides events of the stream that the log holds. */
  async read(name: StreamName, { from, direction = 'forward', limit = PAGE }: StreamQuery = {}): Promise<StreamPage> {
    this.open();
    const until = this.until();
    // One event more than asked for tells whether this is the end.
    const range = { direction: `${direction}s` as const, count: limit + 1, ...(from !== undefined && { from }) };
    const found = (await this.parts.reads.stream(name, range, until)) ?? [];
    await this.demandWhole(name, range, found);
    return { events: await this.seen(found.slice(0, limit), until), end: found.length <= limit };
  }

  async readAll(asked: Position, options: { filter?: Filter; limit?: number } = {}): Promise<Page> {
    this.open();
    const { indexing } = this.parts;
    const until = this.until();
    // The server knows no other places than those at which records begin.
    const after = asked <= 0n ? 0n : await this.placeOf(asked, until);
    // Nothing stood behind this position when it was looked for in this call.
    let last: Position | undefined;
    for (;;) {
      const { reached, ...page } = await this.registered(after, options, until);
      if (!reached) return { ...page, end: false };
      if (last !== undefined && page.next >= last) return { ...page, end: true };
      const step = await indexing.advance(until);
      if (step.position <= page.next) return { ...page, end: step.end };
      if (page.next > after) return { ...page, end: false };
      if (step.end) last = step.position;
    }
  }

  async readAt(positions: readonly Position[]): Promise<readonly LoggedEvent[]> {
    this.open();
    const { reads, indexing } = this.parts;
    const until = this.until();
    const asked = [...new Set(positions)];
    if (asked.length === 0) return [];
    const last = asked.reduce((a, b) => (a > b ? a : b));
    const { register } = indexing;
    if (last > (await register.checkpoint()).position) await indexing.reachEnd(until);
    const known = await register.at(asked);
    const first = known.reduce((a, { position }) => (position < a ? position : a), last);
    const doubled = known.length === 0 ? NONE : await register.doubled(first - 1n, last);
    const places = known.filter(({ position }) => !doubled.has(position));
    const found = new Map<Position, LoggedEvent>();
    for (let i = 0; i < places.length; i += AT_ONCE) {
      const some = places.slice(i, i + AT_ONCE).map(async ({ position, recordedAt }) => {
        const [stored] = await reads.run(position, 1, until);
        if (stored?.position === position) found.set(position, logged(stored, recordedAt));
      });
      await Promise.all(some);
    }
    return positions.flatMap((position) => found.get(position) ?? []);
  }

  async find(source: string, clientId: string): Promise<Known | undefined> {
    this.open();
    await this.parts.indexing.reachEnd(this.until());
    const [known] = await this.parts.indexing.register.find([{ source, clientId }]);
    if (!known) return undefined;
    const { position, stream, revision, recordedAt, fingerprint } = known;
    return { position, stream, revision, recordedAt, fingerprint };
  }

  /** The last event, a doubled one too: whoever has read so far has read everything. */
  async head(): Promise<Head> {
    this.open();
    const { position, recordedAt } = await this.parts.indexing.reachEnd(this.until());
    return { position, recordedAt };
  }

  async positionAt(recordedAt: number): Promise<Position> {
    this.open();
    await this.parts.indexing.reachEnd(this.until());
    return this.parts.indexing.register.positionAt(recordedAt);
  }

  async doubles(): Promise<Doubles> {
    this.open();
    return this.parts.indexing.register.doubles();
  }

  async tree(): Promise<TreeHead> {
    this.open();
    const { size, peaks } = await this.parts.indexing.reachEnd(this.until());
    return { size: BigInt(size), root: Frontier.of(BigInt(size), peaks).root() };
  }

  async verify(options: { deep?: boolean; onProgress?: (done: bigint, of: bigint) => void } = {}): Promise<Verdict> {
    this.open();
    const { columnsOf } = this.parts;
    return verifyLog(this.parts, { ...options, columnsOf });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.parts.connection.close();
  }

  protected open(): void {
    if (this.closed) throw new LogError('closed', 'this log is closed');
  }

  /** Until when a call that begins now waits for the server, by performance.now(). */
  private until(): number {
    return performance.now() + this.parts.readPatience;
  }

  /** The last place at or before `asked` at which an event of ours stands. */
  private async placeOf(asked: Position, until: number): Promise<Position> {
    const { indexing } = this.parts;
    const { register } = indexing;
    const { position } = await register.checkpoint();
    if (asked === position) return asked;
    const end = asked > position ? (await indexing.reachEnd(until)).position : position;
    // Whoever is beyond the end has read a log that was longer.
    return asked > end ? asked : register.floor(asked);
  }

  /** A page of what the register holds; `reached` says that it ends where the register does. */
  private async registered(
    after: Position,
    { filter, limit = PAGE }: { filter?: Filter; limit?: number },
    patience: number,
  ): Promise<Omit<Page, 'end'> & { readonly reached: boolean }> {
    const { indexing } = this.parts;
    const { position: until } = await indexing.register.checkpoint();
    if (after >= until) return { events: [], next: after, reached: true };
    if (filter?.types?.length === 0) return { events: [], next: until, reached: true };
    const passes = passesOf(filter);
    const recent = indexing.window.from(after);
    if (recent) {
      const all = passes ? recent.events.filter(passes) : recent.events;
      const events = all.slice(0, limit);
      const next = events.length < all.length ? (events.at(-1)?.position ?? after) : recent.until;
      return { events, next, reached: next >= until };
    }
    const places = await indexing.register.next(after, passes ? Math.max(limit, PAGE) : limit);
    const last = places.at(-1) ?? after;
    const found = await this.standingAt(places, patience);
    const all = await this.seen(found, patience);
    const passing = passes ? all.filter(passes) : all;
    const events = passing.slice(0, limit);
    const next = events.length < passing.length ? (events.at(-1)?.position ?? after) : last;
    return { events, next, reached: next >= until };
  }

  /** The events at these places, which follow one another; what others wrote between them is leapt over. */
  private async standingAt(places: readonly Position[], until: number): Promise<readonly Stored[]> {
    const runs: { readonly from: Position; count: number }[] = [];
    for (const [i, place] of places.entries()) {
      const run = runs.at(-1);
      if (run && place - (places[i - 1] ?? place) < LEAP) run.count += 1;
      else runs.push({ from: place, count: 1 });
    }
    const wanted = new Set(places);
    const found: Stored[] = [];
    for (const { from, count } of runs) found.push(...(await this.parts.reads.run(from, count, until)));
    return found.filter(({ position }) => wanted.has(position));
  }

  /** As every reader sees them: their stamps lifted where the register says so, and none under an id that stood there before. */
  private async seen(events: readonly Stored[], until: number): Promise<LoggedEvent[]> {
    if (events.length === 0) return [];
    const { indexing } = this.parts;
    let [first, last] = [events[0] as Stored, events[0] as Stored];
    for (const event of events) {
      if (event.position < first.position) first = event;
      if (event.position > last.position) last = event;
    }
    await indexing.reach(last.position, until);
    const { register } = indexing;
    const stamps = await register.lifted(first.position - 1n, last.position);
    const doubled = await register.doubled(first.position - 1n, last.position);
    return events
      .filter(({ position }) => !doubled.has(position))
      .map((event) => logged(event, stamps.get(event.position) ?? event.recordedAt));
  }

  /** What a stream shows must be all that the log holds of it. */
  private async demandWhole(name: StreamName, { direction, count, from }: StreamRange, found: readonly Stored[]) {
    const [first, last] = direction === 'forwards' ? [found[0], found.at(-1)] : [found.at(-1), found[0]];
    const whole =
      first !== undefined && last !== undefined && last.revision - first.revision === BigInt(found.length - 1);
    if (found.length > 0 && !whole) throw hides(name, 'events in between');
    const lowest = direction === 'forwards' ? (from ?? 0n) : 0n;
    const cut = first && first.revision > lowest && (direction === 'forwards' || found.length < count);
    if (cut) throw hides(name, `the events before ${first.revision}`);
    if (found.length > 0) return;
    const end = (await this.parts.indexing.register.ends([name])).get(name);
    if (end !== undefined && (direction === 'backwards' || end >= lowest)) throw hides(name, 'its events');
  }
}

const NONE: ReadonlySet<Position> = new Set();

const hides = (stream: StreamName, what: string): LogError =>
  new LogError(
    'damaged',
    `the server hides ${what} of the stream ${stream}: it was deleted, truncated, or has $maxAge or $maxCount in its metadata; kith verify names the setting`,
  );

/** Undefined lets everything pass. */
function passesOf({
  types,
  part,
}: Filter = {}): ((event: { type: string; stream: StreamName }) => boolean) | undefined {
  if (!types && !part) return undefined;
  const wanted = types && new Set(types);
  return ({ type, stream }) =>
    (!wanted || wanted.has(type)) && (!part || leafHash(Buffer.from(stream)).readUInt32BE() % part.of === part.index);
}
