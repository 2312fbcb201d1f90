/** What the register holds must be shown: a server that hides events, or shows an older log, is told and not believed. */
import { LogError, type Position, type StreamName } from '../store';
import type { History } from './history';
import type { StreamRange } from './read-requests';
import type { Reads } from './reads';
import type { Register } from './register';
import type { Stored } from './stored';
import { away } from './trying';

export class Whole {
  constructor(
    private readonly reads: Reads,
    private readonly register: Register,
    private readonly history: History,
  ) {}

  /** Whoever reads on behind what a server does not show would never see it: one that ends before has an older log, or lags. */
  async demandReached(position: Position, until: number): Promise<void> {
    if (((await this.reads.lastOfAll(until)) ?? 0n) >= position) return;
    await this.history.check(until);
    throw away(`it shows the log to an earlier place than ${position}, which was read before`);
  }

  /** What a stream shows must be all that the log holds of it. */
  async demandWhole(name: StreamName, range: StreamRange, found: readonly Stored[], until: number): Promise<void> {
    const { direction, count, from } = range;
    const [first, last] = direction === 'forwards' ? [found[0], found.at(-1)] : [found.at(-1), found[0]];
    const whole =
      first !== undefined && last !== undefined && last.revision - first.revision === BigInt(found.length - 1);
    if (found.length > 0 && !whole) throw hides(name, 'events in between');
    const lowest = direction === 'forwards' ? (from ?? 0n) : 0n;
    const cut = first && first.revision > lowest && (direction === 'forwards' || found.length < count);
    if (cut) throw hides(name, `the events before ${first.revision}`);
    if (found.length > 0) return;
    const end = (await this.register.ends([name])).get(name);
    if (end === undefined || (direction === 'forwards' && end < lowest)) return;
    // It may have grown since it was read.
    const again = (await this.reads.stream(name, range, until)) ?? [];
    if (again.length === 0) throw hides(name, 'its events');
  }
}

const hides = (stream: StreamName, what: string): LogError =>
  new LogError(
    'damaged',
    `the server hides ${what} of the stream ${stream}: it was deleted, truncated, or has $maxAge or $maxCount in its metadata; kith verify names the setting`,
  );
