/** Why two records that agree are not one customer: a third one fits one of them and contradicts the other. */
import type { Conflict } from './explaining';
import type { CandidateGraph } from './graph';
import { GUARDS, type GuardName } from './guards';

/** The first such record, in the order of ids; `undefined` where there is none. A function of what holds now. */
export function conflictOf(graph: CandidateGraph, x: number, y: number): Conflict | undefined {
  const found = [...thirdsOf(graph, x, y), ...thirdsOf(graph, y, x)];
  return found.sort((one, other) => (one.third < other.third ? -1 : 1))[0];
}

function* thirdsOf(graph: CandidateGraph, fits: number, contradicts: number): Generator<Conflict> {
  const id = (index: number): string => graph.records[index]?.id ?? '';
  for (const { a, b, outcome } of graph.edgesOf(fits)) {
    const third = a === fits ? b : a;
    if (outcome !== 'automatic' || third === contradicts) continue;
    const { guard } = graph.edge(third, contradicts);
    if (guard !== undefined && contradict(guard))
      yield { third: id(third), fits: id(fits), contradicts: id(contradicts), guard };
  }
}

const contradict = (guard: GuardName): boolean => GUARDS[guard].force !== 'ask' || guard === 'other contact points';
