/** What is known of names before any record is: which are common, and how common. Keys are folded as names are compared. */
import type { Frequencies } from '../model';
import { FAMILY_NAMES } from './family';
import { GIVEN_NAMES } from './given';

type Listed = readonly (readonly [bits: number, names: string])[];

const wordsOf = (listed: Listed): readonly string[] => listed.flatMap(([, names]) => names.split(' '));

const given = new Set(wordsOf(GIVEN_NAMES));
const family = new Set(wordsOf(FAMILY_NAMES));

export const isGivenName = (name: string): boolean => given.has(name);
export const isFamilyName = (name: string): boolean => family.has(name);

/** `usual` is the share of an average name: the rarer ones are as good as average, and are not listed. */
const frequencies = (listed: Listed, usual: number): Frequencies => ({
  values: Object.fromEntries(
    listed.flatMap(([bits, names]) =>
      2 ** -bits <= usual ? [] : names.split(' ').map((name) => [name, Number((2 ** -bits).toPrecision(4))]),
    ),
  ),
  rest: usual,
});

/** Unknown is average, never rare. */
export const knownFamilies = (usual: number): Frequencies => frequencies(FAMILY_NAMES, usual);
export const knownGivens = (usual: number): Frequencies => frequencies(GIVEN_NAMES, usual);
