/**
 * A small model of what may interleave: an appender, two projectors that both believe to hold the lease, crashes at any
 * point, and an erasure. Each `yield` is a point where somebody else may act. One run is one seed.
 */
import { drawing } from '../../src/domain/matching/hashing';

export type WriteRule = 'compare-and-set on the loaded position' | 'upsert where the position is lower';

interface Event {
  readonly key: string;
  readonly n: number;
}
interface Doc {
  readonly pos: number;
  readonly sum: number;
  readonly gone?: true;
}
interface World {
  readonly log: Event[];
  readonly docs: Map<string, Doc>;
  readonly erased: Set<string>;
  checkpoint: { pos: number; epoch: number };
  epoch: number;
}

const KEYS = ['a', 'b', 'c'];
const EVENTS = 12;

/** The fold of all events of a key up to `pos`, which is what its document must say; an erased key says nothing. */
function folded({ log, erased }: World, key: string, pos: number): Doc {
  if (erased.has(key)) return { pos, sum: 0, gone: true };
  return { pos, sum: log.slice(0, pos).reduce((sum, event) => (event.key === key ? sum + event.n : sum), 0) };
}

function* append(world: World, random: (below: number) => number): Generator<void> {
  for (let i = 0; i < EVENTS; i++) {
    world.log.push({ key: KEYS[random(KEYS.length)] as string, n: 1 + random(9) });
    yield;
  }
}

function* erase(world: World): Generator<void> {
  for (let i = 0; i < 5; i++) yield;
  world.erased.add('a');
  world.log.push({ key: 'a', n: 0 }); // the erasure is an event: whoever folds past it folds the key anew
}

function* project(world: World, random: (below: number) => number, rule: WriteRule): Generator<void> {
  const epoch = ++world.epoch;
  const cache = new Map<string, Doc>();
  while (true) {
    const from = world.checkpoint.pos;
    yield;
    const page = { from, to: Math.min(world.log.length, from + 1 + random(4)) };
    const keys = new Set(world.log.slice(page.from, page.to).map((event) => event.key));
    for (const key of keys) yield* write(world, key, page, cache, rule);
    // The checkpoint is monotone and guarded by the epoch; documents are not, they are right by position alone.
    if (page.to > world.checkpoint.pos && epoch >= world.checkpoint.epoch) world.checkpoint = { pos: page.to, epoch };
    yield;
    if (page.to === world.log.length && page.to > EVENTS) return;
  }
}

/** Adds the page's events to what was loaded, perhaps long ago; the other projector may have gone on meanwhile. */
function* write(
  world: World,
  key: string,
  { from, to }: { from: number; to: number },
  cache: Map<string, Doc>,
  rule: WriteRule,
): Generator<void> {
  while (true) {
    const loaded = cache.get(key) ?? world.docs.get(key);
    yield;
    if ((loaded?.pos ?? 0) >= to) return;
    const next = world.erased.has(key) ? folded(world, key, to) : added(world, key, loaded, from, to);
    yield;
    const now = world.docs.get(key);
    const mine = rule === 'upsert where the position is lower' ? (now?.pos ?? 0) < to : now?.pos === loaded?.pos;
    if (mine) {
      world.docs.set(key, next);
      cache.set(key, next);
      return;
    }
    cache.delete(key);
    if (rule === 'upsert where the position is lower') return;
  }
}

function added({ log }: World, key: string, loaded: Doc | undefined, from: number, to: number): Doc {
  const page = log.slice(Math.max(from, loaded?.pos ?? 0), to);
  return { pos: to, sum: page.reduce((sum, event) => (event.key === key ? sum + event.n : sum), loaded?.sum ?? 0) };
}

/** Plays one seed to the end; answers the keys whose document is not the fold of its events. */
export function play(seed: number, rule: WriteRule): readonly string[] {
  const random = drawing(seed);
  const world: World = { log: [], docs: new Map(), erased: new Set(), checkpoint: { pos: 0, epoch: 0 }, epoch: 0 };
  const begin = [
    () => append(world, random),
    () => erase(world),
    () => project(world, random, rule),
    () => project(world, random, rule),
  ];
  const running = begin.map((start) => start());
  for (let step = 0; step < 400; step++) {
    const who = random(running.length);
    const crashes = who >= 2 && random(20) === 0;
    if (crashes) running[who] = (begin[who] as () => Generator<void>)();
    else running[who]?.next();
  }
  for (const process of running.slice(0, 2)) while (!process.next().done);
  const last = project(world, random, rule);
  while (!last.next().done);
  return KEYS.filter((key) => {
    const doc = world.docs.get(key);
    const mentioned = world.log.some((event) => event.key === key);
    return (
      mentioned &&
      (doc?.sum !== folded(world, key, world.log.length).sum || (doc?.gone ?? false) !== world.erased.has(key))
    );
  });
}
