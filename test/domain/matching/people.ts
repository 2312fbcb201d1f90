/** Small records for the tests of matching, and a seeded crowd with families, typing errors and shared contact points. */
import type { Described } from '../../../src/domain/matching/described';
import { drawing } from '../../../src/domain/matching/hashing';

export const person = (id: string, given: string, family: string, more: Partial<Described> = {}): Described => ({
  id,
  recordedAt: 0,
  kind: 'person',
  names: [{ given, family }],
  births: [],
  identifiers: [],
  emails: [],
  phones: [],
  addresses: [],
  ...more,
});

export const organisation = (id: string, full: string, more: Partial<Described> = {}): Described => ({
  ...person(id, '', '', more),
  kind: 'organisation',
  names: [{ full }],
});

const GIVEN = ['Anna', 'Oksana', 'Robert', 'Bob', 'Maria', 'Jorge', 'Leila', 'Hans', 'Ivo', 'Greta', 'Paul', 'Ines'];
const FAMILY = ['Müller', 'Mueller', 'Novak', 'García', 'Huber', 'Okafor', 'Steiner', 'Rossi', 'Kowalski'];

/** `count` records of about half as many parties. */
export function crowd(count: number, seed: number): readonly Described[] {
  const random = drawing(seed);
  const pick = (list: readonly string[]): string => list[random(list.length)] ?? '';
  const typo = (text: string): string => (random(5) === 0 ? text.slice(0, 2) + text.slice(3) : text);
  const parties = Array.from({ length: Math.ceil(count / 2) }, (_, party) => ({
    given: pick(GIVEN),
    family: pick(FAMILY),
    birth: `19${60 + random(6)}-0${1 + random(3)}-1${random(4)}`,
    email: random(6) === 0 ? 'kiosk@shop.example.net' : `p${party % 40}@mail.example.net`,
    phone: `+43732${100000 + (party % 30)}`,
    street: `Weg ${1 + (party % 20)}`,
  }));
  return Array.from({ length: count }, (_, i) => {
    const { given, family, birth, email, phone, street } = parties[random(parties.length)] ?? {
      given: 'Ada',
      family: 'Stern',
      birth: '1970-02-02',
      email: 'ada@mail.example.net',
      phone: '+43732999999',
      street: 'Weg 1',
    };
    const maybe = <T>(value: T): T[] => (random(3) > 0 ? [value] : []);
    return person(`r${i}`, typo(given), typo(family), {
      recordedAt: random(50),
      births: maybe(birth),
      emails: maybe(email),
      phones: maybe(phone),
      addresses: maybe({ street, locality: 'Linz', postcode: '4020' }),
      identifiers: random(12) === 0 ? [{ scheme: 'customer-number', value: `K${random(60)}00`, exclusive: true }] : [],
    });
  });
}
