/** From what journals noted to what the resolver tells. */
import type { Constraint } from './constraints';
import type { DemotedValue } from './generic';
import type { Noted, PairNote } from './journal';
import type { Change, UnlinkReason } from './told';

export const relationChanges = (notes: readonly PairNote[]): readonly Change[] =>
  notes.map(({ a, b, what }): Change => {
    if (what === undefined) return { kind: 'unrelated', a, b };
    return { kind: 'related', a, b, relation: what === 'colleague' ? 'colleague' : 'household' };
  });

export const valueChanges = (noted: readonly Noted<DemotedValue>[]): readonly Change[] =>
  noted.flatMap(({ before, after }): Change[] => {
    const value = after ?? before;
    return value ? [{ kind: after ? 'value-demoted' : 'value-restored', value }] : [];
  });

/** Why two records that are still there are linked no longer. */
export const unlinkReason = (constraint: Constraint | undefined): UnlinkReason => {
  if (constraint === 'apart') return 'held apart';
  return constraint === 'rejected' ? 'rejected' : 'grouped otherwise';
};
