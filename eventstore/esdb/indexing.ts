/**
 * Keeps the register going: reads the log on from its checkpoint and writes what it says. Whoever reads at the head of the
 * log drives it, so what readers see and what the register holds cannot differ; no reader is ever ahead of it.
 */
import { leafHash, Frontier } from '../tree';
import { isUnreachable, LogError, type LoggedEvent, type Position } from '../store';
import type { Reads } from './reads';
import type { Checkpoint, Entry, Register } from './register';
import { logged, type Stored } from './stored';
import { Window } from './window';

/** How far the register was driven. */
export interface Step {
  /** Of its last event. */
  readonly position: Position;
  /** Nothing stood behind that when this was read. */
  readonly end: boolean;
}

/** Events of one step. */
const STEP = 500;
/** Records of anybody that one step looks through: some tenths of a second. */
const THROUGH = 20_000;

export class Indexing {
  /** What was read last. */
  readonly window = new Window();
  private running: Promise<Step> | undefined;
  private next: Promise<Step> | undefined;
  /** How far was looked behind the register's last event and nothing found, where that was not worth storing. */
  private idle = { behind: 0n, scanned: 0n };

  constructor(
    private readonly reads: Reads,
    readonly register: Register,
  ) {}

  /** One step, begun after this call: it sees whatever was answered before. */
  advance(): Promise<Step> {
    this.next ??= this.after(this.running);
    return this.next;
  }

  /** The register holds everything that was answered before this call. */
  async reachEnd(): Promise<Checkpoint> {
    let step = await this.advance();
    while (!step.end) step = await this.advance();
    return this.register.checkpoint();
  }

  /** The register holds the event at `position`, which somebody has read already. */
  async reach(position: Position): Promise<void> {
    if ((await this.register.checkpoint()).position >= position) return;
    if ((await this.reachEnd()).position >= position) return;
    throw new LogError('damaged', `the event at ${position} stands in its stream, but not in the whole log`);
  }

  private async after(running: Promise<Step> | undefined): Promise<Step> {
    const away = await running?.then(() => undefined, awayOf);
    this.next = undefined;
    this.running = undefined;
    // Who waited until somebody gave the server up need not wait as long again.
    if (away) throw away;
    this.running = this.step();
    return this.running;
  }

  private async step(): Promise<Step> {
    const head = await this.register.checkpoint();
    const { idle } = this;
    const after = idle.behind === head.position && idle.scanned > head.scanned ? idle.scanned : head.scanned;
    const { events, scanned, end } = await this.reads.page(after, { limit: STEP, through: THROUGH });
    if (events.length === 0) {
      this.idle = { behind: head.position, scanned };
      if (!end) await this.register.add([], { ...head, scanned });
      return { position: head.position, end };
    }
    const { entries, seen, checkpoint } = entriesOf(events, head, scanned);
    // Whoever reads at the head hears of an event at the same moment: what another one wrote meanwhile is the same.
    const { size } = await this.register.checkpoint();
    const missing = entries.filter(({ ordinal }) => ordinal > size);
    if (missing.length > 0) await this.register.add(missing, checkpoint);
    this.window.add(head.position, checkpoint.position, seen);
    return { position: checkpoint.position, end };
  }
}

const awayOf = (problem: unknown): LogError | undefined => (isUnreachable(problem) ? problem : undefined);

/** What `head` becomes by these events, which follow it. */
function entriesOf(events: readonly Stored[], head: Checkpoint, scanned: Position) {
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
    });
  }
  const checkpoint: Checkpoint = { size, position, recordedAt, scanned, peaks: frontier.peaksBytes() };
  return { entries, seen, checkpoint };
}
