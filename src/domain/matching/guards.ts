/**
 * What no weight may overrule. Weights cannot tell a household from a person with two spellings (the model gives the
 * household more bits); these rules can, and each has a name that is shown to people.
 */
import type { Agreement } from './comparing';
import { AT, FIXED } from './comparison';
import { BIRTH, IDENTIFIER, STREET } from './comparing-values';
import { FAMILY, GIVEN } from './comparing-names';
import type { Model } from './model';
import { organisationGuard } from './guards-organisation';
import { carefulGuard } from './guards-person';
import type { PersonName } from './normalise/name';
import type { Prepared } from './prepared';
import type { Scorer } from './scoring';
import { areCareful } from './settings';

export type GuardName =
  | 'person and organisation'
  | 'different identifiers'
  | 'generations'
  | 'birth conflict'
  | 'household'
  | 'other person'
  | 'another organisation'
  | 'branch'
  | 'another legal form'
  | 'part of the name'
  | 'another family name'
  | 'contact alone'
  | 'initials'
  | 'name alone'
  | 'name and area alone'
  | 'name and birth date alone'
  | 'house alone'
  | 'other contact points'
  | 'names alike'
  | 'identifier of another name'
  | 'doubtful identifier'
  | 'generation unsaid';

/** What a guard does: a veto holds everywhere; a hold keeps two records apart unless something else joins them strongly; the third only asks for a look. */
export type GuardForce = 'veto' | 'hold' | 'ask';

export const GUARDS: Readonly<Record<GuardName, { readonly force: GuardForce; readonly says: string }>> = {
  'person and organisation': { force: 'veto', says: 'one is a person and the other an organisation' },
  'different identifiers': { force: 'veto', says: 'they have different identifiers of which a party has only one' },
  generations: { force: 'veto', says: 'one is the junior and the other the senior' },
  'birth conflict': { force: 'veto', says: 'the dates of birth differ by more than a typing error' },
  household: { force: 'hold', says: 'they share a family name and a contact point, but not the given name' },
  'other person': { force: 'hold', says: 'both names differ' },
  'another organisation': { force: 'hold', says: 'a word of their names tells the two organisations apart' },
  branch: { force: 'hold', says: 'they have one name at two addresses: branches of a chain, or namesakes' },
  'another legal form': { force: 'veto', says: 'the organisations have one name and two legal forms' },
  'part of the name': {
    force: 'ask',
    says: 'one name is part of the other, and firms of a group share contact points',
  },
  'another family name': {
    force: 'ask',
    says: 'the family names differ, and only contact points agree beside the given name',
  },
  'contact alone': { force: 'ask', says: 'only contact points agree, and people share those' },
  initials: { force: 'ask', says: 'an initial, or no given name, needs a second agreement that is no contact point' },
  'name alone': { force: 'ask', says: 'only the name agrees, and people share names' },
  'name and area alone': {
    force: 'ask',
    says: 'only the name and the area agree, and an area has people of one name',
  },
  'name and birth date alone': {
    force: 'ask',
    says: 'only the name and a date of birth agree, and a country has several people of whom that is true',
  },
  'house alone': {
    force: 'ask',
    says: 'beside the name only what a household shares agrees: a father and his son can have one name',
  },
  'other contact points': {
    force: 'ask',
    says: 'they have one name and one house, and each has a mailbox or telephone of its own: a father and his son, or two of one',
  },
  'names alike': {
    force: 'ask',
    says: 'the given names are only alike, and a family has such names',
  },
  'identifier of another name': {
    force: 'ask',
    says: 'they share an identifier that one party has, but their names contradict each other',
  },
  'generation unsaid': {
    force: 'ask',
    says: 'one is called junior or senior, and nothing tells that the other is not their parent or child',
  },
  'doubtful identifier': {
    force: 'ask',
    says: 'they have two documents of one kind, or one number of which nobody knows who issued it',
  },
};

/** Which kinds of evidence agree, as far as the guards ask. */
export interface Standing {
  readonly family: boolean;
  readonly given: boolean;
  readonly birth: boolean;
  readonly address: boolean;
  /** The same house, street or estate. */
  readonly near: boolean;
  readonly contact: boolean;
  readonly identifier: boolean;
  /** An identifier that is the same but for a digit. */
  readonly nearIdentifier: boolean;
  readonly other: boolean;
}

/** A field agrees where its level speaks for one party by more than a bit; how it agrees, the model knows. */
export function standingOf(scorer: Scorer): Standing {
  const { agreement } = scorer;
  const { levels, extra, sharedIdentifier } = agreement;
  const address = levels[AT.address] ?? 0;
  const family = levels[AT.family] ?? 0;
  const given = levels[AT.given] ?? 0;
  const street = Math.ceil(address / 4);
  let identifier = sharedIdentifier !== '';
  let nearIdentifier = false;
  // Two halves of a double name, or two syllables, are one agreement; so are a street and its area.
  const careful = areCareful(scorer.model.settings);
  let other =
    speaks(scorer, AT.employer, 1) || speaks(scorer, AT.premise, 1) || (!careful && speaks(scorer, AT.middle, 3));
  for (let at = FIXED; at < levels.length; at++) {
    if (speaks(scorer, at, 1)) other = true;
    if (!extra[at - FIXED]?.startsWith('identifier/')) continue;
    if (levels[at] === IDENTIFIER.same) identifier = true;
    if (levels[at] === IDENTIFIER.typo) nearIdentifier = true;
  }
  const housed = address > 0 && street <= STREET.door && speaks(scorer, AT.address, 4);
  const near = address > 0 && street <= STREET.street && speaks(scorer, AT.address, 4);
  return {
    family: family > 0 && family <= FAMILY.part,
    given: given > 0 && given <= GIVEN.similar && speaks(scorer, AT.given, 0),
    birth: speaks(scorer, AT.birth, 1),
    address: housed,
    near: housed || near || speaks(scorer, AT.premise, 4),
    contact: speaks(scorer, AT.email, 3) || speaks(scorer, AT.phone, 3),
    identifier,
    nearIdentifier: identifier || nearIdentifier,
    other: other || (!careful && !housed && speaks(scorer, AT.address, 2)),
  };
}

/** Whether the level speaks for one party by more than so many bits. */
export function speaks({ agreement, weights }: Scorer, at: number, least: number): boolean {
  const level = agreement.levels[at] ?? 0;
  return level > 0 && (weights[at]?.[level] ?? 0) > least;
}

function generations(a: Prepared, b: Prepared): boolean {
  for (const one of a.names) {
    for (const other of b.names) {
      if (one.suffix === '' && other.suffix === '') continue;
      if (areGenerations(one, other) || isFirst(one, other) || isFirst(other, one)) return true;
    }
  }
  return false;
}

const areGenerations = (one: PersonName, other: PersonName): boolean =>
  one.suffix !== '' && other.suffix !== '' && one.suffix !== other.suffix;

/** Morris I beside Morris II: the letter is no initial there. */
const isFirst = (one: PersonName, other: PersonName): boolean => one.middle === 'i' && /^[234]$/.test(other.suffix);

/** The first guard that the pair runs into, or `undefined`. */
export function guardOf(
  a: Prepared,
  b: Prepared,
  scorer: Scorer,
  stands: Standing = standingOf(scorer),
): GuardName | undefined {
  const { agreement, model } = scorer;
  if (a.organisation !== b.organisation) return 'person and organisation';
  if (agreement.differingIdentifier !== '') return 'different identifiers';
  if (generations(a, b)) return 'generations';
  if (a.organisation) return organisationGuard(agreement.levels, stands);
  if (areCareful(model.settings)) return carefulGuard(a, b, scorer, stands);
  return personGuard(agreement, stands, model.trusts);
}

function personGuard({ levels }: Agreement, stands: Standing, trusts: Model['trusts']): GuardName | undefined {
  const [family, given] = [levels[AT.family] ?? 0, levels[AT.given] ?? 0];
  const named = stands.given || (given === 0 && stands.family);
  if (isSure(stands, family, given)) return undefined;
  const doubtful = !trusts.birth && named && (stands.near || stands.contact || (stands.family && stands.other));
  if (levels[AT.birth] === BIRTH.differs && !doubtful) return 'birth conflict';
  const otherGiven = given === GIVEN.differs || (given > 0 && given <= GIVEN.similar && !stands.given);
  if (otherGiven && (trusts.given || supports(stands) < 2)) {
    return family === FAMILY.differs ? 'other person' : 'household';
  }
  const near = !trusts.given && stands.near;
  if (family === FAMILY.differs && supports(stands) === 0 && !near) return 'another family name';
  if (!stands.family && !stands.given) return nameless(stands, family, given, trusts);
  if (given === GIVEN.initial || given === 0) return stands.birth || stands.other ? undefined : 'initials';
  return stands.birth || stands.near || stands.contact || stands.other ? undefined : 'name alone';
}

/** A shared identifier, and a name that does not speak against it. */
const isSure = (stands: Standing, family: number, given: number): boolean =>
  (stands.identifier && (stands.family || stands.given || (family === 0 && given === 0))) ||
  (stands.nearIdentifier && stands.family && given !== GIVEN.differs);

/** How many kinds of evidence beside the name agree; without one that is a person's own, none counts. */
const supports = (stands: Standing): number =>
  stands.birth || stands.nearIdentifier
    ? Number(stands.birth) + Number(stands.near) + Number(stands.nearIdentifier) + Number(stands.contact)
    : 0;

/** No part of the name agrees: where it differs, everything else must agree; where it is not said, a date of birth must. */
function nameless(stands: Standing, family: number, given: number, trusts: Model['trusts']): GuardName | undefined {
  const silent = family === 0 || given === 0;
  const enough = trusts.given ? silent && family + given === 0 && supports(stands) >= 2 : supports(stands) >= 2;
  return stands.birth && enough ? undefined : 'contact alone';
}
