/** How two births, addresses, contact points and identifiers agree. Level 0 always means that one side does not say. */
import type { Birth } from './normalise/birth';
import type { Email } from './normalise/email';
import type { Phone } from './normalise/phone';
import { BOX, type Place } from './normalise/address';
import { edits, jaroWinkler } from './normalise/similar';
import { isClose } from './comparing-names';

export const BIRTH = { same: 1, partial: 2, swapped: 3, typo: 4, two: 5, near: 6, differs: 7 } as const;

/** Of several levels the best, which is the lowest; 0 says nothing. */
export const better = (level: number, found: number): number =>
  level !== 0 && (found === 0 || level < found) ? level : found;

export function compareBirths(a: readonly Birth[], b: readonly Birth[]): number {
  let found = 0;
  for (const one of a) for (const other of b) found = better(compareBirth(one, other), found);
  return found;
}

function compareBirth(a: Birth, b: Birth): number {
  if (a.digits === b.digits) return a.day === 0 ? BIRTH.partial : BIRTH.same;
  if (a.month === 0 || b.month === 0) return yearOnly(Math.abs(a.year - b.year));
  if (a.day === 0 || b.day === 0) return a.year === b.year && a.month === b.month ? BIRTH.partial : BIRTH.differs;
  if (a.year === b.year && a.month === b.day && a.day === b.month) return BIRTH.swapped;
  if (edits(a.digits, b.digits, 1) <= 1) return BIRTH.typo;
  const equal = Number(a.year === b.year) + Number(a.month === b.month) + Number(a.day === b.day);
  if (equal === 2) return BIRTH.two;
  return edits(a.digits, b.digits, 2) <= 2 || Math.abs(monthsOf(a) - monthsOf(b)) <= 1 ? BIRTH.near : BIRTH.differs;
}

/** Who knows no more than a year often knows it roughly; parents are further away than that. */
const yearOnly = (years: number): number => (years === 0 ? BIRTH.partial : years <= 3 ? BIRTH.near : BIRTH.differs);

const monthsOf = ({ year, month }: Birth): number => year * 12 + month;

/** Street and area are one comparison: (street − 1) × 4 + area, where area is 1 same, 2 partly, 3 differs, 4 not said. */
export const STREET = { same: 1, close: 2, door: 3, street: 4, differs: 5, missing: 6 } as const;
export const AREA = { same: 1, partly: 2, differs: 3, missing: 4 } as const;
export const addressLevel = (street: number, area: number): number => (street - 1) * 4 + area;

const alike = (a: string, b: string): boolean => a === b || isClose(a, b) || jaroWinkler(a, b, 0.92) >= 0.92;

function compareStreet(a: Place, b: Place): number {
  if (a.street === '' || b.street === '') return STREET.missing;
  const units = a.unit !== '' && b.unit !== '' && a.unit !== b.unit;
  const streets = a.street === b.street;
  const near = streets || alike(a.street, b.street) || alike(a.whole, b.whole);
  const numbers = a.number === b.number;
  if (streets && numbers && !units) return STREET.same;
  if (near && numbers && !units) return STREET.close;
  if (near && (a.number === '' || b.number === '')) return STREET.close;
  if (near) return isNumberTypo(a.number, b.number) ? STREET.close : STREET.street;
  return numbers && a.number !== '' ? STREET.door : STREET.differs;
}

/** A digit too many or too few: 13 and 138. Two houses of one street differ in a digit more often than by typos. */
const isNumberTypo = (a: string, b: string): boolean => a.length !== b.length && edits(a, b, 1) === 1;

function compareArea(a: Place, b: Place): number {
  const postal =
    a.postal === '' || b.postal === '' ? 0 : a.postal === b.postal ? 2 : edits(a.postal, b.postal, 1) <= 1 ? 1 : -1;
  const local =
    a.locality === '' || b.locality === '' ? 0 : a.locality === b.locality ? 2 : alike(a.locality, b.locality) ? 1 : -1;
  if (postal === 0 && local === 0) return AREA.missing;
  if (postal + local >= 3 || (postal === 2 && local === 0)) return AREA.same;
  return postal > 0 || local > 0 ? AREA.partly : AREA.differs;
}

/** The better an agreement, the lower; areas alone are worth less than any street. */
const STREET_COST = [0, 0, 1, 5, 6, 9, 7] as const;
const AREA_COST = [0, 0, 1, 4, 2] as const;

/** The best agreement of two addresses; `blank` says which are not to be looked at, since too many share them. */
export function comparePlaces(a: readonly Place[], b: readonly Place[], blank: (place: Place) => boolean): number {
  let [best, least] = [0, Infinity];
  for (const one of a) {
    if (blank(one)) continue;
    for (const other of b) {
      const street = compareStreet(one, other);
      const area = compareArea(one, other);
      if (street === STREET.missing && area === AREA.missing) continue;
      const cost = (STREET_COST[street] ?? 9) + (AREA_COST[area] ?? 4);
      if (cost >= least || blank(other)) continue;
      least = cost;
      best = addressLevel(street, area);
    }
  }
  return best;
}

/**
 * The same of two organisations, whose addresses are looked at even where too many share them, for the area alone: of a
 * hundred firms in a house none has another's name. Who has a box at the post office sits somewhere too.
 */
export function compareSites(a: readonly Place[], b: readonly Place[], blank: (place: Place) => boolean): number {
  let [best, least] = [0, Infinity];
  for (const one of a) {
    for (const other of b) {
      const silent = (one.street === BOX) !== (other.street === BOX) || blank(one) || blank(other);
      const street = silent ? STREET.missing : compareStreet(one, other);
      const area = compareTown(one, other);
      if (street === STREET.missing && area === AREA.missing) continue;
      const cost = (STREET_COST[street] ?? 9) + (AREA_COST[area] ?? 4);
      if (cost >= least) continue;
      least = cost;
      best = addressLevel(street, area);
    }
  }
  return best;
}

/** Firms give their town alone, and it is all that they say; codes that are alike do not make one of two towns. */
function compareTown(a: Place, b: Place): number {
  const area = compareArea(a, b);
  if (area !== AREA.partly || a.locality === '' || b.locality === '') return area;
  if (a.locality === b.locality) return a.postal === '' || b.postal === '' ? AREA.same : area;
  return a.postal === b.postal || alike(a.locality, b.locality) ? area : AREA.differs;
}

export const PREMISE = { same: 1, close: 2, crossed: 3, differs: 4 } as const;

/** Names of buildings and estates; they change places with the street now and then. */
export function comparePremises(a: readonly Place[], b: readonly Place[]): number {
  let found = 0;
  for (const one of a) for (const other of b) found = better(comparePremise(one, other), found);
  return found;
}

function comparePremise(a: Place, b: Place): number {
  const [one, other] = [a.premise, b.premise];
  if (one !== '' && other !== '') {
    if (one === other) return PREMISE.same;
    if (alike(one, other)) return PREMISE.close;
  }
  if (one.length > 4 && b.street.length > 4 && alike(one.replaceAll(' ', ''), b.street)) return PREMISE.crossed;
  if (other.length > 4 && a.street.length > 4 && alike(other.replaceAll(' ', ''), a.street)) return PREMISE.crossed;
  return one === '' || other === '' ? 0 : PREMISE.differs;
}

export const EMAIL = { same: 1, desk: 2, local: 3, close: 4, differs: 5 } as const;

export function compareEmail(a: Email, b: Email): number {
  if (a.address === b.address) return a.role ? EMAIL.desk : EMAIL.same;
  if (a.role || b.role) return EMAIL.differs;
  if (a.local === b.local && a.local.length > 4) return EMAIL.local;
  // Whatever is called close has about the same length, with or without dots; most pairs end here.
  if (Math.abs(a.address.length - b.address.length) > 2 && Math.abs(a.local.length - b.local.length) > 2)
    return EMAIL.differs;
  if (a.local.length < 4 || b.local.length < 4 || !sameNumbers(a.local, b.local)) return EMAIL.differs;
  return edits(a.address, b.address, 2) <= 2 || (a.domain === b.domain && isClose(a.local, b.local))
    ? EMAIL.close
    : EMAIL.differs;
}

const DIGIT = /\d/;
/** Namesakes at one provider are told apart by their numbers: no typing error is assumed there. */
const sameNumbers = (a: string, b: string): boolean =>
  (!DIGIT.test(a) && !DIGIT.test(b)) || a.replaceAll(/\D+/g, ' ') === b.replaceAll(/\D+/g, ' ');

export const PHONE = { same: 1, subscriber: 2, typo: 3, differs: 4 } as const;

export function comparePhone(a: Phone, b: Phone): number {
  if (a.value === b.value) return PHONE.same;
  if (a.subscriber === b.subscriber) {
    return a.valid && b.valid ? PHONE.differs : PHONE.subscriber;
  }
  return a.value.length > 7 && edits(a.value, b.value, 1) <= 1 ? PHONE.typo : PHONE.differs;
}

export const IDENTIFIER = { same: 1, typo: 2, differs: 3 } as const;

export function compareIdentifier(a: string, b: string): number {
  if (a === b) return IDENTIFIER.same;
  return Math.min(a.length, b.length) >= 5 && edits(a, b, 1) <= 1 ? IDENTIFIER.typo : IDENTIFIER.differs;
}

export const TRAIT = { same: 1, close: 2, differs: 3 } as const;

export const compareTrait = (a: string, b: string): number =>
  a === b ? TRAIT.same : alike(a, b) ? TRAIT.close : TRAIT.differs;
