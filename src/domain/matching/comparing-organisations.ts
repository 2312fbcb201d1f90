/**
 * How two names of organisations agree. Words decide: those that only name a trade or a legal form tell little, one word
 * that each has and the other has not tells two members of a group apart.
 */
import { isClose } from './comparing-names';
import type { OrganisationName } from './normalise/organisation';
import { DIVIDERS, TRADES } from './normalise/trades';
import { jaroWinkler } from './normalise/similar';

export const ORGANISATION = { same: 1, close: 2, part: 3, differs: 4, form: 5 } as const;

/** Best agreement of two lists of organisation names; 0 where one is empty. */
export function compareOrganisations(a: readonly OrganisationName[], b: readonly OrganisationName[]): number {
  let best = 0;
  for (const one of a) {
    for (const other of b) {
      const level = organisation(one, other);
      if (best === 0 || (RANK[level] ?? 9) < (RANK[best] ?? 9)) best = level;
    }
  }
  return best;
}

/** By level: how good it is, best first. */
const RANK = [9, 0, 1, 3, 4, 2] as const;

/** What a name is counted by: its words in alphabetical order, since any order of them is the same name. */
export const countedAs = ({ tokens }: OrganisationName): string => tokens.join(' ');

/** What two lists of names share. */
export interface SharedName {
  /** As it is counted. */
  readonly counted: string;
  /** In one word: two words that one of them wrote as one, and what models counted by before words were put in order. */
  readonly joined: string;
}

/** Of the names that are the same but for their form the first in the alphabet, whichever list they are in. */
export function sharedName(a: readonly OrganisationName[], b: readonly OrganisationName[]): SharedName {
  const pairs = a.flatMap((one) => b.map((other) => [one, other] as const));
  const same = pairs.filter(([one, other]) => organisation(one, other) === ORGANISATION.same).flat();
  return { counted: same.map(countedAs).sort()[0] ?? '', joined: same.map(({ joined }) => joined).sort()[0] ?? '' };
}

/** Whether the two are spelt the same, whatever their order and legal form. */
const isSameName = (a: OrganisationName, b: OrganisationName): boolean =>
  a.joined === b.joined || (a.tokens.length === b.tokens.length && a.tokens.every((token, i) => token === b.tokens[i]));

function organisation(a: OrganisationName, b: OrganisationName): number {
  const forms = a.form !== '' && b.form !== '' && a.form !== b.form && a.form !== 'co' && b.form !== 'co';
  if (isSameName(a, b) && !isOtherStore(a, b)) return forms ? ORGANISATION.form : ORGANISATION.same;
  if (a.numbers !== b.numbers || isOtherStore(a, b)) return ORGANISATION.differs;
  const [few, many] = a.tokens.length <= b.tokens.length ? [a, b] : [b, a];
  const { own, others, slight } = unshared(few.tokens, many.tokens);
  if (own.length === 0 && others.length === 0) {
    return forms ? ORGANISATION.form : slight ? ORGANISATION.close : ORGANISATION.part;
  }
  if (own.length > 0 && others.length > 0 && isTorn(a, b)) return forms ? ORGANISATION.form : ORGANISATION.close;
  if (forms) return ORGANISATION.differs;
  if (own.length === 0) return isPart(few.tokens, others) ? ORGANISATION.part : ORGANISATION.differs;
  return isAcronym(few, many) ? ORGANISATION.part : ORGANISATION.differs;
}

/** Stores of a chain are numbered, by those who tell them apart. */
const isOtherStore = (a: OrganisationName, b: OrganisationName): boolean =>
  a.store !== '' && b.store !== '' && a.store !== b.store;

interface Unshared {
  readonly own: readonly string[];
  readonly others: readonly string[];
  /** Whether typing errors are in long words only; Lind and Lund are two names. */
  readonly slight: boolean;
}

/** Letters from which on a word has no neighbour that is another name. */
const LONG = 6;

/** Words of the one that stand for none of the other, and the other way round; each word stands for one. */
function unshared(few: readonly string[], many: readonly string[]): Unshared {
  const others = [...many];
  let slight = true;
  const take = (fits: (one: string) => boolean): boolean => {
    const at = others.findIndex(fits);
    if (at >= 0) others.splice(at, 1);
    return at >= 0;
  };
  const inexact = few.filter((token) => !take((one) => one === token));
  const own = inexact.filter((token) => {
    if (take((one) => isShortened(one, token))) return false;
    const found = take((one) => isClose(one, token));
    if (found && token.length < LONG) slight = false;
    return !found;
  });
  return { own, others, slight };
}

/** `constr` of construction, where only words of trades are cut short; `univrsl` of universal, where vowels are left out. */
const isShortened = (a: string, b: string): boolean => {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length < 3 || short[0] !== long[0]) return false;
  if (long.startsWith(short)) return TRADES.has(long);
  return short.length >= 5 && long.length - short.length >= 2 && consonants(short) === consonants(long);
};

const consonants = (word: string): string => word.replaceAll(/[aeiou]/g, '');

/** One of the two wrote two words as one, and perhaps with a typing error. */
const isTorn = (a: OrganisationName, b: OrganisationName): boolean =>
  a.tokens.length !== b.tokens.length &&
  Math.min(a.joined.length, b.joined.length) >= 8 &&
  isClose(a.joined, b.joined) &&
  jaroWinkler(a.joined, b.joined, 0.94) >= 0.94;

/** What is left of the longer name makes nobody else, and what they share is more than a trade. */
const isPart = (shared: readonly string[], others: readonly string[]): boolean =>
  shared.some((token) => !TRADES.has(token)) && !others.some((token) => DIVIDERS.has(token));

/** IBM of International Business Machines. */
const isAcronym = ({ tokens: [word = '', ...more] }: OrganisationName, { initials }: OrganisationName): boolean =>
  more.length === 0 && initials.length >= 3 && word === initials;
