/** From what journals noted to what the resolver tells. */
import { noBlanks } from './comparing';
import type { Constraints } from './constraints';
import type { ContactPoint, DemotedValue } from './generic';
import type { CandidateGraph } from './graph';
import type { Noted, PairNote } from './journal';
import { judge } from './judging';
import type { Change, Unlinked } from './told';

export const relationChange = ({ a, b, what }: PairNote): Change =>
  what === undefined
    ? { kind: 'unrelated', a, b }
    : { kind: 'related', a, b, relation: what === 'colleague' ? 'colleague' : 'household' };

export const valueChanges = (noted: readonly Noted<DemotedValue>[]): readonly Change[] =>
  noted.flatMap(({ before, after }): Change[] => {
    const value = after ?? before;
    return value ? [{ kind: after ? 'value-demoted' : 'value-restored', value }] : [];
  });

/**
 * Contact points that say nothing, and without whose silence the two would be linked. It looks only at what holds now, so
 * that who begins anew answers the same.
 */
export function silencing(graph: CandidateGraph, x: number, y: number): readonly ContactPoint[] {
  const [one, other] = [graph.records[x], graph.records[y]];
  if (!one || !other) return [];
  const silent = graph.generic.silentBetween(one, other);
  if (silent.length === 0 || judge(graph.scorer, one, other, noBlanks).outcome !== 'automatic') return [];
  return graph.edge(x, y).outcome === 'automatic' && graph.meet(x, y) ? [] : silent;
}

/** Why two records are not linked any more. */
export function unlinked(graph: CandidateGraph, constraints: Constraints, a: string, b: string): Unlinked {
  const [x, y] = [graph.find(a), graph.find(b)];
  if (x === undefined || y === undefined) return { reason: 'record removed' };
  const constraint = constraints.between(a, b);
  if (constraint === 'apart') return { reason: 'held apart' };
  if (constraint === 'rejected') return { reason: 'rejected' };
  const silent = silencing(graph, x, y);
  return silent.length > 0 ? { reason: 'shared value fell silent', silent } : { reason: 'grouped otherwise' };
}
