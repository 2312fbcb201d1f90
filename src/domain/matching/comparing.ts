/** Where two records agree, comparison by comparison: the levels of the table in comparison.ts. */
import { AT, FIXED } from './comparison';
import { compareNames, noAgreement, type NameAgreement } from './comparing-names';
import { compareOrganisations, ORGANISATION, type SharedName, sharedName } from './comparing-organisations';
import {
  better,
  BIRTH,
  compareBirths,
  compareEmail,
  compareIdentifier,
  comparePhone,
  comparePlaces,
  comparePremises,
  compareSites,
  EMAIL,
  compareTrait,
  IDENTIFIER,
  STREET,
} from './comparing-values';
import type { Email } from './normalise/email';
import type { Phone } from './normalise/phone';
import type { Place } from './normalise/address';
import type { Prepared, PreparedIdentifier } from './prepared';

/** Which contact points say nothing, since too many people share them. */
export interface Blanks {
  readonly email: (email: Email) => boolean;
  readonly phone: (phone: Phone) => boolean;
  readonly place: (place: Place) => boolean;
}
export const noBlanks: Blanks = { email: () => false, phone: () => false, place: () => false };

/** Where a pair agrees: a level for each comparison, and what was shared, for its frequency. */
export interface Agreement extends NameAgreement {
  readonly levels: Uint8Array;
  /** Names of the comparisons behind the fixed ones: `identifier/<scheme>` and `trait/<name>`. */
  readonly extra: readonly string[];
  /** Whether the rules with a number judge (settings.ts). */
  readonly careful: boolean;
  sharedBirth: string;
  /** The name of an organisation that is the same but for its form; nothing otherwise. */
  sharedOrganisation: SharedName | undefined;
  /** Whether a unique identifier is shared, and whether two of one scheme differ. */
  sharedIdentifier: string;
  differingIdentifier: string;
  /** A number of another scheme that is the same, of which nobody knows who issued it, or two documents that are renewed. */
  doubtfulIdentifier: string;
}

export const emptyAgreement = (extra: readonly string[], careful: boolean): Agreement => ({
  levels: new Uint8Array(FIXED + extra.length),
  extra,
  careful,
  ...noAgreement(),
  sharedBirth: '',
  sharedOrganisation: undefined,
  sharedIdentifier: '',
  differingIdentifier: '',
  doubtfulIdentifier: '',
});

/** Fills `into` with the levels of the pair. */
export function compare(a: Prepared, b: Prepared, blanks: Blanks, into: Agreement): void {
  compareWho(a, b, into);
  compareRest(a, b, blanks, into);
}

/** Names and births alone, which end most comparisons; all other levels say nothing yet. */
export function compareWho(a: Prepared, b: Prepared, into: Agreement): void {
  const { levels } = into;
  levels.fill(0);
  into.sharedOrganisation = undefined;
  compareNames(a.names, b.names, into);
  levels[AT.family] = into.family;
  levels[AT.given] = into.given;
  levels[AT.middle] = into.middle;
  levels[AT.order] = into.family === 0 && into.given === 0 ? 0 : into.swapped ? 2 : 1;
  const birth = compareBirths(a.births, b.births);
  levels[AT.birth] = birth;
  into.sharedBirth = birth === BIRTH.same ? sharedBirth(a, b) : '';
}

/** Everything else, after names and births. */
export function compareRest(a: Prepared, b: Prepared, blanks: Blanks, into: Agreement): void {
  const { levels, extra } = into;
  levels[AT.address] = (a.organisation ? compareSites : comparePlaces)(a.places, b.places, blanks.place);
  // Estate or building counts inside its street, not beside it.
  const housed = into.careful && streetOf(levels[AT.address] ?? 0) <= STREET.street;
  levels[AT.premise] = housed ? 0 : comparePremises(a.places, b.places);
  if (a.emails.length > 0 && b.emails.length > 0) levels[AT.email] = compareEmails(a, b, blanks);
  if (a.phones.length > 0 && b.phones.length > 0) levels[AT.phone] = comparePhones(a, b, blanks);
  levels[AT.employer] = compareOrganisations(a.employers, b.employers);
  levels[AT.gender] = a.gender === '' || b.gender === '' ? 0 : a.gender === b.gender ? 1 : 2;
  if (a.organisations.length > 0 && b.organisations.length > 0) {
    const level = compareOrganisations(a.organisations, b.organisations);
    levels[AT.organisation] = level;
    if (level === ORGANISATION.same) into.sharedOrganisation = sharedName(a.organisations, b.organisations);
  }
  compareIdentifiers(a, b, into);
  for (const [name, value] of a.traits) {
    const at = extra.indexOf(`trait/${name}`);
    const other = b.traits.find(([one]) => one === name);
    if (at >= 0 && other) levels[FIXED + at] = compareTrait(value, other[1]);
  }
}

/** 9 where neither says. */
const streetOf = (level: number): number => (level === 0 ? 9 : Math.ceil(level / 4));

function compareEmails(a: Prepared, b: Prepared, blanks: Blanks): number {
  let found = 0;
  for (const one of a.emails) {
    if (blanks.email(one)) continue;
    for (const other of b.emails) {
      if (blanks.email(other)) continue;
      const level = compareEmail(one, other);
      const isNameAgain = level === EMAIL.local && (isOfName(one.local, a) || isOfName(one.local, b));
      found = better(isNameAgain ? 0 : level, found);
    }
  }
  return found;
}

function comparePhones(a: Prepared, b: Prepared, blanks: Blanks): number {
  let found = 0;
  for (const one of a.phones) {
    if (blanks.phone(one)) continue;
    for (const other of b.phones) if (!blanks.phone(other)) found = better(comparePhone(one, other), found);
  }
  return found;
}

/** `jsmith`, the name again and so no second agreement; with a number in it, it is one. */
const isOfName = (local: string, { names }: Prepared): boolean =>
  !/\d/.test(local) && names.some(({ family }) => family !== '' && local.includes(family));

const sharedBirth = (a: Prepared, b: Prepared): string =>
  a.births.find(({ digits }) => b.births.some((other) => other.digits === digits))?.digits ?? '';

function compareIdentifiers(a: Prepared, b: Prepared, into: Agreement): void {
  into.sharedIdentifier = '';
  into.differingIdentifier = '';
  into.doubtfulIdentifier = '';
  if (a.identifiers.length === 0 || b.identifiers.length === 0) return;
  for (const one of a.identifiers) {
    let [same, differs, renewed] = [false, false, false];
    for (const other of b.identifiers) {
      if (one.scheme !== other.scheme) continue;
      if (one.value === other.value && one.owned && other.owned) same = true;
      else if (one.unique && other.unique) differs = true;
      else if (one.owned && other.owned) renewed ||= one.renewed;
      else scoreIdentifier(one, other, into);
    }
    if (same) into.sharedIdentifier = one.scheme;
    else if (differs) into.differingIdentifier = one.scheme;
    else if (renewed) into.doubtfulIdentifier = one.scheme;
  }
}

function scoreIdentifier(one: PreparedIdentifier, other: PreparedIdentifier, into: Agreement): void {
  const level = compareIdentifier(one.value, other.value);
  if (level === IDENTIFIER.same && one.unissued) into.doubtfulIdentifier = one.scheme;
  const at = FIXED + into.extra.indexOf(`identifier/${one.scheme}`);
  const before = into.levels[at] ?? 0;
  if (at >= FIXED && (before === 0 || level < before)) into.levels[at] = level;
}
