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
  const [email, phone] = [levels[AT.email] ?? 0, levels[AT.phone] ?? 0];
  const line = email === EMAIL.same || phone === PHONE.same || phone === PHONE.subscriber;
  const where = whereOf(levels[AT.address] ?? 0);
  if (name === ORGANISATION.part) return 'part of the name';
  if (where === 'house' || where === 'town') return undefined;
  if (where === 'elsewhere') return 'branch';
  if (line && (name === ORGANISATION.same || where === 'unknown')) return undefined;
  if (where === 'same town') return 'branch';
  return name === ORGANISATION.same && email === EMAIL.desk ? undefined : 'name alone';
}

/** Whether a part of a name is enough: at one door, and no other telephone, mailbox or site says otherwise. */
export function isHoused(levels: Uint8Array): boolean {
  const [email, phone, address] = [levels[AT.email] ?? 0, levels[AT.phone] ?? 0, levels[AT.address] ?? 0];
  const shares = (email > 0 && email <= EMAIL.desk) || (phone > 0 && phone <= PHONE.subscriber);
  const differs = email === EMAIL.differs || phone === PHONE.differs;
  return whereOf(address) === 'house' && !differs && (shares || areaOf(address) !== AREA.differs);
}

type Where = 'house' | 'town' | 'same town' | 'elsewhere' | 'unknown';

/** house: one door; town: one area, and a street that says no more; same town: there, at two doors; elsewhere: two areas. */
function whereOf(level: number): Where {
  if (level === 0) return 'unknown';
  const [street, area] = [streetOf(level), areaOf(level)];
  // A quarter and its city are two names of one place.
  if (street === STREET.same || street === STREET.close) return 'house';
  if (area === AREA.differs) return 'elsewhere';
  if (street === STREET.missing) return area === AREA.same ? 'town' : 'unknown';
  return street === STREET.street && area !== AREA.partly ? 'town' : 'same town';
}

const streetOf = (level: number): number => Math.ceil(level / 4);
const areaOf = (level: number): number => level - (streetOf(level) - 1) * 4;
