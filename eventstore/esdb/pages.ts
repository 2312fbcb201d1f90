/** Events as every reader sees them: those that the register holds, with its stamps, and none of the doubled ones. */
import { type Filter, LogError, type LoggedEvent, type Page, type Position, type StreamName } from '../store';
import { leafHash } from '../tree';
import type { Indexing } from './indexing';
import type { StreamRange } from './read-requests';
import type { Reads } from './reads';
import { logged, type Stored } from './stored';

export const PAGE = 1_000;
/** Bytes of others between two events of ours from which on a read begins anew behind them: positions are bytes on the server. */
const LEAP = 2_000_000n;

export class Pages {
  constructor(
    private readonly reads: Reads,
    private readonly indexing: Indexing,
  ) {}

  /** A page of what the register holds; `reached` says that it ends where the register does. */
  async registered(
    after: Position,
    { filter, limit = PAGE }: { filter?: Filter; limit?: number },
    patience: number,
  ): Promise<Omit<Page, 'end'> & { readonly reached: boolean }> {
    const { indexing } = this;
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
    for (const { from, count } of runs) found.push(...(await this.reads.run(from, count, until)));
    return found.filter(({ position }) => wanted.has(position));
  }

  /** As every reader sees them: their stamps lifted where the register says so, and none under an id that stood there before. */
  async seen(events: readonly Stored[], until: number): Promise<LoggedEvent[]> {
    if (events.length === 0) return [];
    const { indexing } = this;
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
  async demandWhole(name: StreamName, { direction, count, from }: StreamRange, found: readonly Stored[]) {
    const [first, last] = direction === 'forwards' ? [found[0], found.at(-1)] : [found.at(-1), found[0]];
    const whole =
      first !== undefined && last !== undefined && last.revision - first.revision === BigInt(found.length - 1);
    if (found.length > 0 && !whole) throw hides(name, 'events in between');
    const lowest = direction === 'forwards' ? (from ?? 0n) : 0n;
    const cut = first && first.revision > lowest && (direction === 'forwards' || found.length < count);
    if (cut) throw hides(name, `the events before ${first.revision}`);
    if (found.length > 0) return;
    const end = (await this.indexing.register.ends([name])).get(name);
    if (end !== undefined && (direction === 'backwards' || end >= lowest)) throw hides(name, 'its events');
  }
}

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
