/** Brings the story of the demo in, day by day on a clock that moves along with it, and counts what became of every item. */
import type { ItemResult } from '../app/intake';
import type { Kith } from '../app/kith';
import type { Delivery, Revision } from '../demo/deliveries';
import { DAY } from '../demo/days';
import { definitionOf } from '../domain/facts/catalogue';
import type { JsonValue } from '../domain/kernel';

/** Milliseconds since 1970 UTC; whoever opens Kith with it may move it. */
export interface Clock {
  now: number;
}

export interface Imported {
  /** Accepted facts by the kind that timelines call them. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly accepted: number;
  readonly duplicates: number;
  /** Acts about facts: taken back or put right. */
  readonly revised: number;
  readonly refused: readonly { readonly code: string; readonly detail: string }[];
  readonly seconds: number;
}

/** Days that may wait for their commit at the same time; the log commits what waits together. */
const IN_FLIGHT = 64;

/** Resolves when all is durable, or early when `signal` aborts. */
export async function importStory(
  kith: Kith,
  clock: Clock,
  story: readonly Delivery[],
  { onProgress, signal }: { onProgress: (done: number, of: number) => void; signal: AbortSignal },
): Promise<Imported> {
  const count = counter();
  const waiting: Promise<void>[] = [];
  const started = performance.now();
  let [done, revised] = [0, 0];
  for (const { at, items, revision } of byDay(story)) {
    if (signal.aborted) break;
    if (revision) await Promise.all(waiting.splice(0));
    else if (waiting.length >= IN_FLIGHT) await waiting.shift();
    clock.now = at;
    if (items.length > 0) {
      const taken = kith.intake.accept(items).then((results) => count.take(items, results));
      taken.catch(() => undefined); // it is awaited later; until then its failure shall wait too
      waiting.push(taken);
    }
    if (revision) {
      await Promise.all(waiting.splice(0));
      await kith.revising.revise(revision);
      revised += 1;
    }
    onProgress((done += items.length + (revision ? 1 : 0)), story.length);
  }
  await Promise.all(waiting);
  return { ...count.counted(), revised, seconds: (performance.now() - started) / 1_000 };
}

interface Batch {
  readonly at: number;
  readonly items: readonly JsonValue[];
  /** Comes after the items. */
  readonly revision?: Revision;
}

/** What arrives on one day goes in together, up to an act about a fact. */
function* byDay(story: readonly Delivery[]): Generator<Batch> {
  let items: JsonValue[] = [];
  let at = story[0]?.at ?? 0;
  for (const delivery of story) {
    if (items.length > 0 && Math.floor(delivery.at / DAY) !== Math.floor(at / DAY)) {
      yield { at, items };
      items = [];
    }
    at = delivery.at;
    if ('item' in delivery) items.push(delivery.item);
    else {
      yield { at, items, revision: delivery.revision };
      items = [];
    }
  }
  yield { at, items };
}

function counter() {
  const kinds = new Map<string, number>();
  const refused: { code: string; detail: string }[] = [];
  let [accepted, duplicates] = [0, 0];
  const one = (item: JsonValue | undefined, result: ItemResult) => {
    if (result.outcome === 'refused') refused.push(result);
    else if (result.outcome === 'conflict') refused.push({ code: 'id-conflict', detail: result.detail });
    else if (result.outcome !== 'accepted') duplicates += 1;
    else {
      accepted += 1;
      const kind = kindOf(item);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
  };
  return {
    take: (items: readonly JsonValue[], results: readonly ItemResult[]) =>
      results.forEach((result, i) => one(items[i], result)),
    counted: () => ({ kinds, accepted, duplicates, refused }),
  };
}

function kindOf(item: JsonValue | undefined): string {
  const type = typeof item === 'object' && item !== null && 'type' in item ? item.type : undefined;
  return (typeof type === 'string' && definitionOf(type)?.kind) || 'other';
}
