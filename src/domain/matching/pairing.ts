/** Pairs of prepared records for training: at random, and all that share a block, in an order that only ids decide. */
import { drawing } from './hashing';
import { agreementsAsked, blocksOf, fewOf } from './blocking';
import type { Prepared } from './prepared';
import { TRACE, traced, writeTrace } from './traces';

export type Visit = (a: Prepared, b: Prepared) => void;

/** At most `wanted` pairs of different records, each drawn once or (where there are few records) all there are. */
export function randomPairs(records: readonly Prepared[], wanted: number, seed: number, visit: Visit): number {
  const n = records.length;
  if ((n * (n - 1)) / 2 <= wanted) {
    for (const [i, a] of records.entries()) for (const b of records.slice(i + 1)) visit(a, b);
    return (n * (n - 1)) / 2;
  }
  const draw = drawing(seed);
  for (let drawn = 0; drawn < wanted; ) {
    const [a, b] = [records[draw(n)], records[draw(n)]];
    if (!a || !b || a === b) continue;
    visit(a, b);
    drawn++;
  }
  return wanted;
}

/** Pairs that share a key, each as often as they share one; of a longer list only the first `limit` records count. */
export function pairsBy(
  records: readonly Prepared[],
  keys: (one: Prepared) => readonly string[],
  limit: number,
  visit: Visit,
): void {
  const lists = new Map<string, Prepared[]>();
  for (const record of records) {
    for (const key of keys(record)) {
      const list = lists.get(key);
      if (!list) lists.set(key, [record]);
      else if (list.length < limit) list.push(record);
    }
  }
  for (const list of lists.values()) {
    for (const [i, a] of list.entries()) for (let j = i + 1; j < list.length; j++) visit(a, list[j] ?? a);
  }
}

export interface Candidates {
  readonly count: number;
  /** Numbers of the blocks that have more members than the limit. */
  readonly full: readonly number[];
}

/** Every pair that is compared, once: it shares a block of at most `limit` members, and its traces where that is wide. */
export function candidatePairs(records: readonly Prepared[], limit: number, visit: Visit): Candidates {
  const lists = new Map<number, number[]>();
  const traces = new Int32Array(records.length * TRACE);
  for (const [index, record] of records.entries()) writeTrace(record, traces, index * TRACE);
  const blocks = records.map((record, index) => {
    const own = blocksOf(record);
    for (const block of own) {
      const list = lists.get(block);
      if (list) list.push(index);
      else lists.set(block, [index]);
    }
    return own;
  });
  let count = 0;
  const seen = new Int32Array(records.length).fill(-1);
  for (const [index, record] of records.entries()) {
    for (const block of blocks[index] ?? []) {
      const list = lists.get(block) ?? [];
      if (list.length > limit) continue;
      const asked = list.length > fewOf(limit) ? agreementsAsked(block) : 0;
      for (const other of list) {
        const second = records[other];
        if (other <= index || seen[other] === index || !second) continue;
        if (asked > 0 && !traced(traces, index * TRACE, other * TRACE, asked)) continue;
        seen[other] = index;
        count++;
        visit(record, second);
      }
    }
  }
  const full = [...lists].filter(([, list]) => list.length > limit).map(([block]) => block);
  return { count, full: full.sort((a, b) => a - b) };
}
