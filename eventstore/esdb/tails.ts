/**
 * What this node knows of streams beyond the register: where each ends, and which ids stand there. Only a cache: appends
 * name the exact revision they rest on, so a stale end is refused by the server and read again.
 */
import type { Position, Revision, StreamName } from '../store';
import type { Reads } from './reads';
import { type Id, keyOf, type Register } from './register';

/** Ids, and ends of streams, that are kept. */
const MOST = 20_000;
/** Events of a first look back, and of the ones behind it: mostly a few events stand beyond the register. */
const FIRST_LOOK = 8;
const GROWTH = 8;
const LAST_LOOK = 512;

export class Tails {
  private readonly ends = new Map<StreamName, Revision | 'none'>();
  /** Ids beyond the register, oldest first, with a position that is not before theirs. */
  private readonly ids = new Map<string, { readonly position: Position; readonly stream: StreamName }>();

  constructor(
    private readonly reads: Reads,
    private readonly register: Register,
  ) {}

  /** Undefined: not known, to be loaded. */
  endOf(stream: StreamName): Revision | 'none' | undefined {
    return this.ends.get(stream);
  }

  has(id: Id): boolean {
    return this.ids.has(keyOf(id));
  }

  /** Ends as the register has them: all ids up to there are in it, and whoever wrote behind it makes the server refuse. */
  async guess(streams: readonly StreamName[]): Promise<void> {
    const found = await this.register.ends(streams);
    for (const stream of streams) this.ends.set(stream, found.get(stream) ?? 'none');
  }

  /** Reads the stream from the leader back to the register's checkpoint. `until` as of performance.now(). */
  async load(stream: StreamName, until: number): Promise<Revision | 'none'> {
    const { position: known } = await this.register.checkpoint();
    let end: Revision | 'none' = 'none';
    for (
      let from: Revision | undefined, more = true, count = FIRST_LOOK;
      more;
      count = Math.min(count * GROWTH, LAST_LOOK)
    ) {
      const range = { direction: 'backwards' as const, count, ...(from !== undefined && { from }) };
      const found = await this.reads.stream(stream, range, until, (event) => {
        more = event.position > known;
        if (more) this.ids.set(keyOf(event), { position: event.position, stream });
        if (end === 'none') end = event.revision;
        return more;
      });
      from = (found?.at(-1)?.revision ?? 0n) - 1n;
      more &&= from >= 0n;
    }
    this.ends.set(stream, end);
    return end;
  }

  /** `last` is the stream's last event now. Where its end was forgotten meanwhile, so were ids: it stays unknown, and is read. */
  wrote(stream: StreamName, after: Revision | 'none', last: Revision, position: Position, ids: readonly Id[]): void {
    if (after === 'none' || this.ends.has(stream)) this.ends.set(stream, last);
    for (const id of ids) this.ids.set(keyOf(id), { position, stream });
  }

  /** The end of this stream is not what was believed. */
  doubt(stream: StreamName): void {
    this.ends.delete(stream);
  }

  /**
   * Keeps the memory bounded. An id that goes before the register has it is found again when its own stream is read; in
   * another stream it would count twice, as one that another node wrote meanwhile.
   */
  async trim(): Promise<void> {
    if (this.ends.size > MOST) this.ends.clear();
    if (this.ids.size <= MOST) return;
    const { position: known } = await this.register.checkpoint();
    for (const [key, { position, stream }] of this.ids) {
      if (this.ids.size <= MOST / 2) return;
      this.ids.delete(key);
      if (position > known) this.ends.delete(stream);
    }
  }
}
