/** From what the resolver believes to what it wants decided about pairs: words for words, nothing is looked up. Pure. */
import type { LogKeys } from '../domain/envelope';
import { valueName } from '../domain/generic-value';
import { recordId, type RecordId } from '../domain/kernel';
import { type LinkBook, type PairCommand, two } from '../domain/link';
import type { Evidence } from '../domain/matching/evidence';
import type { ContactPoint } from '../domain/matching/generic';
import type { Change, Unlinked } from '../domain/matching/told';
import type { Wish } from './deciding';

/** A wish of the resolver. What fell silent stands there as it is, and goes no further: `named` gives what may be decided. */
export interface RuleWish extends Wish {
  readonly silent?: readonly ContactPoint[];
}

/** Values by their keyed hashes, as the log may hold them. */
export function named(keys: LogKeys, { pair, command, silent }: RuleWish): Wish {
  if (command.wants !== 'unlinked' || silent === undefined) return { pair, command };
  return { pair, command: { ...command, silent: silent.map((point) => valueName(keys, point)) } };
}

/** What was decided by rule once, and no longer follows from anything; `unlinked` says why a link does not. */
export function noLonger(
  recorded: ReadonlyMap<RecordId, LinkBook>,
  believed: readonly Change[],
  unlinked: (a: RecordId, b: RecordId) => Unlinked,
): readonly Change[] {
  const held = new Set(believed.flatMap((change) => ('a' in change ? [`${change.kind} ${change.a} ${change.b}`] : [])));
  return [...recorded].flatMap(([record, book]) =>
    Object.entries(book).flatMap(([other, pair]): Change[] => {
      if (other < record) return [];
      const [a, b] = [record, recordId(other)];
      return [
        ...(pair.linked?.by === 'rule' && !held.has(`linked ${a} ${b}`)
          ? [{ kind: 'unlinked', a, b, ...unlinked(a, b) } as const]
          : []),
        ...(pair.proposed && !held.has(`proposed ${a} ${b}`) ? [{ kind: 'withdrawn', a, b } as const] : []),
        ...(pair.related && !held.has(`related ${a} ${b}`) ? [{ kind: 'unrelated', a, b } as const] : []),
      ];
    }),
  );
}

export function wishOf(change: Change, model: string): RuleWish | undefined {
  if (!('a' in change)) return undefined;
  const command = commandOf(change, model);
  if (!command) return undefined;
  const silent = change.kind === 'unlinked' ? change.silent : undefined;
  return { pair: two(recordId(change.a), recordId(change.b)), command, ...(silent && { silent }) };
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
