/**
 * What share of the pairs behind a guard are of one party where nobody has trained: how often stewards would have been right to
 * say yes, counted on synthetic customers whose truth is known (18,000 and 12,000 records, 2026), rounded down where few were seen.
 */
import type { GuardName } from './guards';
import { keyOf, type Key, STEPS } from './precision';

/** From so many bits on, this share. */
type Stairs = readonly (readonly [bits: number, share: number])[];

const SEEN: Readonly<Partial<Record<GuardName | 'none', Stairs>>> = {
  none: [
    [-10, 0.8],
    [28, 0.93],
  ],
  'other contact points': [
    [-10, 0.3],
    [12, 0.88],
    [20, 0.93],
  ],
  'house alone': [
    [-10, 0.5],
    [12, 0.91],
  ],
  'name and area alone': [
    [-10, 0.15],
    [4, 0.52],
    [8, 0.89],
  ],
  'name and birth date alone': [
    [-10, 0.5],
    [4, 0.75],
    [6, 0.92],
  ],
  'name alone': [
    [-10, 0.03],
    [-6, 0.1],
    [-4, 0.2],
    [-2, 0.42],
    [0, 0.71],
    [2, 0.82],
    [4, 0.6],
  ],
  initials: [
    [-10, 0.05],
    [-6, 0.22],
    [-4, 0.38],
    [10, 0.55],
    [20, 0.7],
  ],
  'names alike': [
    [-10, 0.03],
    [8, 0.52],
    [22, 0.78],
  ],
  'another family name': [
    [-10, 0.02],
    [0, 0.55],
    [12, 0.35],
    [22, 0.77],
  ],
  'doubtful identifier': [
    [-10, 0.3],
    [4, 0.6],
  ],
  'identifier of another name': [[-10, 0.5]],
  'generation unsaid': [
    [-10, 0.1],
    [4, 0.5],
  ],
  'contact alone': [
    [-10, 0.05],
    [10, 0.3],
  ],
};

/** As a model's calibration says it: by guard and step. */
export function experience(): Readonly<Record<Key, number>> {
  const table: Record<Key, number> = {};
  for (const [guard, stairs] of Object.entries(SEEN)) {
    for (const step of STEPS) {
      const share = stairs.findLast(([bits]) => bits <= step)?.[1];
      if (share !== undefined) table[keyOf(isGuard(guard) ? guard : undefined, step)] = share;
    }
  }
  return table;
}

const isGuard = (name: string): name is GuardName => name !== 'none';
