/**
 * Keeps the register going: reads the log on from its checkpoint and writes what it says. Whoever reads at the head of the
 * log drives it, so what readers see and what the register holds cannot differ; no reader is ever ahead of it.
 */
import { LogError, type LoggedEvent, type Position, type Revision, type StreamName } from '../store';
import { Frontier, leafHash } from '../tree';
import type { History } from './history';
import type { Reads } from './reads';
import type { Checkpoint, Entry, Register } from './register';
import { logged, type Stored } from './stored';
import { away } from './trying';
import { Expired, within } from './within';
import type { Window } from './window';

/** How far the register was driven. */
export interface Step {
  /** Of its last event. */
  readonly position: Position;
  /** Nothing stood behind that when this was read. */
  readonly end: boolean;
}

/** Events of one step. */
const STEP = 1_000;
/** Positions are bytes on the server: so far a look at nothing of ours is not worth storing. */
const WORTH_STORING = 4_000_000n;
/** Streams whose last revision is remembered. */
const MOST_STREAMS = 20_000;

export class Indexing {
  private running: Promise<Step> | undefined;
  private next: Promise<Step> | undefined;
  /** How far was looked behind the register's last event and nothing found. */
  private idle = { behind: -1n, scanned: 0n };
  /** Last revisions of streams in the register as it was at `endsAt`: another one may have driven it on since. */
  private readonly ends = new Map<StreamName, Revision>();
  private endsAt: Position = 0n;

  constructor(
    private readonly reads: Reads,
    readonly register: Register,
    private readonly history: History,
    /** Milliseconds for which one step waits for a server that is away. */
    private readonly patience: number,
    /** What was read last, by whoever shares it. */
    readonly window: Window,
  ) {}

  /** Where the register stood when this process drove it last. */
  position: Position = 0n;

  /** One step, begun after this call: it sees whatever was answered before. Rejects as `away` at `until` (performance.now()). */
  async advance(until: number): Promise<Step> {
    this.next ??= this.after(this.running);
    const left = Math.max(0, until - performance.now());
    try {
      return await within(left, 'reading on', this.next);
    } catch (problem) {
      throw problem instanceof Expired ? away(problem) : problem;
    }
  }

  /** The register holds everything that was answered before this call. */
  async reachEnd(until: number): Promise<Checkpoint> {
    let step = await this.advance(until);
    while (!step.end) step = await this.advance(until);
    return this.register.checkpoint();
  }

  /** The register holds the event at `position`, which somebody has read already. */
  async reach(position: Position, until: number): Promise<void> {
    const { failures } = this.history;
    if ((await this.register.checkpoint()).position >= position) return;
    if ((await this.reachEnd(until)).position >= position) return;
    if (this.history.failures !== failures)
      throw away('it shows less of the log than of a stream, after a lost connection');
    throw new LogError('damaged', `the event at ${position} stands in its stream, but not in the whole log`);
  }

  /** A step that failed is forgotten: the next one asks the server itself. */
  private async after(running: Promise<Step> | undefined): Promise<Step> {
    await running?.catch(() => undefined);
    this.next = undefined;
    const step = this.step();
    this.running = step;
    // Who asked may have gone.
    step.catch(() => undefined);
    return step;
  }

  private step(): Promise<Step> {
    return this.window.inTurn(() => this.readOn());
  }

  private async readOn(): Promise<Step> {
    const patience = performance.now() + this.patience;
    await this.history.checkAfterTrouble(patience);
    const head = await this.register.checkpoint();
    this.position = head.position;
    const { idle } = this;
    const waits = idle.behind === head.position;
    const after = waits && idle.scanned > head.scanned ? idle.scanned : head.scanned;
    const { failures } = this.history;
    // Where nothing came lately, one record tells whether anything did; and up to where it was looked.
    const last = waits ? ((await this.reads.lastOfAll(patience)) ?? 0n) : after;
    // A log that ends before the register does is an older one.
    if (waits && last < head.position) await this.history.check(patience);
    if (waits && last <= after) return { position: head.position, end: true };
    const { events, end, again } = await this.reads.page(after, { limit: STEP, patience });
    // So is one that lacks the event that was read last.
    if (after === head.position && !again) await this.history.check(patience);
    if (events.length > 0) return this.take(events, head, end);
    // Two servers may have answered, of which one knows less.
    const scanned = last > after && this.history.failures === failures ? last : after;
    this.idle = { behind: head.position, scanned };
    if (scanned - head.scanned > WORTH_STORING) await this.register.add([], { ...head, scanned });
    return { position: head.position, end };
  }

  private async take(events: readonly Stored[], head: Checkpoint, end: boolean): Promise<Step> {
    try {
      return await this.write(events, head, end);
    } catch (problem) {
      // What was seen is seen again, and gaps with it.
      this.ends.clear();
      throw problem;
    }
  }

  private async write(events: readonly Stored[], head: Checkpoint, end: boolean): Promise<Step> {
    if (this.endsAt !== head.position) this.ends.clear();
    const missing = await this.missingBefore(events);
    const { entries, seen, checkpoint } = entriesOf(events, head, missing);
    // Whoever reads at the head hears of an event at the same moment: what another one wrote meanwhile is the same.
    const { size } = await this.register.checkpoint();
    const fresh = entries.filter(({ ordinal }) => ordinal > size);
    if (fresh.length > 0) await this.register.add(fresh, checkpoint);
    const doubled = await this.register.doubled(head.position, checkpoint.position);
    const shown = doubled.size === 0 ? seen : seen.filter(({ position }) => !doubled.has(position));
    this.window.add(head.position, checkpoint.position, shown);
    this.position = checkpoint.position;
    this.endsAt = checkpoint.position;
    return { position: checkpoint.position, end };
  }

  /** Revisions of a stream stand without gaps: of each event that has one before it, the first revision that lacks. */
  private async missingBefore(events: readonly Stored[]): Promise<ReadonlyMap<Position, Revision>> {
    const first = new Map<StreamName, Revision>();
    for (const { stream, revision } of events) if (!first.has(stream)) first.set(stream, revision);
    const unknown = [...first].filter(([stream, revision]) => revision > 0n && !this.ends.has(stream));
    if (unknown.length > 0)
      for (const [stream, end] of await this.register.ends(unknown.map(([stream]) => stream)))
        this.ends.set(stream, end);
    const missing = new Map<Position, Revision>();
    for (const { stream, revision, position } of events) {
      const expected = (this.ends.get(stream) ?? -1n) + 1n;
      if (revision > expected) missing.set(position, expected);
      this.ends.set(stream, revision);
    }
    if (this.ends.size > MOST_STREAMS) this.ends.clear();
    return missing;
  }
}

/** What `head` becomes by these events, which follow it. */
function entriesOf(events: readonly Stored[], head: Checkpoint, missing: ReadonlyMap<Position, Revision>) {
  const frontier = Frontier.of(BigInt(head.size), head.peaks);
  const entries: Entry[] = [];
  const seen: LoggedEvent[] = [];
  let { recordedAt, size, position } = head;
  for (const stored of events) {
    recordedAt = Math.max(recordedAt, stored.recordedAt);
    const event = logged(stored, recordedAt);
    const leaf = leafHash(event.bytes);
    frontier.add(leaf);
    size += 1;
    position = stored.position;
    const lacks = missing.get(position);
    seen.push(event);
    entries.push({
      ordinal: size,
      position,
      stream: stored.stream,
      revision: stored.revision,
      source: stored.source,
      clientId: stored.clientId,
      fingerprint: stored.fingerprint,
      recordedAt,
      lifted: recordedAt !== stored.recordedAt,
      leaf,
      ...(lacks !== undefined && { missing: lacks }),
    });
  }
  const checkpoint: Checkpoint = { size, position, recordedAt, scanned: position, peaks: frontier.peaksBytes() };
  return { entries, seen, checkpoint };
}
