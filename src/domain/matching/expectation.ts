/**
 * Expectation maximisation for pairs without labels (Dempster, Laird & Rubin 1977; Winkler 1988): u is fixed, from random
 * pairs; m is found on pairs that share one field, which then says nothing itself.
 */

/** How many pairs have these levels. */
export interface Pattern {
  readonly levels: readonly number[];
  count: number;
}

export type Patterns = Map<string, Pattern>;

export function countPattern(patterns: Patterns, levels: Uint8Array): void {
  const key = String.fromCharCode(...levels);
  const found = patterns.get(key);
  if (found) found.count++;
  else patterns.set(key, { levels: Array.from(levels), count: 1 });
}

/** By comparison and level − 1. */
export type Table = readonly (readonly number[])[];

const ROUNDS = 25;

/**
 * Expected number of matching pairs at each level. `used` says which comparisons take part; the others were the reason
 * why the pairs were drawn. `m` and `u` are where it starts and what stays.
 */
export function expectedMatches(
  patterns: Patterns,
  m: Table,
  u: Table,
  used: readonly boolean[],
  share: number,
): number[][] {
  let now: Table = m;
  let lambda = share;
  let expected: number[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    expected = m.map((levels) => levels.map(() => 0));
    let [matches, all] = [0, 0];
    for (const { levels, count } of patterns.values()) {
      const odds = (lambda / (1 - lambda)) * ratio(levels, now, u, used);
      const weight = count * (odds / (1 + odds));
      matches += weight;
      all += count;
      for (const [at, level] of levels.entries()) {
        const row = expected[at];
        if (level > 0 && row && used[at]) row[level - 1] = (row[level - 1] ?? 0) + weight;
      }
    }
    lambda = Math.min(0.9999, Math.max(1e-6, matches / Math.max(1, all)));
    now = smoothed(expected, m, used);
  }
  return expected;
}

function ratio(levels: readonly number[], m: Table, u: Table, used: readonly boolean[]): number {
  let bits = 0;
  for (const [at, level] of levels.entries()) {
    if (level === 0 || !used[at]) continue;
    bits += Math.log2((m[at]?.[level - 1] ?? 1) / (u[at]?.[level - 1] ?? 1));
  }
  return 2 ** Math.min(60, bits);
}

/** Pairs that the starting values are worth beside what was counted. */
const WORTH = 12;

/** Shares of the levels, the starting values counted in as some pairs, so that no level becomes impossible. */
export const smoothed = (expected: Table, start: Table, used: readonly boolean[]): Table =>
  start.map((levels, at) => {
    if (!used[at]) return levels;
    const counts = expected[at] ?? [];
    const total = counts.reduce((sum, one) => sum + one, 0);
    const whole = levels.reduce((sum, one) => sum + one, 0);
    return levels.map((level, i) => ((counts[i] ?? 0) + (WORTH * level) / whole) / (total + WORTH));
  });
