/**
 * What no weight may overrule. Weights cannot tell a household from a person with two spellings (the model gives the
 * household more bits); these rules can, and each has a name that is shown to people.
 */
import { type Agreement, AT, FIXED } from './comparison';
import { AREA, BIRTH, EMAIL, IDENTIFIER, PHONE, STREET } from './comparing-values';
import { FAMILY, GIVEN } from './comparing-names';
import type { Prepared } from './prepared';

export type GuardName =
  | 'person and organisation'
  | 'different identifiers'
  | 'generations'
  | 'birth conflict'
  | 'household'
  | 'other person'
  | 'contact alone'
  | 'initials'
  | 'name alone';

/** What a guard does: a veto holds everywhere; a hold keeps two records apart unless something else joins them strongly; the third only asks for a look. */
export type GuardForce = 'veto' | 'hold' | 'ask';

export const GUARDS: Readonly<Record<GuardName, { readonly force: GuardForce; readonly says: string }>> = {
  'person and organisation': { force: 'veto', says: 'one is a person and the other an organisation' },
  'different identifiers': { force: 'veto', says: 'they have different identifiers of which a party has only one' },
  generations: { force: 'veto', says: 'one is the junior and the other the senior' },
  'birth conflict': { force: 'hold', says: 'the dates of birth differ by more than a typing error' },
  household: { force: 'hold', says: 'they share a family name and a contact point, but not the given name' },
  'other person': { force: 'hold', says: 'both names differ' },
  'contact alone': { force: 'ask', says: 'only contact points agree, and people share those' },
  initials: { force: 'ask', says: 'an initial needs a second agreement that is no contact point' },
  'name alone': { force: 'ask', says: 'only the name agrees, and people share names' },
};

/** Which kinds of evidence agree, as far as the guards ask. */
export interface Standing {
  readonly family: boolean;
  readonly given: boolean;
  readonly birth: boolean;
  readonly address: boolean;
  readonly contact: boolean;
  readonly identifier: boolean;
  readonly other: boolean;
}

export function standingOf({ levels, extra, sharedIdentifier }: Agreement): Standing {
  const level = (at: number): number => levels[at] ?? 0;
  const within = (at: number, last: number): boolean => level(at) > 0 && level(at) <= last;
  const street = Math.ceil(level(AT.address) / 4);
  let [identifier, trait] = [sharedIdentifier !== '', false];
  for (let at = FIXED; at < levels.length; at++) {
    if (within(at, IDENTIFIER.typo)) trait = true;
    if (level(at) === IDENTIFIER.same && extra[at - FIXED]?.startsWith('identifier/')) identifier = true;
  }
  const area = level(AT.address) === 0 ? 0 : ((level(AT.address) - 1) % 4) + 1;
  return {
    family: within(AT.family, FAMILY.part),
    given: within(AT.given, GIVEN.similar),
    birth: within(AT.birth, BIRTH.two),
    address: level(AT.address) > 0 && street <= STREET.close && area !== AREA.differs,
    contact: within(AT.email, EMAIL.close) || within(AT.phone, PHONE.typo),
    identifier,
    other: trait || within(AT.employer, 2) || within(AT.premise, 2) || (street <= STREET.street && level(AT.address) > 0),
  };
}

const generations = (a: Prepared, b: Prepared): boolean =>
  a.names.some(({ suffix }) => suffix !== '' && b.names.some((other) => other.suffix !== '' && other.suffix !== suffix));

/** The first guard that the pair runs into, or `undefined`. */
export function guardOf(a: Prepared, b: Prepared, agreement: Agreement): GuardName | undefined {
  if (a.organisation !== b.organisation) return 'person and organisation';
  if (agreement.differingIdentifier !== '') return 'different identifiers';
  if (generations(a, b)) return 'generations';
  const stands = standingOf(agreement);
  return a.organisation ? organisationGuard(agreement, stands) : personGuard(agreement, stands);
}

function organisationGuard({ levels }: Agreement, stands: Standing): GuardName | undefined {
  const name = levels[AT.organisation] ?? 0;
  if (stands.identifier) return undefined;
  if (name === 4) return 'other person';
  if (name === 0) return 'contact alone';
  return stands.address || stands.contact || stands.other || (levels[AT.address] ?? 0) > 0 ? undefined : 'name alone';
}

function personGuard({ levels }: Agreement, stands: Standing): GuardName | undefined {
  const [family, given] = [levels[AT.family] ?? 0, levels[AT.given] ?? 0];
  const sure = stands.identifier;
  if (levels[AT.birth] === BIRTH.differs && !(sure && stands.family && stands.given)) return 'birth conflict';
  if (given === GIVEN.differs && family === FAMILY.differs && !(sure && stands.birth)) return 'other person';
  if (given === GIVEN.differs && !sure) return 'household';
  if (sure) return undefined;
  if (!stands.family && !stands.given) return stands.birth && stands.address ? undefined : 'contact alone';
  if (given === GIVEN.initial || given === 0) return stands.birth || stands.other ? undefined : 'initials';
  return stands.birth || stands.address || stands.contact || stands.other ? undefined : 'name alone';
}
