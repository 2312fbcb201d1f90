/**
 * What share of the pairs with a guard and about these bits are of one party: as calibration found it, and for pairs that
 * it did not see, what the bits promise.
 */
import type { GuardName } from './guards';
import type { Model } from './model';

/** Bits in one step of the table, and where it begins and ends. */
export const STEP = 2;
const [LOWEST, HIGHEST] = [-10, 40] as const;
/** A guard that asks has a reason: before anything is known, half of what the bits promise. */
const DOUBT = 0.5;

/** Probability from bits. */
export const probability = (bits: number): number => 1 / (1 + 2 ** -bits);

export const stepOf = (bits: number): number => Math.max(LOWEST, Math.min(HIGHEST, Math.floor(bits / STEP) * STEP));
/** Guard and step, as they name a share in a calibration. */
export type Key = string;
export const keyOf = (guard: GuardName | undefined, bits: number): Key => `${guard ?? 'none'} ${stepOf(bits)}`;
/** All steps, the lowest first. */
export const STEPS: readonly number[] = Array.from(
  { length: (HIGHEST - LOWEST) / STEP + 1 },
  (_, row) => LOWEST + row * STEP,
);
export const uncalibrated = (guard: GuardName | undefined, step: number): number =>
  probability(step + STEP / 2) * (guard === undefined ? 1 : DOUBT);

export class Precision {
  private readonly tables = new Map<GuardName | undefined, Float64Array>();
  private readonly highest = new Map<GuardName | undefined, number>();

  constructor(private readonly calibration: Model['calibration']) {}

  /** 0 to 1. */
  of(guard: GuardName | undefined, bits: number): number {
    const table = this.tables.get(guard) ?? this.table(guard);
    return table[(stepOf(bits) - LOWEST) / STEP] ?? 0;
  }

  /** What `of` gives at most, whatever the bits are. */
  most(guard: GuardName | undefined): number {
    const known = this.highest.get(guard);
    if (known !== undefined) return known;
    const most = Math.max(...(this.tables.get(guard) ?? this.table(guard)));
    this.highest.set(guard, most);
    return most;
  }

  private table(guard: GuardName | undefined): Float64Array {
    const table = Float64Array.from({ length: (HIGHEST - LOWEST) / STEP + 1 }, (_, row) => {
      const step = LOWEST + row * STEP;
      return this.calibration[keyOf(guard, step)] ?? uncalibrated(guard, step);
    });
    this.tables.set(guard, table);
    return table;
  }
}
