/**
 * Makes groups of the records of one component: the strongest edges first, and two groups are joined only where nothing
 * keeps them apart and their records agree on average. A function of the component, never of the order of arrival.
 */

import { inOrder } from './ordering';

/** Two records by their places in the component, and the bits of their pair. */
export interface Bond {
  readonly a: number;
  readonly b: number;
  readonly bits: number;
}

export interface Weighing {
  /** Worth of a pair of places: capped bits, −∞ where the two must never meet. */
  readonly worth: (a: number, b: number) => number;
  /** Whether a steward holds the two apart; links of stewards are stronger than every other veto. */
  readonly apart: (a: number, b: number) => boolean;
  /** Bits by which a bond must be stronger than one to somebody whom the other end vetoes. */
  readonly margin: number;
  /** Worth at or below which two contradict each other: who fits both joins neither. */
  readonly contradiction: number;
  /** Average that two groups must reach. */
  readonly average: number;
}

export interface Grouping {
  /** Group of each place; groups are named by their smallest place. */
  readonly groups: readonly (readonly number[])[];
  /** Bonds that joined two groups: their connected components are the groups. */
  readonly joined: readonly Bond[];
  /** Why two bonded places are in different groups. */
  readonly refused: readonly { readonly bond: Bond; readonly because: Refusal }[];
}

/** ambiguous: a record fits two groups that are kept apart, and neither clearly better. */
export type Refusal = 'apart' | 'average' | 'ambiguous';

/** The order in which bonds are looked at. */
export const strongest = (x: Bond, y: Bond): number => y.bits - x.bits || x.a - y.a || x.b - y.b;

/** `size` places in the order of their ids; `linked` by stewards first, then `bonds` by bits and places. */
export function group(size: number, linked: readonly Bond[], bonds: readonly Bond[], weighing: Weighing): Grouping {
  const members: number[][] = Array.from({ length: size }, (_, place) => [place]);
  const of = Array.from({ length: size }, (_, place) => place);
  const joined: Bond[] = [];
  const refused: { bond: Bond; because: Refusal }[] = [];
  const meet = (
    bond: Bond,
    refusal: (one: readonly number[], other: readonly number[]) => Refusal | undefined,
  ): void => {
    const [from, to] = [of[bond.a] ?? 0, of[bond.b] ?? 0];
    if (from === to) return;
    const [one, other] = [members[from] ?? [], members[to] ?? []];
    const because = refusal(one, other);
    if (because !== undefined) return void refused.push({ bond, because });
    const [into, out] = from < to ? [from, to] : [to, from];
    for (const place of members[out] ?? []) of[place] = into;
    members[into] = inOrder([...one, ...other], (x, y) => x - y);
    members[out] = [];
    joined.push(bond);
  };
  for (const bond of inOrder(linked, strongest))
    meet(bond, (one, other) => (some(one, other, weighing.apart) ? 'apart' : undefined));
  const torn = ambiguous(size, bonds, weighing);
  for (const bond of inOrder(bonds, strongest)) {
    meet(bond, (one, other) => (torn.has(bond) ? 'ambiguous' : refusalOf(one, other, weighing)));
  }
  return { groups: members.filter((places) => places.length > 0), joined, refused };
}

/** Bonds of a record to one side where a bond to another side, which vetoes the first, is about as strong. */
function ambiguous(
  size: number,
  bonds: readonly Bond[],
  { worth, margin, contradiction }: Weighing,
): ReadonlySet<Bond> {
  const of: Bond[][] = Array.from({ length: size }, () => []);
  for (const bond of bonds) {
    of[bond.a]?.push(bond);
    of[bond.b]?.push(bond);
  }
  const torn = new Set<Bond>();
  for (const [place, own] of of.entries()) {
    const far = ({ a, b }: Bond): number => (a === place ? b : a);
    for (const one of own) {
      const rival = (other: Bond): boolean =>
        other !== one && other.bits >= one.bits - margin && worth(far(one), far(other)) <= contradiction;
      if (own.length > 1 && own.some(rival)) torn.add(one);
    }
  }
  return torn;
}

function refusalOf(
  one: readonly number[],
  other: readonly number[],
  { worth, apart, average }: Weighing,
): Refusal | undefined {
  if (some(one, other, apart)) return 'apart';
  let sum = 0;
  for (const a of one) {
    for (const b of other) {
      const bits = worth(a, b);
      if (bits === -Infinity) return 'apart';
      sum += bits;
    }
  }
  return sum / (one.length * other.length) >= average ? undefined : 'average';
}

const some = (one: readonly number[], other: readonly number[], test: (a: number, b: number) => boolean): boolean =>
  one.some((a) => other.some((b) => test(a, b)));
