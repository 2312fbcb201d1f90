// How good a partition is against the truth: pairs, B-cubed, purity, blocking.

const pairs = (n) => (n * (n - 1)) / 2;
const f1 = (precision, recall) => (precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall));

/** `groups` are lists of ids, `truth` gives the party of an id. */
export function measure(groups, truth) {
  const parties = new Map();
  let [found, right, impure, inImpure, records, bPrecision, bRecall, largest] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (const ids of groups) for (const id of ids) parties.set(truth(id), (parties.get(truth(id)) ?? 0) + 1);
  for (const ids of groups) {
    const inside = new Map();
    for (const id of ids) inside.set(truth(id), (inside.get(truth(id)) ?? 0) + 1);
    found += pairs(ids.length);
    records += ids.length;
    largest = Math.max(largest, ids.length);
    if (inside.size > 1) {
      impure++;
      inImpure += ids.length;
    }
    for (const [party, n] of inside) {
      right += pairs(n);
      bPrecision += (n * n) / ids.length;
      bRecall += (n * n) / parties.get(party);
    }
  }
  const all = [...parties.values()].reduce((sum, n) => sum + pairs(n), 0);
  const [precision, recall] = [found === 0 ? 1 : right / found, all === 0 ? 1 : right / all];
  const [bp, br] = [bPrecision / records, bRecall / records];
  return {
    precision,
    recall,
    f1: f1(precision, recall),
    bCubed: f1(bp, br),
    falsePairs: found - right,
    missedPairs: all - right,
    truePairs: all,
    impure: impure / groups.length,
    inImpure: inImpure / records,
    largest,
  };
}

/** Pairs of one party that are in different groups, and pairs of two parties in one group. */
export function errorsOf(groups, truth) {
  const groupOf = new Map(groups.flatMap((ids, group) => ids.map((id) => [id, group])));
  const parties = new Map();
  for (const id of groupOf.keys()) parties.set(truth(id), [...(parties.get(truth(id)) ?? []), id]);
  const each = (lists, test) => {
    const out = [];
    for (const ids of lists) {
      for (let i = 0; i < ids.length; i++) {
        for (let j = i + 1; j < ids.length; j++) if (test(ids[i], ids[j])) out.push([ids[i], ids[j]]);
      }
    }
    return out;
  };
  return {
    missed: each([...parties.values()], (a, b) => groupOf.get(a) !== groupOf.get(b)),
    wrong: each(groups, (a, b) => truth(a) !== truth(b)),
  };
}
