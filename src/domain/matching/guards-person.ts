/**
 * What keeps two records of people from being linked at once: a name, and how much agrees beside it. A name and one thing
 * that families, namesakes or neighbours share is a question for somebody, however many bits it has.
 */
import { compareEmail, comparePhone, BIRTH, EMAIL, PHONE, STREET } from './comparing-values';
import { FAMILY, GIVEN } from './comparing-names';
import { AT } from './comparison';
import type { GuardName, Standing } from './guards';
import { isGivenName } from './names/known';
import { areNicknames } from './normalise/nicknames';
import { edits } from './normalise/similar';
import type { Prepared } from './prepared';
import { frequencyBits, type Scorer } from './scoring';

/** The first guard that two people run into, or `undefined`. */
export function carefulGuard(a: Prepared, b: Prepared, scorer: Scorer, stands: Standing): GuardName | undefined {
  const { levels, sharedIdentifier, doubtfulIdentifier } = scorer.agreement;
  const [family, given, birth] = [levels[AT.family] ?? 0, levels[AT.given] ?? 0, levels[AT.birth] ?? 0];
  const others = given === GIVEN.differs || areTwoNames(a, b, given);
  if (sharedIdentifier !== '') return sharing(a, sharedIdentifier, family, others, birth);
  if (areAGeneration(a, b, birth) && stands.near && !stands.contact) return 'generations';
  if (birth === BIRTH.differs) return 'birth conflict';
  if (others && stands.contact && isSlip(a, b)) return 'names alike';
  if (others) return family === FAMILY.differs ? 'other person' : 'household';
  if (doubtfulIdentifier !== '' && family + given > 0) return 'doubtful identifier';
  const born = birth === BIRTH.same || birth === BIRTH.swapped;
  const sited = isSited(levels, stands) || stands.contact;
  if (family === FAMILY.differs) return born && sited ? undefined : 'another family name';
  if (family + given === 0) return born && sited ? undefined : 'contact alone';
  const part = partGuard(scorer, a, b, stands, sited);
  if (part !== 'whole') return part;
  if (!born && hasGeneration(a) !== hasGeneration(b)) return 'generation unsaid';
  return besideName(scorer, a, b, stands);
}

/** A name of which a part is missing, short or only alike; `whole` where it is none of these. */
function partGuard(
  scorer: Scorer,
  a: Prepared,
  b: Prepared,
  stands: Standing,
  sited: boolean,
): GuardName | 'whole' | undefined {
  const { levels } = scorer.agreement;
  const [family, given, birth] = [levels[AT.family] ?? 0, levels[AT.given] ?? 0, levels[AT.birth] ?? 0];
  const short = family === 0 || given === 0 || given === GIVEN.initial || family === FAMILY.initial;
  if (!short && given !== GIVEN.nickname && given !== GIVEN.similar) return 'whole';
  const born = birth === BIRTH.same || birth === BIRTH.swapped;
  if (stands.nearIdentifier || (born && sited)) return undefined;
  if (born) return isRare(scorer) ? undefined : 'name and birth date alone';
  if (!short) return 'names alike';
  return given === GIVEN.initial && stands.contact && boxNames(a, b) ? undefined : 'initials';
}

/** Whether hardly anybody else in a country has this name and date. */
const isRare = (scorer: Scorer): boolean => whoBits(scorer) >= (scorer.model.thresholds.nameAndBirth ?? 0);

/** One door, or one street where a number is not said; not two doors of a street. */
const isSited = (levels: Uint8Array, { near }: Standing): boolean =>
  near && Math.ceil((levels[AT.address] ?? 0) / 4) <= STREET.close;

/** They have one identifier of a party; a couple with one login has two given names. */
function sharing(a: Prepared, scheme: string, family: number, others: boolean, birth: number): GuardName | undefined {
  if (others) return family === FAMILY.differs ? 'other person' : 'identifier of another name';
  if (family === FAMILY.differs) return 'identifier of another name';
  // Of a personal number the date may be mistyped; a login may be of father and son.
  const isPersonal = a.identifiers.some((one) => one.scheme === scheme && one.unique);
  return birth === BIRTH.differs && !isPersonal ? 'identifier of another name' : undefined;
}

/** Years between a parent and a child. */
const [YOUNGEST, OLDEST] = [15, 50] as const;

/** Dates that are nearly one, a generation apart: a father and his son were born on one day of the year. */
const areAGeneration = (a: Prepared, b: Prepared, level: number): boolean =>
  level > BIRTH.same &&
  level < BIRTH.differs &&
  a.births.every(({ year }) =>
    b.births.every((other) => Math.abs(year - other.year) >= YOUNGEST && Math.abs(year - other.year) <= OLDEST),
  );

const hasGeneration = ({ names }: Prepared): boolean => names.some(({ suffix }) => suffix !== '');

/** Two letters of a short name changed places: Ben and Bne. */
const isSlip = (a: Prepared, b: Prepared): boolean =>
  a.names.some((one) =>
    b.names.some(
      (other) =>
        one.given.length > 2 &&
        one.given.length === other.given.length &&
        edits(one.given, other.given, 1) <= 1 &&
        one.given.split('').sort().join('') === other.given.split('').sort().join(''),
    ),
  );

/** The whole name agrees; what else does? What a household shares (a house, a mailbox of the family) is one thing. */
function besideName(scorer: Scorer, a: Prepared, b: Prepared, stands: Standing): GuardName | undefined {
  const { levels } = scorer.agreement;
  const [birth, address] = [levels[AT.birth] ?? 0, levels[AT.address] ?? 0];
  const familial = stands.contact && sharesFamilyBox(a, b);
  if (stands.nearIdentifier || (stands.contact && !familial))
    return isDoubtedContact(levels, stands) ? 'contact alone' : undefined;
  const house = address > 0 && Math.ceil(address / 4) <= STREET.close && stands.near && haveOneDoor(a, b);
  if (house || familial) {
    if (stands.birth) return undefined;
    if (hasOtherContact(a, b)) return 'other contact points';
    const isSame = levels[AT.given] === GIVEN.same && (levels[AT.family] ?? 0) <= FAMILY.close;
    return (house && familial) || isSame ? undefined : 'house alone';
  }
  if (stands.birth) {
    return (birth === BIRTH.same && isRare(scorer)) || stands.near || stands.other || isArea(scorer)
      ? undefined
      : 'name and birth date alone';
  }
  if (stands.near) return 'name and area alone';
  if (stands.other) return undefined;
  return isArea(scorer) ? 'name and area alone' : 'name alone';
}

/** The mailbox is the only contact point that they share, and it bears the family's name alone. */
function sharesFamilyBox(a: Prepared, b: Prepared): boolean {
  if (a.phones.some((one) => b.phones.some((other) => comparePhone(one, other) < PHONE.differs))) return false;
  return a.emails.every(
    (one) => isFamilyBox(one.local, a) || !b.emails.some((other) => compareEmail(one, other) < EMAIL.differs),
  );
}

/** The mailbox that they share bears the given name of the one that has it in full: it is that person's own. */
const boxNames = (a: Prepared, b: Prepared): boolean =>
  a.emails.some(({ address, local }) => b.emails.some((other) => other.address === address && bears(local, a, b)));

const bears = (local: string, ...of: readonly Prepared[]): boolean =>
  of.some(({ names }) => names.some(({ given }) => given.length > 2 && local.includes(given)));

const isFamilyBox = (local: string, { names }: Prepared): boolean =>
  names.some(
    ({ family }) =>
      family.length > 2 && /^(fam|family|familie)?\d*s?\d*$/.test(local.replace(family, '')) && local.includes(family),
  );

/** A mailbox that is only nearly the same, or one contact point that is while another kind of it and the place differ. */
function isDoubtedContact(levels: Uint8Array, { birth, near, nearIdentifier }: Standing): boolean {
  if (birth || near || nearIdentifier) return false;
  const [email, phone] = [levels[AT.email] ?? 0, levels[AT.phone] ?? 0];
  const same = email === EMAIL.same || email === EMAIL.desk || phone === PHONE.same || phone === PHONE.subscriber;
  if (!same) return true;
  const elsewhere = (levels[AT.address] ?? 0) > 0;
  return elsewhere && (email === EMAIL.differs || phone === PHONE.differs);
}

/** A number that is nearly the same, or not said, is another house of the street as likely as not. */
const haveOneDoor = (a: Prepared, b: Prepared): boolean =>
  a.places.some(({ number }) => number !== '' && b.places.some((other) => other.number === number));

const isArea = ({ agreement, weights }: Scorer): boolean =>
  (weights[AT.address]?.[agreement.levels[AT.address] ?? 0] ?? 0) > 2;

/** Bits of names and birth date, without the prior. */
function whoBits(scorer: Scorer): number {
  const { agreement, weights } = scorer;
  return [AT.family, AT.given, AT.birth]
    .map((at) => (weights[at]?.[agreement.levels[at] ?? 0] ?? 0) + frequencyBits(scorer, at, agreement))
    .reduce((sum, one) => sum + one, 0);
}

/** Each of them has a mailbox or a telephone of a kind that the other has too, and none is the same. */
function hasOtherContact(a: Prepared, b: Prepared): boolean {
  const mails =
    a.emails.length > 0 &&
    b.emails.length > 0 &&
    !a.emails.some((one) => b.emails.some((other) => compareEmail(one, other) < EMAIL.differs));
  const phones =
    a.phones.length > 0 &&
    b.phones.length > 0 &&
    !a.phones.some((one) => b.phones.some((other) => comparePhone(one, other) < PHONE.differs));
  return mails || phones;
}

/** Barry and Harry, Julia and Julian: both are common names, and neither is a spelling of the other. */
function areTwoNames(a: Prepared, b: Prepared, level: number): boolean {
  if (level !== GIVEN.close && level !== GIVEN.similar) return false;
  return a.names.some((one) =>
    b.names.some(
      (other) =>
        one.given !== other.given &&
        one.givenSound !== other.givenSound &&
        isGivenName(one.given) &&
        isGivenName(other.given) &&
        !areNicknames(one.given, other.given),
    ),
  );
}
