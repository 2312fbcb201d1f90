/**
 * What keeps two organisations apart although they share much: members of a group share a word of their names, a house and
 * a switchboard; branches of a chain share the name; and a company is not its holding.
 */
import { AT } from './comparison';
import { ORGANISATION } from './comparing-organisations';
import { AREA, EMAIL, PHONE, STREET } from './comparing-values';
import type { GuardName, Standing } from './guards';

/** The first guard that two organisations run into, or `undefined`. */
export function organisationGuard(levels: Uint8Array, stands: Standing): GuardName | undefined {
  if (stands.identifier) return undefined;
  const name = levels[AT.organisation] ?? 0;
  if (name === 0) return 'contact alone';
  if (name === ORGANISATION.differs) return 'another organisation';
  if (name === ORGANISATION.form) return 'another legal form';
  const { line, otherLine, site } = linesOf(levels);
  const where = whereOf(levels[AT.address] ?? 0, line);
  if (name === ORGANISATION.part) return 'part of the name';
  if (where === 'elsewhere') return 'branch';
  // A firm has several telephones; but without a street this one is all that tells it from the next branch.
  if (where === 'house' || (where === 'town' && !otherLine)) return undefined;
  if (line && (name === ORGANISATION.same || where === 'unknown')) return undefined;
  if (where === 'same town') return 'branch';
  return name === ORGANISATION.same && site && !otherLine ? undefined : 'name alone';
}

/** Whether a part of a name is enough: at one door, and no other telephone, mailbox or site says otherwise. */
export function isHoused(levels: Uint8Array): boolean {
  const { line, otherLine, otherSite } = linesOf(levels);
  return whereOf(levels[AT.address] ?? 0, line) === 'house' && !otherLine && !otherSite;
}

interface Lines {
  /** One mailbox or telephone. */
  readonly line: boolean;
  readonly otherLine: boolean;
  /** One domain. */
  readonly site: boolean;
  readonly otherSite: boolean;
}

function linesOf(levels: Uint8Array): Lines {
  const [email, phone] = [levels[AT.email] ?? 0, levels[AT.phone] ?? 0];
  const line = email === EMAIL.same || phone === PHONE.same || phone === PHONE.subscriber;
  return {
    line,
    otherLine: phone === PHONE.differs && !line,
    site: email === EMAIL.desk,
    otherSite: email === EMAIL.differs,
  };
}

type Where = 'house' | 'town' | 'same town' | 'elsewhere' | 'unknown';

/** house: one door; town: one area, and a street that says no more; same town: there, at two doors; elsewhere: two areas. */
function whereOf(level: number, line: boolean): Where {
  if (level === 0) return 'unknown';
  const street = Math.ceil(level / 4);
  const area = level - (street - 1) * 4;
  const door = street === STREET.same || street === STREET.close;
  // A quarter and its city are two names of one place, if the telephone is one; else each town has a Main Street 1.
  if (door && (line || area !== AREA.differs)) return 'house';
  if (area === AREA.differs) return 'elsewhere';
  if (street === STREET.missing) return area === AREA.same ? 'town' : 'unknown';
  return street === STREET.street && area !== AREA.partly ? 'town' : 'same town';
}
