/**
 * Everything that only reads. A reader never shows what the register does not hold yet: it drives the register on instead,
 * so every reader on every node sees the same bytes, stamps and tree.
 */
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
import { Frontier } from '../tree';
import { type EsdbReadOptions, openParts, type Parts } from './opening';
import { PAGE, Pages } from './pages';
import { logged } from './stored';
import { verifyLog } from './verifying';
import { Whole } from './whole';

/** Single events asked for at the same time. */
const AT_ONCE = 16;

const NONE: ReadonlySet<Position> = new Set();

export class EsdbReader implements LogReader {
  readonly id: string;
  private readonly pages: Pages;
  private readonly whole: Whole;
  private closed = false;

  protected constructor(protected readonly parts: Parts) {
    this.id = parts.id;
    this.whole = new Whole(parts.reads, parts.indexing.register, parts.history);
    this.pages = new Pages(parts.reads, parts.indexing, this.whole);
  }

  /** Opens a log that is there already, in any thread or process, with a register handle of its own. */
  static async openReader(options: EsdbReadOptions): Promise<EsdbReader> {
    return new EsdbReader(await openParts({ ...options, create: false }));
  }

  /** Throws `LogError` `damaged` where the server hides events of the stream that the log holds. */
  async read(name: StreamName, { from, direction = 'forward', limit = PAGE }: StreamQuery = {}): Promise<StreamPage> {
    this.open();
    const until = this.until();
    const events: LoggedEvent[] = [];
    for (let at = from; ; ) {
      // One event more than asked for tells whether this is the end.
      const count = limit - events.length;
      const range = { direction: `${direction}s` as const, count: count + 1, ...(at !== undefined && { from: at }) };
      const found = (await this.parts.reads.stream(name, range, until)) ?? [];
      await this.whole.demandWhole(name, range, found, until);
      events.push(...(await this.pages.seen(found.slice(0, count), until)));
      if (found.length <= count) return { events, end: true };
      if (events.length >= limit) return { events, end: false };
      // Some of them are doubled, and not shown.
      at = found.at(-1)?.revision;
    }
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
      const { reached, ...page } = await this.pages.registered(after, options, until);
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
    const furthest = places.reduce((a, { position }) => (position > a ? position : a), 0n);
    if (found.size < places.length) await this.whole.demandReached(furthest, until);
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
}
