/** A record in the form that blocking and comparison need: normalised once, with equal values shared between records. */
import type { Described } from './described';
import { type Birth, birth } from './normalise/birth';
import { type Email, email } from './normalise/email';
import { identifier } from './normalise/identifier';
import { listed } from './normalise/memo';
import { looksLikeOrganisation, type OrganisationName, organisationName } from './normalise/organisation';
import { type PersonName, personName, readings } from './normalise/name';
import { type Phone, phone } from './normalise/phone';
import { deskOf, website } from './normalise/website';
import { type Place, place } from './normalise/address';
import { fold, isNothing } from './normalise/text';
import { areCareful, type Settings } from './settings';

export interface PreparedIdentifier {
  readonly scheme: string;
  readonly value: string;
  /** A party has one of it: another one is another party. */
  readonly unique: boolean;
  /** It has one party: who shares it is linked. What is neither is evidence to be scored. */
  readonly owned: boolean;
  /** A party gets another one now and then. */
  readonly renewed: boolean;
  /** Nobody knows who issued it. */
  readonly unissued: boolean;
}

export interface Prepared {
  readonly id: string;
  readonly recordedAt: number;
  readonly organisation: boolean;
  readonly names: readonly PersonName[];
  readonly organisations: readonly OrganisationName[];
  readonly births: readonly Birth[];
  readonly identifiers: readonly PreparedIdentifier[];
  readonly emails: readonly Email[];
  readonly phones: readonly Phone[];
  readonly places: readonly Place[];
  readonly employers: readonly OrganisationName[];
  /** m or f, '' where it is not known. */
  readonly gender: string;
  /** Sorted by name. */
  readonly traits: readonly (readonly [name: string, value: string])[];
}

/** One object for all records that have none, so that half a million empty lists cost nothing. */
const NONE: readonly never[] = [];

function known<In, Out>(raw: readonly In[], read: (one: In) => readonly Out[]): readonly Out[] {
  const first = raw[0];
  if (first === undefined) return NONE;
  if (raw.length === 1) return read(first);
  return [...new Set(raw.flatMap(read))];
}

function isOrganisation(described: Described): boolean {
  if (described.kind !== 'unknown') return described.kind === 'organisation';
  const [first] = described.names;
  if (first?.given !== undefined || first?.family !== undefined || described.births.length > 0) return false;
  return first?.legalForm !== undefined || looksLikeOrganisation(first?.full ?? '');
}

const genderOf = (raw: string | undefined): string => {
  const text = fold(raw ?? '');
  if (/^(m|male|mann|man|mannlich)$/.test(text)) return 'm';
  return /^(f|w|female|frau|woman|weiblich)$/.test(text) ? 'f' : '';
};

function traitsOf(described: Described): Prepared['traits'] {
  if (described.traits === undefined) return NONE;
  return Object.entries(described.traits)
    .filter(([, value]) => !isNothing(value))
    .map(([name, value]) => [name, fold(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Of an organisation its domains too: whoever writes from one of them sits at one of its desks, which stands for its mailbox. */
function emailsOf({ emails, websites = NONE }: Described): readonly Email[] {
  const written = known(emails, email);
  const desks = [...written.flatMap(({ domain }) => deskOf(domain)), ...websites.flatMap(website)];
  if (desks.length === 0) return written;
  const others = written.filter(({ role, domain }) => !role || deskOf(domain).length === 0);
  return [...new Set([...others, ...desks])];
}

/** Normalises; the same `described` and `settings` give an equal value always. */
export function prepare(described: Described, settings: Settings): Prepared {
  const organisation = isOrganisation(described);
  const careful = areCareful(settings);
  const region = described.country?.toUpperCase() ?? settings.region;
  const named = organisation
    ? described.names.flatMap((name) =>
        name.full === undefined ? [] : [`${name.full} ${name.legalForm ?? ''}`.trim()],
      )
    : NONE;
  // What every comparison looks at stands first, and so in one line of the memory.
  return {
    id: described.id,
    organisation,
    names: organisation ? NONE : known(described.names, careful ? readings : personName),
    births: organisation ? NONE : known(described.births, birth),
    identifiers: known(described.identifiers, (one) => {
      const value = identifier(one.value);
      const typed = one.verified === false || settings.evidence.includes(one.scheme);
      const unique = one.exclusive && !typed;
      const owned = unique || (careful && one.owned === true && !typed);
      const { renewed = false, unissued = false } = one;
      return listed(value === '' ? undefined : { scheme: one.scheme, value, unique, owned, renewed, unissued });
    }),
    employers: known(described.employers ?? NONE, organisationName),
    places: known(described.addresses, place),
    emails: organisation ? emailsOf(described) : known(described.emails, email),
    phones: known(described.phones, (raw) => phone(raw, region)),
    organisations: known(named, organisationName),
    recordedAt: described.recordedAt ?? 0,
    gender: genderOf(described.gender),
    traits: traitsOf(described),
  };
}
