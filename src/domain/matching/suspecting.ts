/**
 * Which customers look as if several parties had grown together: those of very many records, and those whose records hang
 * together by few links, as a chain does. They are told, never taken apart: only somebody who looks can know.
 */
import type { Constraints } from './constraints';
import type { CandidateGraph } from './graph';
import { densityAlarmOf } from './settings';
import type { Statistics, Suspect } from './told';

type Survey = Pick<Statistics, 'customers' | 'largest' | 'alarm' | 'suspected' | 'suspects'>;

/** Of however many there are. */
const TOLD = 100;

/** What is said of all customers, given by the indexes of their records. */
export function surveyed(
  graph: CandidateGraph,
  constraints: Constraints,
  customers: Iterable<readonly number[]>,
): Survey {
  let [count, largest] = [0, 0];
  const suspects: Suspect[] = [];
  for (const members of customers) {
    count++;
    largest = Math.max(largest, members.length);
    const odd = suspect(graph, constraints, members);
    if (odd) suspects.push(odd);
  }
  return {
    customers: count,
    largest,
    alarm: largest > graph.model.settings.sizeAlarm,
    suspected: suspects.length,
    suspects: inOrderOfDoubt(suspects).slice(0, TOLD),
  };
}

/** `undefined` where nothing is odd about it. The first member gives the customer its id. */
function suspect(graph: CandidateGraph, constraints: Constraints, members: readonly number[]): Suspect | undefined {
  const { settings } = graph.model;
  const records = members.length;
  const below = densityAlarmOf(settings);
  const isLarge = records > settings.sizeAlarm;
  // Links hold the records together, which takes one less than there are records: small customers are never thin.
  if (!isLarge && 2 / records >= below) return undefined;
  const density = linkedPairs(graph, constraints, members) / ((records * (records - 1)) / 2);
  const isThin = density < below;
  if (!isLarge && !isThin) return undefined;
  const alarms = [...(isLarge ? ['size' as const] : []), ...(isThin ? ['density' as const] : [])];
  return { customer: graph.records[members[0] ?? 0]?.id ?? '', records, density, alarms };
}

/** The largest first, of those the thinnest. */
const inOrderOfDoubt = (suspects: readonly Suspect[]): readonly Suspect[] =>
  [...suspects].sort((x, y) => y.records - x.records || x.density - y.density || (x.customer < y.customer ? -1 : 1));

/** Pairs that would be linked if there were nobody else: by a rule, or by a steward. */
function linkedPairs(graph: CandidateGraph, constraints: Constraints, members: readonly number[]): number {
  const inside = new Set(members);
  let pairs = 0;
  for (const member of members) {
    const linked = new Set<number>();
    for (const { a, b, outcome } of graph.edgesOf(member))
      if (a === member && inside.has(b) && outcome === 'automatic') linked.add(b);
    const id = graph.records[member]?.id ?? '';
    for (const [otherId, constraint] of constraints.of(id)) {
      const other = graph.find(otherId);
      if (other === undefined || !inside.has(other) || otherId < id) continue;
      if (constraint === 'linked') linked.add(other);
      else linked.delete(other);
    }
    pairs += linked.size;
  }
  return pairs;
}

/** For people: what is odd about it. */
export function suspicion({ records, density, alarms }: Suspect): string {
  const thin = alarms.includes('density') ? [`only ${Math.round(100 * density)} % of their pairs are linked`] : [];
  const large = alarms.includes('size') ? ['more than is likely'] : [];
  return `${records} records: ${[...large, ...thin].join(', and ')}`;
}
