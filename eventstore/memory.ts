/**
 * The shortest correct engine: everything in arrays. For tests, demos and as the model that the other engines are
 * compared with; nothing survives the process.
 */
import { randomUUID } from 'node:crypto';
import { checkAppend, decideAppend, lift } from './deciding';
import { Bell, type FollowOptions, followPages } from './follow';
import { unpackAppends } from './frames';
import {
  type Append,
  type EventLog,
  type ExpectedRevision,
  type Doubles,
  type Filter,
  type Head,
  type Known,
  LogError,
  type LoggedEvent,
  type NewEvent,
  type Outcome,
  NO_DOUBLES,
  type Page,
  type Position,
  type Revision,
  type StreamName,
  type StreamPage,
  type StreamQuery,
  type TreeHead,
  type Verdict,
} from './store';
import { Frontier, leafHash } from './tree';

const PAGE = 1_000;

export interface MemoryOptions {
  readonly id?: string;
}

export class MemoryLog implements EventLog {
  readonly id: string;
  private readonly all: LoggedEvent[] = [];
  private readonly leaves: Uint8Array[] = [];
  private readonly streams = new Map<StreamName, LoggedEvent[]>();
  private readonly once = new Map<string, Known>();
  private readonly frontier = Frontier.empty();
  private readonly bell = new Bell();
  private closed = false;

  constructor(options: MemoryOptions = {}) {
    this.id = options.id ?? randomUUID();
  }

  async append(stream: StreamName, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Outcome> {
    this.open();
    checkAppend(stream, expected, events);
    const outcome = this.commit({ stream, expected, events });
    this.bell.ring();
    return outcome;
  }

  async appendBatch(appends: readonly Append[]): Promise<readonly Outcome[]> {
    this.open();
    for (const { stream, expected, events } of appends) checkAppend(stream, expected, events);
    const outcomes = appends.map((append) => this.commit(append));
    this.bell.ring();
    return outcomes;
  }

  appendFrame(frame: Uint8Array): Promise<readonly Outcome[]> {
    return this.appendBatch([...unpackAppends(frame)]);
  }

  private commit({ stream, expected, events }: Append): Outcome {
    const known = events.map((e) => this.once.get(idKey(e.source, e.clientId)));
    const before = this.streams.get(stream) ?? [];
    const actual: Revision | 'none' = before.length === 0 ? 'none' : BigInt(before.length - 1);
    const refused = decideAppend(events, known, expected, actual);
    if (refused) return refused;
    this.streams.set(stream, before);
    for (const event of events) this.store(stream, before, event);
    const last = before[before.length - 1] as LoggedEvent;
    return { kind: 'appended', position: last.position, revision: last.revision, recordedAt: last.recordedAt };
  }

  private store(stream: StreamName, into: LoggedEvent[], event: NewEvent): void {
    const recordedAt = Math.max(event.recordedAt, this.all.at(-1)?.recordedAt ?? 0);
    const bytes = Uint8Array.from(event.bytes);
    if (recordedAt !== event.recordedAt) lift(bytes, event.stampAt, recordedAt);
    const logged: LoggedEvent = {
      position: BigInt(this.all.length + 1),
      stream,
      revision: BigInt(into.length),
      type: event.type,
      occurredAt: event.occurredAt,
      recordedAt,
      bytes,
    };
    const leaf = leafHash(bytes);
    this.all.push(logged);
    this.leaves.push(leaf);
    into.push(logged);
    this.frontier.add(leaf);
    this.once.set(idKey(event.source, event.clientId), { ...logged, fingerprint: event.fingerprint });
  }

  async read(stream: StreamName, { from, direction = 'forward', limit = PAGE }: StreamQuery = {}): Promise<StreamPage> {
    this.open();
    const events = this.streams.get(stream) ?? [];
    if (direction === 'forward') {
      const start = Number(from ?? 0n);
      return { events: events.slice(start, start + limit), end: start + limit >= events.length };
    }
    const start = Math.min(from === undefined ? events.length - 1 : Number(from), events.length - 1);
    const first = Math.max(0, start + 1 - limit);
    return { events: events.slice(first, start + 1).reverse(), end: first === 0 };
  }

  async readAll(after: Position, { filter, limit = PAGE }: { filter?: Filter; limit?: number } = {}): Promise<Page> {
    this.open();
    const events: LoggedEvent[] = [];
    let at = Number(after);
    while (at < this.all.length && events.length < limit) {
      const event = this.all[at++] as LoggedEvent;
      if (passes(event, filter)) events.push(event);
    }
    return { events, next: BigInt(at), end: at >= this.all.length };
  }

  async readAt(positions: readonly Position[]): Promise<readonly LoggedEvent[]> {
    this.open();
    return positions.flatMap((p) => this.all[Number(p) - 1] ?? []);
  }

  async find(source: string, clientId: string): Promise<Known | undefined> {
    this.open();
    return this.once.get(idKey(source, clientId));
  }

  async head(): Promise<Head> {
    this.open();
    return { position: BigInt(this.all.length), recordedAt: this.all.at(-1)?.recordedAt ?? 0 };
  }

  async positionAt(recordedAt: number): Promise<Position> {
    this.open();
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle] as LoggedEvent).recordedAt <= recordedAt) low = middle + 1;
      else high = middle;
    }
    return BigInt(low);
  }

  async doubles(): Promise<Doubles> {
    return NO_DOUBLES;
  }

  async tree(): Promise<TreeHead> {
    this.open();
    return { size: this.frontier.size, root: this.frontier.root() };
  }

  async verify(): Promise<Verdict> {
    this.open();
    const again = Frontier.empty();
    for (const [i, event] of this.all.entries()) {
      const leaf = leafHash(event.bytes);
      if (Buffer.compare(leaf, this.leaves[i] as Uint8Array) !== 0) {
        return { ok: false, broken: { position: event.position, what: 'the bytes of this event do not fit its hash' } };
      }
      again.add(leaf);
    }
    return { ok: true, size: again.size, root: again.root() };
  }

  follow(after: Position, options?: FollowOptions): AsyncIterable<Page & { readonly caughtUp: boolean }> {
    return followPages(this, this.bell, () => this.closed, after, options);
  }

  async backup(): Promise<TreeHead> {
    throw new LogError('unsupported', 'the memory engine keeps nothing; use the embedded engine to back up');
  }

  async close(): Promise<void> {
    this.closed = true;
    this.bell.ring();
  }

  private open(): void {
    if (this.closed) throw new LogError('closed', 'this log is closed');
  }
}

const idKey = (source: string, clientId: string): string => `${source.length}:${source}${clientId}`;

const passes = ({ type }: LoggedEvent, { types }: Filter = {}): boolean => !types || types.includes(type);
