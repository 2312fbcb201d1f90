/**
 * Makes groups of the records of one component: the strongest edges first, and two groups are joined only where nothing
 * keeps them apart and their records agree on average. A function of the component, never of the order of arrival.
 */

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
  /** Average that two groups must reach. */
  readonly average: number;
}

export interface Grouping {
  /** Group of each place; groups are named by their smallest place. */
  readonly groups: readonly (readonly number[])[];
  /** Bonds that joined two groups: their connected components are the groups. */
  readonly joined: readonly Bond[];
  /** Why two bonded places are in different groups. */
  readonly refused: readonly { readonly bond: Bond; readonly because: 'apart' | 'average' }[];
}

/** `size` places in the order of their ids; `linked` by stewards first, then `bonds` by bits and places. */
export function group(size: number, linked: readonly Bond[], bonds: readonly Bond[], weighing: Weighing): Grouping {
  const members: number[][] = Array.from({ length: size }, (_, place) => [place]);
  const of = Array.from({ length: size }, (_, place) => place);
  const joined: Bond[] = [];
  const refused: { bond: Bond; because: 'apart' | 'average' }[] = [];
  const inOrder = (all: readonly Bond[]): readonly Bond[] => [...all].sort((x, y) => y.bits - x.bits || x.a - y.a || x.b - y.b);
  const meet = (bond: Bond, refusal: (one: readonly number[], other: readonly number[]) => 'apart' | 'average' | undefined): void => {
    const [from, to] = [of[bond.a] ?? 0, of[bond.b] ?? 0];
    if (from === to) return;
    const [one, other] = [members[from] ?? [], members[to] ?? []];
    const because = refusal(one, other);
    if (because !== undefined) return void refused.push({ bond, because });
    const [into, out] = from < to ? [from, to] : [to, from];
    for (const place of members[out] ?? []) of[place] = into;
    members[into] = [...one, ...other].sort((x, y) => x - y);
    members[out] = [];
    joined.push(bond);
  };
  for (const bond of inOrder(linked)) meet(bond, (one, other) => (some(one, other, weighing.apart) ? 'apart' : undefined));
  for (const bond of inOrder(bonds)) meet(bond, (one, other) => refusalOf(one, other, weighing));
  return { groups: members.filter((places) => places.length > 0), joined, refused };
}

function refusalOf(one: readonly number[], other: readonly number[], { worth, apart, average }: Weighing): 'apart' | 'average' | undefined {
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
