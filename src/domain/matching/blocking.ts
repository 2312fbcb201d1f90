/**
 * Which records are worth comparing: those that share a block. A block is a few fields together, written as a text; the
 * fields are chosen so that two records of one party share at least one although some fields have typos or are missing
 * (Christen 2012, ch. 4). A block with too many members is skipped, and the narrower ones of the same records remain.
 */
import { hash53 } from './hashing';
import type { Place } from './normalise/address';
import { formalOf } from './normalise/nicknames';
import type { PersonName } from './normalise/name';
import { sound } from './normalise/sound';
import type { Prepared } from './prepared';

/** A value that unrelated people can share, as the first segment of its block. */
export type ContactKind = 'email' | 'phone' | 'address';

export const contactBlock = (kind: ContactKind, value: string): number => hash53(kind, ':', value);

/** The contact points of a record as they are counted: address, last digits, number and street. */
export function contactsOf(record: Prepared): readonly (readonly [kind: ContactKind, value: string])[] {
  const found: (readonly [ContactKind, string])[] = [];
  for (const { address } of record.emails) found.push(['email', address]);
  for (const { subscriber } of record.phones) found.push(['phone', subscriber]);
  for (const { door } of record.places) if (door !== '') found.push(['address', door]);
  return found;
}

/** Numbers of blocks, each once, in the order in which they were found. */
class Blocks {
  readonly found: number[] = [];

  /** The text may come in pieces. */
  add(first: string, second = '', third = '', fourth = ''): void {
    this.put(hash53(first, second, third, fourth));
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
  for (const [kind, value] of contactsOf(record)) blocks.put(contactBlock(kind, value));
  for (const name of record.names) personBlocks(record, name, blocks);
  for (const place of record.places) {
    const area = areaOf(place);
    if (area === '') continue;
    for (const { digits } of record.births) blocks.add('born:', digits, '|', area);
    if (place.number !== '') blocks.add('door:', place.number, '|', area);
    if (place.street !== '') blocks.add('street:', sound(place.street), '|', area);
  }
  for (const { local } of record.emails) if (local.length > 4) blocks.add('local:', local);
  for (const { tokens, joined } of record.organisations) organisationBlocks(record, tokens, joined, blocks);
  return blocks.found;
}

/** Names by sound and without their role, so that given and family name may be swapped. */
function personBlocks(record: Prepared, name: PersonName, blocks: Blocks): void {
  const { families, family, familySound } = name;
  const given = name.givenSound.length > 1 ? sound(formalOf(name.given)) : '';
  const tokens = tokensOf(name, given);
  if (given !== '' && familySound !== '') {
    if (given < familySound) blocks.add('name:', given, '|', familySound);
    else blocks.add('name:', familySound, '|', given);
  }
  if (families.length > 1) for (const one of families) blocks.add('part:', given, '|', sound(one));
  else if (family !== '') blocks.add('part:', given, '|', familySound);
  for (const { digits, month, day } of record.births) {
    const year = digits.slice(0, 4);
    for (const token of tokens) {
      blocks.add('birth:', token, '|', digits);
      blocks.add('year:', token, '|', year);
    }
    if (month === 0 || day === 0) continue;
    if (name.given !== '') blocks.add('letter:', name.given.charAt(0), '|', digits);
    if (family !== '') blocks.add('letter:', family.charAt(0), '|', digits);
  }
  for (const place of record.places) {
    const area = areaOf(place);
    if (area !== '') for (const token of tokens) blocks.add('area:', token, '|', area);
  }
}

/** How the parts of a name sound, as far as that tells something. */
function tokensOf({ families, familySound, middle }: PersonName, given: string): readonly string[] {
  const tokens: string[] = [];
  const take = (token: string): void => {
    if (token.length > 1) tokens.push(token);
  };
  take(given);
  take(familySound);
  if (families.length > 1) for (const one of families) take(sound(one));
  if (middle !== '') for (const one of middle.split(' ')) take(sound(one));
  return tokens;
}

/** Rare words find an organisation; where it sits finds it under another name. */
function organisationBlocks(record: Prepared, tokens: readonly string[], joined: string, blocks: Blocks): void {
  blocks.add('organisation:', joined);
  blocks.add('organisation:', tokens.map(sound).join(''));
  for (const token of tokens) {
    if (token.length < 3) continue;
    blocks.add('word:', token);
    for (const place of record.places) {
      const area = areaOf(place);
      if (area !== '') blocks.add('word:', sound(token), '|', area);
    }
  }
  for (const { domain, role } of record.emails) if (role) blocks.add('domain:', domain);
}
