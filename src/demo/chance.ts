/** Chance that repeats: a small seeded generator (sfc32) and the few ways in which the demo asks it. No other source of chance is used. */

export interface Chance {
  /** Evenly from [0, 1). */
  unit(): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  happens(probability: number): boolean;
  pick<T>(among: readonly T[]): T;
  /** Each row with its weight. */
  weighted<T>(rows: readonly (readonly [T, number])[]): T;
  /** Waiting time of events that come on average every `mean`. */
  wait(mean: number): number;
}

/** The same numbers for the same seeds, on every machine. */
export function chance(...seeds: readonly number[]): Chance {
  const unit = sfc32(seeds);
  const pick = <T>(among: readonly T[]): T => {
    const one = among[Math.floor(unit() * among.length)];
    if (one === undefined) throw new Error('there is nothing to pick from');
    return one;
  };
  return {
    unit,
    whole: (from, to) => from + Math.floor(unit() * (to - from + 1)),
    happens: (probability) => unit() < probability,
    pick,
    weighted: (rows) => {
      let left = unit() * rows.reduce((sum, [, weight]) => sum + weight, 0);
      return (rows.find(([, weight]) => (left -= weight) < 0) ?? pick(rows))[0];
    },
    wait: (mean) => -Math.log(1 - unit()) * mean,
  };
}

/** C. Doty-Humphrey, PractRand: "small fast counting", 32 bits; the first rounds only stir the seeds. */
function sfc32(seeds: readonly number[]): () => number {
  let [a = 0, b = 0, c = 0, counter = 1] = seeds;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 15; round++) next();
  return next;
}
