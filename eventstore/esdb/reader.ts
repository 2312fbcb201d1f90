/**
 * Everything that only reads. A reader never shows what the register does not hold yet: it drives the register on instead,
 * so every reader on every node sees the same bytes, stamps and tree.
 */
import { AccessDeniedError } from '@eventstore/db-client';
import type { ColumnsOf } from '../embedded/columns';
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
import { Hindered } from '../hindrance';
import { Frontier, leafHash } from '../tree';
import { Connection } from './connection';
import { type FoundingOptions, foundLog } from './founding';
import { Indexing } from './indexing';
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
/** Records of anybody that one page looks through. */
const THROUGH = 20_000;
/** Single events asked for at the same time. */
const AT_ONCE = 16;

/** What a reader and a log are made of. */
export interface Parts {
  readonly id: string;
  readonly tenant: Tenant;
  readonly connection: Connection;
  readonly reads: Reads;
  readonly indexing: Indexing;
  readonly patience: number;
  readonly columnsOf?: ColumnsOf;
}

/** Throws `LogError`: unreachable, not-a-log, newer-format, wrong-keys, damaged (the register is that of another history). */
export async function openParts(options: EsdbReadOptions & Pick<FoundingOptions, 'create' | 'logId'>): Promise<Parts> {
  const { deadline = DEADLINE, patience = PATIENCE, readPatience = patience } = options;
  const { keyCheck, create, logId, register, columnsOf } = options;
  const tenant = new Tenant(options.tenant);
  const connection = new Connection(options.connection, deadline);
  try {
    const id = await foundLog(connection, tenant, { keyCheck, create, logId, patience });
    const reads = new Reads(connection, tenant, readPatience);
    await checkRegister(id, register, reads);
    return { id, tenant, connection, reads, indexing: new Indexing(reads, register), patience, columnsOf };
  } catch (problem) {
    await connection.close();
    throw problem instanceof AccessDeniedError ? new Hindered('credentials') : problem;
  }
}

/** A register of another log, or of a server that was since set back, would hide or invent events. */
async function checkRegister(id: string, register: Register, reads: Reads): Promise<void> {
  const advice = 'remove the register and it is made again from the log';
  if ((await register.bind(id)) !== id) throw new LogError('damaged', `the register is that of another log: ${advice}`);
  const { size, position, recordedAt } = await register.checkpoint();
  if (size === 0) return;
  const [last] = await register.leaves(size, 1);
  if (last?.position !== position)
    throw new LogError('damaged', `the register lacks the last of the ${size} events that it counts: ${advice}`);
  const stored = await reads.at(position);
  if (stored && leafHash(logged(stored, recordedAt).bytes).compare(last.leaf) === 0) return;
  throw new LogError(
    'damaged',
    `the server does not hold the event at ${position} that the register saw: it was set back or changed. Put its log back, or ${advice}`,
  );
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

  async read(name: StreamName, { from, direction = 'forward', limit = PAGE }: StreamQuery = {}): Promise<StreamPage> {
    this.open();
    // One event more than asked for tells whether this is the end.
    const found = (await this.parts.reads.stream(name, `${direction}s`, from, limit + 1)) ?? [];
    return { events: await this.seen(found.slice(0, limit)), end: found.length <= limit };
  }

  async readAll(after: Position, options: { filter?: Filter; limit?: number } = {}): Promise<Page> {
    this.open();
    const { indexing } = this.parts;
    // Nothing stood behind this position when it was looked for in this call.
    let last: Position | undefined;
    for (;;) {
      const { reached, ...page } = await this.registered(after, options);
      if (!reached) return { ...page, end: false };
      if (last !== undefined && page.next >= last) return { ...page, end: true };
      const step = await indexing.advance();
      if (step.position <= page.next) return { ...page, end: step.end };
      if (page.next > after) return { ...page, end: false };
      if (step.end) last = step.position;
    }
  }

  async readAt(positions: readonly Position[]): Promise<readonly LoggedEvent[]> {
    this.open();
    const { reads, indexing } = this.parts;
    const asked = [...new Set(positions)];
    if (asked.length === 0) return [];
    const last = asked.reduce((a, b) => (a > b ? a : b));
    if (last > (await indexing.register.checkpoint()).position) await indexing.reachEnd();
    const places = await indexing.register.at(asked);
    const found = new Map<Position, LoggedEvent>();
    for (let i = 0; i < places.length; i += AT_ONCE) {
      const some = places.slice(i, i + AT_ONCE).map(async ({ position, recordedAt }) => {
        const stored = await reads.at(position);
        if (stored) found.set(position, logged(stored, recordedAt));
      });
      await Promise.all(some);
    }
    return positions.flatMap((position) => found.get(position) ?? []);
  }

  async find(source: string, clientId: string): Promise<Known | undefined> {
    this.open();
    await this.parts.indexing.reachEnd();
    const [known] = await this.parts.indexing.register.find([{ source, clientId }]);
    if (!known) return undefined;
    const { position, stream, revision, recordedAt, fingerprint } = known;
    return { position, stream, revision, recordedAt, fingerprint };
  }

  async head(): Promise<Head> {
    this.open();
    const { position, recordedAt } = await this.parts.indexing.reachEnd();
    return { position, recordedAt };
  }

  async positionAt(recordedAt: number): Promise<Position> {
    this.open();
    await this.parts.indexing.reachEnd();
    return this.parts.indexing.register.positionAt(recordedAt);
  }

  async doubles(): Promise<Doubles> {
    return NO_DOUBLES;
  }

  async tree(): Promise<TreeHead> {
    this.open();
    const { size, peaks } = await this.parts.indexing.reachEnd();
    return { size: BigInt(size), root: Frontier.of(BigInt(size), peaks).root() };
  }

  async verify(options: { deep?: boolean; onProgress?: (done: bigint, of: bigint) => void } = {}): Promise<Verdict> {
    this.open();
    const { reads, indexing, columnsOf } = this.parts;
    return verifyLog(reads, indexing, { ...options, columnsOf });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.parts.connection.close();
  }

  protected open(): void {
    if (this.closed) throw new LogError('closed', 'this log is closed');
  }

  /** A page of what the register holds; `reached` says that it ends where the register does. */
  private async registered(
    after: Position,
    { filter, limit = PAGE }: { filter?: Filter; limit?: number },
  ): Promise<Omit<Page, 'end'> & { readonly reached: boolean }> {
    const { indexing, reads } = this.parts;
    const { position: until } = await indexing.register.checkpoint();
    if (after >= until) return { events: [], next: after, reached: true };
    const passes = passesOf(filter);
    const recent = indexing.window.from(after);
    if (recent) {
      const all = passes ? recent.events.filter(passes) : recent.events;
      const events = all.slice(0, limit);
      const next = events.length < all.length ? (events.at(-1)?.position ?? after) : recent.until;
      return { events, next, reached: next >= until };
    }
    const found = await reads.page(after, { limit, through: THROUGH, until, passes });
    const full = found.events.length >= limit;
    const next = full ? (found.events.at(-1)?.position ?? after) : found.scanned;
    return { events: await this.seen(found.events), next, reached: next >= until };
  }

  /** As every reader sees them, their stamps lifted where the register says so. */
  private async seen(events: readonly Stored[]): Promise<LoggedEvent[]> {
    if (events.length === 0) return [];
    const { indexing } = this.parts;
    let [first, last] = [events[0] as Stored, events[0] as Stored];
    for (const event of events) {
      if (event.position < first.position) first = event;
      if (event.position > last.position) last = event;
    }
    await indexing.reach(last.position);
    const stamps = await indexing.register.lifted(first.position - 1n, last.position);
    return events.map((event) => logged(event, stamps.get(event.position) ?? event.recordedAt));
  }
}

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
