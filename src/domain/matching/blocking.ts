/**
 * Which records are worth comparing: those that share a block. A block is a few fields together, written as a text; the
 * fields are chosen so that two records of one party share at least one although some fields have typos or are missing
 * (Christen 2012, ch. 4). A block with too many members is skipped, and the narrower ones of the same records remain. Of a
 * wide block (one part of a name and a year, a house number in a town) with more than a few members only those are
 * compared who agree in more.
 */
import { hash51 } from './hashing';
import type { Place } from './normalise/address';
import { type PersonName, tokenOf } from './normalise/name';
import { sound } from './normalise/sound';
import type { Prepared } from './prepared';

/** A value that unrelated people can share, as the first segment of its block. */
export type ContactKind = 'email' | 'phone' | 'address';

/** The two highest bits of a number say how wide its block is: 0 for narrow, else that so many fields and 2 must agree. */
const WIDE = 2 ** 51;
/** Fields that must agree for a pair of a wide block to be compared, those of the block among them; 0 for a narrow one. */
export function agreementsAsked(block: number): number {
  return block < WIDE ? 0 : Math.floor(block / WIDE) + 2;
}
/** Members above which a wide block is refined, where `limit` is that above which no block is compared. */
export const fewOf = (limit: number): number => Math.floor(limit / 10);

export const contactBlock = (kind: ContactKind, value: string): number => hash51(kind, ':', value);

/** The contact points of a record as they are counted: address, last digits, number and street. */
export function eachContact(record: Prepared, visit: (kind: ContactKind, value: string) => void): void {
  for (const { address } of record.emails) visit('email', address);
  for (const { subscriber } of record.phones) visit('phone', subscriber);
  for (const { door } of record.places) if (door !== '') visit('address', door);
}

/** Numbers of blocks, each once, in the order in which they were found. */
class Blocks {
  readonly found: number[] = [];

  /** The text may come in pieces. */
  add(first: string, second = '', third = '', fourth = ''): void {
    this.put(hash51(first, second, third, fourth));
  }

  /** `asked` from 3 to 5. */
  addWide(asked: number, first: string, second: string, third: string, fourth: string): void {
    this.put(hash51(first, second, third, fourth) + (asked - 2) * WIDE);
  }

  put(block: number): void {
    if (!this.found.includes(block)) this.found.push(block);
  }
}

const areaOf = ({ postal, locality }: Place): string => (postal === '' ? locality : postal);

/** The numbers of the blocks of the record, each once, in a fixed order. */
export function blocksOf(record: Prepared): readonly number[] {
  const blocks = new Blocks();
  for (const { scheme, value } of record.identifiers) blocks.add('id:', scheme, '|', value);
  eachContact(record, (kind, value) => blocks.put(contactBlock(kind, value)));
  for (const name of record.names) personBlocks(record, name, blocks);
  for (const place of record.places) {
    const area = areaOf(place);
    if (area === '') continue;
    for (const { digits } of record.births) blocks.add('born:', digits, '|', area);
    if (place.number !== '') blocks.addWide(3, 'door:', place.number, '|', area);
    if (place.street !== '') blocks.addWide(3, 'street:', sound(place.street), '|', area);
  }
  for (const { local } of record.emails) if (local.length > 4) blocks.add('local:', local);
  for (const { tokens, joined } of record.organisations) organisationBlocks(record, tokens, joined, blocks);
  return blocks.found;
}

/** Names by sound and without their role, so that given and family name may be swapped. */
function personBlocks(record: Prepared, name: PersonName, blocks: Blocks): void {
  const { families, family, middle, givenToken: given } = name;
  const parts = families.length > 1 ? [...families.map(tokenOf), name.familyToken] : [name.familyToken];
  for (const part of parts) {
    if (given < part) blocks.add('name:', given, '|', part);
    else if (given !== '') blocks.add('name:', part, '|', given);
  }
  const [one, other] = [name.givenToken.charAt(0), name.familyToken.charAt(0)];
  if (one !== '' && other !== '') {
    blocks.addWide(4, 'initial:', given, '|', other);
    blocks.addWide(4, 'initial:', name.familyToken, '|', one);
  }
  const tokens = middle === '' ? [given, ...parts] : [given, ...parts, ...middle.split(' ').map(tokenOf)];
  for (const { digits, month, day } of record.births) {
    const year = digits.slice(0, 4);
    for (const token of tokens) {
      if (token === '') continue;
      blocks.add('birth:', token, '|', digits);
      blocks.addWide(3, 'year:', token, '|', year);
    }
    if (month === 0 || day === 0) continue;
    const days = dayOf(month, day);
    for (const token of tokens) if (token !== '') blocks.addWide(4, 'day:', token, '|', days);
    if (name.given !== '') blocks.addWide(5, 'letter:', name.given.charAt(0), '|', digits);
    if (family !== '') blocks.addWide(5, 'letter:', family.charAt(0), '|', digits);
  }
  for (const [, value] of record.traits) {
    for (const token of tokens) if (token !== '') blocks.addWide(3, 'trait:', token, '|', value);
  }
  for (const place of record.places) {
    const area = areaOf(place);
    if (area === '') continue;
    for (const token of tokens) if (token !== '') blocks.addWide(3, 'area:', token, '|', area);
  }
}

/** The two are swapped now and then, and the year is mistyped. */
const dayOf = (month: number, day: number): string => `${Math.min(month, day)}/${Math.max(month, day)}`;

/** Rare words find an organisation; where it sits finds it under another name. */
function organisationBlocks(record: Prepared, tokens: readonly string[], joined: string, blocks: Blocks): void {
  blocks.add('organisation:', joined);
  blocks.add('organisation:', tokens.map(sound).join(''));
  for (const token of tokens) if (token.length > 2) blocks.add('word:', token);
  for (const place of record.places) {
    const area = areaOf(place);
    if (area === '') continue;
    blocks.add('organisation:', sound(joined), '|', area);
    for (const token of tokens) if (token.length > 2) blocks.add('word:', sound(token), '|', area);
  }
}
