/**
 * How good a partition of records into customers is against the known truth: pairs, B-cubed, customers made of several
 * people, and what blocking lets through. Records whose truth is not known are left out of every figure.
 */

/** The party that a record really is of; `undefined` where nobody knows. */
export type Truth = (id: string) => string | undefined;

type Groups = readonly (readonly string[])[];
type Pair = readonly [a: string, b: string];

/** Shares from 0 to 1. */
export interface Figures {
  readonly precision: number;
  readonly recall: number;
  /** Harmonic mean of the two. */
  readonly f1: number;
}

export interface Quality {
  /** Records whose truth is known. */
  readonly records: number;
  /** Customers that hold at least one of them. */
  readonly customers: number;
  readonly parties: number;
  /** Of all pairs of records. `wrong` are in one customer and of two parties, `missed` the other way round. */
  readonly pairs: Figures & { readonly all: number; readonly wrong: number; readonly missed: number };
  /** Bagga & Baldwin 1998: precision and recall of each record's own group, averaged over records. */
  readonly bCubed: Figures;
  /** Customers made of several parties, their share of all customers, and the share of records that are in one. */
  readonly impure: { readonly count: number; readonly customers: number; readonly records: number };
  readonly largest: number;
}

const pairsIn = (n: number): number => (n * (n - 1)) / 2;
const share = (part: number, whole: number, none: number): number => (whole === 0 ? none : part / whole);

const figures = (precision: number, recall: number): Figures => ({
  precision,
  recall,
  f1: share(2 * precision * recall, precision + recall, 0),
});

const add = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

const known = (groups: Groups, truth: Truth): Groups =>
  groups.map((ids) => ids.filter((id) => truth(id) !== undefined)).filter((ids) => ids.length > 0);

/** Every record must be in exactly one group. Precision is 1 where nothing was linked, recall where nothing was to be. */
export function qualityOf(all: Groups, truth: Truth): Quality {
  const groups = known(all, truth);
  const parties = new Map<string, number>();
  for (const ids of groups) for (const id of ids) add(parties, truth(id) ?? '');
  let [found, right, records, impure, inImpure, largest, precision, recall] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (const ids of groups) {
    const inside = new Map<string, number>();
    for (const id of ids) add(inside, truth(id) ?? '');
    found += pairsIn(ids.length);
    records += ids.length;
    largest = Math.max(largest, ids.length);
    if (inside.size > 1) [impure, inImpure] = [impure + 1, inImpure + ids.length];
    for (const [party, n] of inside) {
      right += pairsIn(n);
      precision += (n * n) / ids.length;
      recall += (n * n) / (parties.get(party) ?? n);
    }
  }
  const there = [...parties.values()].reduce((sum, n) => sum + pairsIn(n), 0);
  return {
    records,
    customers: groups.length,
    parties: parties.size,
    pairs: {
      ...figures(share(right, found, 1), share(right, there, 1)),
      all: there,
      wrong: found - right,
      missed: there - right,
    },
    bCubed: figures(share(precision, records, 1), share(recall, records, 1)),
    impure: { count: impure, customers: share(impure, groups.length, 0), records: share(inImpure, records, 0) },
    largest,
  };
}

function* pairsOf(lists: Iterable<readonly string[]>): Generator<Pair> {
  for (const ids of lists) {
    for (const [i, a] of ids.entries()) for (const b of ids.slice(i + 1)) yield [a, b];
  }
}

function byParty(groups: Groups, truth: Truth): Iterable<readonly string[]> {
  const parties = new Map<string, string[]>();
  for (const ids of known(groups, truth)) {
    for (const id of ids) {
      const party = truth(id) ?? '';
      const others = parties.get(party);
      if (others) others.push(id);
      else parties.set(party, [id]);
    }
  }
  return parties.values();
}

/** Pairs of one party in two groups, and pairs of two parties in one group. */
export function errorsOf(groups: Groups, truth: Truth): { readonly missed: Pair[]; readonly wrong: Pair[] } {
  const groupOf = new Map(groups.flatMap((ids, at) => ids.map((id) => [id, at] as const)));
  return {
    missed: [...pairsOf(byParty(groups, truth))].filter(([a, b]) => groupOf.get(a) !== groupOf.get(b)),
    wrong: [...pairsOf(known(groups, truth))].filter(([a, b]) => truth(a) !== truth(b)),
  };
}

/** Share of the pairs of one party that blocking lets be compared ("pairs completeness", Christen 2012, ch. 7). */
export function blockingRecall(groups: Groups, truth: Truth, meet: (a: string, b: string) => boolean): number {
  let [met, all] = [0, 0];
  for (const [a, b] of pairsOf(byParty(groups, truth))) {
    all++;
    if (meet(a, b)) met++;
  }
  return share(met, all, 1);
}
