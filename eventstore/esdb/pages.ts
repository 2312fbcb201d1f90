/** Events as every reader sees them: those that the register holds, with its stamps, and none of the doubled ones. */
import type { Filter, LoggedEvent, Page, Position } from '../store';
import type { Indexing } from './indexing';
import type { Reads } from './reads';
import { logged, type Stored } from './stored';
import type { Whole } from './whole';

export const PAGE = 1_000;
/** Bytes of others between two events of ours from which on a read begins anew behind them: positions are bytes on the server. */
const LEAP = 2_000_000n;

export class Pages {
  constructor(
    private readonly reads: Reads,
    private readonly indexing: Indexing,
    private readonly whole: Whole,
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
    const some =
      indexing.window.from(after) ?? (await this.behind(after, passes ? Math.max(limit, PAGE) : limit, patience));
    const all = passes ? some.events.filter(passes) : some.events;
    const events = all.slice(0, limit);
    const next = events.length < all.length ? (events.at(-1)?.position ?? after) : some.until;
    return { events, next, reached: next >= until };
  }

  private async behind(after: Position, limit: number, patience: number) {
    const places = await this.indexing.register.next(after, limit);
    const events = await this.seen(await this.standingAt(places, patience), patience);
    return { events, until: places.at(-1) ?? after };
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
    for (const { from, count } of runs)
      for (const event of await this.reads.run(from, count, until)) if (wanted.has(event.position)) found.push(event);
    if (found.length < places.length) await this.whole.demandReached(places.at(-1) ?? 0n, until);
    return found;
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
}

/** Undefined lets everything pass. */
function passesOf({ types }: Filter = {}): ((event: { type: string }) => boolean) | undefined {
  const wanted = types && new Set(types);
  return wanted && (({ type }) => wanted.has(type));
}
