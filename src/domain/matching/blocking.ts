/**
 * Which records are worth comparing: those that share a block. A block is a few fields together, written as a text; the
 * fields are chosen so that two records of one party share at least one although some fields have typos or are missing
 * (Christen 2012, ch. 4). A block with too many members is skipped, and the narrower ones of the same records remain.
 */
import { formalOf } from './normalise/nicknames';
import type { PersonName } from './normalise/name';
import { sound } from './normalise/sound';
import type { Prepared } from './prepared';

/** A value that unrelated people can share, as the first segment of its block. */
export type ContactKind = 'email' | 'phone' | 'address';

export const contactBlock = (kind: ContactKind, value: string): string => `${kind}:${value}`;

/** The contact points of a record as they are counted: address, last digits, number and street. */
export function contactsOf(record: Prepared): readonly (readonly [kind: ContactKind, value: string])[] {
  const found: (readonly [ContactKind, string])[] = [];
  for (const { address } of record.emails) found.push(['email', address]);
  for (const { subscriber } of record.phones) found.push(['phone', subscriber]);
  for (const { door } of record.places) if (door !== '') found.push(['address', door]);
  return found;
}

/** The blocks of the record, each once, in a fixed order. */
export function blocksOf(record: Prepared): readonly string[] {
  const blocks = new Set<string>();
  for (const { scheme, value } of record.identifiers) blocks.add(`id:${scheme}|${value}`);
  for (const [kind, value] of contactsOf(record)) blocks.add(contactBlock(kind, value));
  for (const name of record.names) personBlocks(record, name, blocks);
  for (const { postal, locality, number, street } of record.places) {
    const area = postal === '' ? locality : postal;
    if (area === '') continue;
    for (const { digits } of record.births) blocks.add(`born:${digits}|${area}`);
    if (number !== '') blocks.add(`door:${number}|${area}`);
    if (street !== '') blocks.add(`street:${sound(street)}|${area}`);
  }
  for (const { local } of record.emails) if (local.length > 4) blocks.add(`local:${local}`);
  for (const { tokens, joined } of record.organisations) organisationBlocks(record, tokens, joined, blocks);
  return [...blocks];
}

/** Names by sound and without their role, so that given and family name may be swapped. */
function personBlocks(record: Prepared, name: PersonName, blocks: Set<string>): void {
  const given = name.givenSound.length > 1 ? sound(formalOf(name.given)) : '';
  const parts = name.families.length > 1 ? name.families : [];
  const others = [...parts, ...name.middle.split(' ')].map(sound);
  const tokens = [given, name.familySound, ...others].filter((token) => token.length > 1);
  if (given !== '' && name.familySound !== '') {
    blocks.add(`name:${given < name.familySound ? `${given}|${name.familySound}` : `${name.familySound}|${given}`}`);
  }
  if (name.families.length > 1) for (const one of name.families) blocks.add(`part:${given}|${sound(one)}`);
  else if (name.family !== '') blocks.add(`part:${given}|${name.familySound}`);
  const letters = [name.given, name.family].map((part) => part.charAt(0)).filter((letter) => letter !== '');
  for (const { digits, month, day } of record.births) {
    for (const token of tokens) blocks.add(`birth:${token}|${digits}`).add(`year:${token}|${digits.slice(0, 4)}`);
    if (month === 0 || day === 0) continue;
    for (const letter of letters) blocks.add(`letter:${letter}|${digits}`);
  }
  for (const { postal, locality } of record.places) {
    const area = postal === '' ? locality : postal;
    if (area !== '') for (const token of tokens) blocks.add(`area:${token}|${area}`);
  }
}

/** Rare words find an organisation; where it sits finds it under another name. */
function organisationBlocks(record: Prepared, tokens: readonly string[], joined: string, blocks: Set<string>): void {
  blocks.add(`organisation:${joined}`);
  blocks.add(`organisation:${tokens.map(sound).join('')}`);
  const areas = record.places.map(({ postal, locality }) => (postal === '' ? locality : postal));
  for (const token of tokens) {
    if (token.length < 3) continue;
    blocks.add(`word:${token}`);
    for (const area of areas) if (area !== '') blocks.add(`word:${sound(token)}|${area}`);
  }
  for (const { domain, role } of record.emails) if (role) blocks.add(`domain:${domain}`);
}
