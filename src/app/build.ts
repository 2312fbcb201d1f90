/**
 * A new generation of views from the start of the log, in one pass: what is decided about pairs is taken in at once,
 * everything else is spilled, and then the records of one part after another are folded in memory, each written once.
 * Memory stays flat, however large the log. The checkpoint is not moved here: whoever builds does that last.
 */
import type { LoggedEvent, LogReader, Position } from '../../eventstore/store';
import { recordOf } from '../domain/envelope';
import type { Drafts } from './drafts';
import type { Checkpoint, ViewSet } from './ports';
import { HeldSpill, type OpenSpill, partOf, type Spill } from './spill';

export interface BuildOptions {
  /** Events a read. */
  readonly page: number;
  /** Parts that the records are divided into. */
  readonly parts: number;
  /** Where events wait for their part; in memory when absent. */
  readonly spill?: OpenSpill | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** From where to where: the checkpoint of new views, the head of the log, and how many events there are. */
export interface Span {
  readonly start: Checkpoint;
  readonly end: Position;
  readonly size: bigint;
}

/** Timeline entries that a build writes ahead of its documents. */
const LINES_A_WRITE = 50_000;

export class Build {
  private readonly spill: Spill;
  /** The one that is being folded. */
  private part: number | undefined;

  constructor(
    private readonly log: Pick<LogReader, 'readAll' | 'readAt'>,
    private readonly views: Pick<ViewSet, 'write'>,
    private readonly drafts: Drafts,
    private readonly options: BuildOptions,
  ) {
    this.spill = (options.spill ?? ((parts) => new HeldSpill(parts)))(options.parts);
  }

  /**
   * Answers how many events were read, undefined where the signal ended it early. `onShare` hears how much is done, as a share
   * of 1,000.
   */
  async run(span: Span, onShare: (done: number) => void): Promise<number | undefined> {
    const { parts } = this.options;
    try {
      const seen = await this.read(span, (share) => onShare(share / 2));
      this.drafts.putOff();
      if (!this.isOver) await this.drafts.flush(span.start, span.end);
      for (this.part = 0; this.part < parts && !this.isOver; this.part++) {
        await this.fold(this.part, span);
        onShare(500 + (500 * (this.part + 1)) / parts);
      }
      return this.isOver ? undefined : seen;
    } finally {
      this.part = undefined;
      this.spill.close();
    }
  }

  private get isOver(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  /** Events at these positions, in the order asked: of the spill where it has them at hand, else of the log. */
  async readAt(positions: readonly Position[]): Promise<readonly LoggedEvent[]> {
    if (this.part === undefined) return this.log.readAt(positions);
    const near = this.spill.at(this.part, positions);
    if (near.length === positions.length) return near;
    const found = new Map(near.map((event) => [event.position, event]));
    const far = await this.log.readAt(positions.filter((position) => !found.has(position)));
    for (const event of far) found.set(event.position, event);
    return positions.flatMap((position) => found.get(position) ?? []);
  }

  /** Who is one customer with whom must be known before any part is folded. */
  private async read({ start, end, size }: Span, onShare: (done: number) => void): Promise<number> {
    let seen = 0;
    for (let at = 0n; at < end && !this.isOver; ) {
      const page = await this.log.readAll(at, { limit: this.options.page });
      const events = page.events.filter((event) => event.position <= end);
      await this.drafts.takePairs(events);
      for (const event of events)
        if (recordOf(event.stream) !== undefined) this.spill.put(partOf(event.stream, this.options.parts), event);
      await this.writeLines(start);
      at = page.next;
      seen += events.length;
      onShare(at < end ? Math.min(1_000, (seen * 1_000) / Number(size)) : 1_000);
    }
    return seen;
  }

  private async fold(part: number, { start, end }: Span): Promise<void> {
    for (const events of this.spill.read(part)) {
      if (this.isOver) return;
      await this.drafts.take(events);
      await this.writeLines(start);
    }
    await this.drafts.flush(start, end);
    this.drafts.release();
  }

  /** Lines of the timeline that are many enough for a write of their own. */
  private async writeLines(checkpoint: Checkpoint): Promise<void> {
    const { pending } = this.drafts;
    if (pending.lines < LINES_A_WRITE) return;
    const timeline = pending.takeTimeline();
    await this.views.write({ checkpoint, documents: [], timeline, parked: [], unparked: [] });
  }
}
