/** From what the resolver believes to what it wants decided about pairs: words for words, nothing is looked up. Pure. */
import { recordId, type RecordId } from '../domain/kernel';
import { type LinkBook, type PairCommand, two } from '../domain/link';
import type { Evidence } from '../domain/matching/evidence';
import type { Change } from '../domain/matching/told';
import type { Wish } from './deciding';

/** What was decided by rule once, and no longer follows from anything. */
export function noLonger(recorded: ReadonlyMap<RecordId, LinkBook>, believed: readonly Change[]): readonly Change[] {
  const held = new Set(believed.flatMap((change) => ('a' in change ? [`${change.kind} ${change.a} ${change.b}`] : [])));
  return [...recorded].flatMap(([record, book]) =>
    Object.entries(book).flatMap(([other, pair]): Change[] => {
      if (other < record) return [];
      const [a, b] = [record, other];
      return [
        ...(pair.linked?.by === 'rule' && !held.has(`linked ${a} ${b}`)
          ? [{ kind: 'unlinked', a, b, reason: 'grouped otherwise' } as const]
          : []),
        ...(pair.proposed && !held.has(`proposed ${a} ${b}`) ? [{ kind: 'withdrawn', a, b } as const] : []),
        ...(pair.related && !held.has(`related ${a} ${b}`) ? [{ kind: 'unrelated', a, b } as const] : []),
      ];
    }),
  );
}

export function wishOf(change: Change, model: string): Wish | undefined {
  if (!('a' in change)) return undefined;
  const command = commandOf(change, model);
  return command && { pair: two(recordId(change.a), recordId(change.b)), command };
}

const plain = ({ parts, ...rest }: Evidence) => ({ ...rest, parts: parts.map((part) => ({ ...part })) });

function commandOf(change: Change, model: string): PairCommand | undefined {
  switch (change.kind) {
    case 'linked':
      // A steward's link is on the stream already; the resolver only repeats it.
      return change.by === 'steward'
        ? undefined
        : {
            wants: 'linked',
            by: 'rule',
            weight: change.weight,
            model,
            evidence: plain(change.evidence),
          };
    case 'unlinked':
      return { wants: 'unlinked', by: 'rule', reason: change.reason };
    case 'proposed':
      return {
        wants: 'proposed',
        precision: change.precision,
        weight: change.weight,
        model,
        evidence: plain(change.evidence),
      };
    case 'related':
      return { wants: 'related', relation: change.relation };
    case 'unrelated':
    case 'withdrawn':
      return { wants: change.kind };
    case 'value-demoted':
    case 'value-restored':
      return undefined;
  }
}
