/** The story of the demo: the same for a seed, sound to the last fact, and as varied as a small business is. */
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { canonical } from '../../eventstore/canonical';
import { BEGIN, END } from '../../src/demo/days';
import { arrivals, demoFacts, usualStory } from '../../src/demo/story';
import type { JsonObject } from '../../src/domain/kernel';
import { given } from '../given';

const bytesOf = (seed: number, parties: number): string =>
  hash('sha256', [...demoFacts({ seed, parties })].map(canonical).join('\n'), 'hex');

const facts = [...demoFacts({ ...usualStory, parties: 400 })];
const dataOf = (type: string): JsonObject[] =>
  facts.filter((fact) => fact['type'] === `kith.${type}.v1`).map(({ data }) => data as JsonObject);
const count = (values: readonly unknown[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(JSON.stringify(value), (counts.get(JSON.stringify(value)) ?? 0) + 1);
  return counts;
};

test('the same seed tells the same story, byte for byte, and another seed another one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 30 }), (seed, parties) => {
      expect(bytesOf(seed, parties)).toBe(bytesOf(seed, parties));
      expect(bytesOf(seed + 1, parties)).not.toBe(bytesOf(seed, parties));
    }),
    { numRuns: 15 },
  );
});

test('the usual story has 20,000 to 40,000 facts about 2,000 to 2,400 records', () => {
  const records = new Set<unknown>();
  let n = 0;
  for (const { subject } of demoFacts(usualStory)) {
    records.add(subject);
    n += 1;
  }
  expect(n).toBeGreaterThan(20_000);
  expect(n).toBeLessThan(40_000);
  expect(records.size).toBeGreaterThan(2_000);
  expect(records.size).toBeLessThan(2_400);
});

test('facts arrive in order, after they happened, within the two years; some arrive weeks late', () => {
  let last = BEGIN;
  let late = 0;
  for (const { at, event } of arrivals({ seed: 3, parties: 200 })) {
    const occurred = Date.parse(event['time'] as string);
    expect(at).toBeGreaterThanOrEqual(last);
    expect(occurred).toBeLessThanOrEqual(at);
    expect(at).toBeLessThan(END);
    if (occurred > BEGIN && at - occurred > 7 * 86_400_000) late += 1;
    last = at;
  }
  expect(late).toBeGreaterThan(5);
});

test('every fact is admitted, whatever the seed', async () => {
  for (const seed of [1, 2, 3]) {
    const g = await given();
    g.at('2026-01-01T00:00:00Z');
    const results = await g.send(...demoFacts({ seed, parties: 150 }));
    expect(results.filter(({ outcome }) => outcome !== 'accepted')).toEqual([]);
    await g.kith.close();
  }
});

test('families share a telephone and a name', () => {
  const phones = facts.filter(
    ({ type, data }) => type === 'kith.contact-point-stated.v1' && (data as JsonObject)['medium'] === 'phone',
  );
  const people = new Map<string, Set<unknown>>();
  for (const { subject, data } of phones) {
    const digits = ((data as JsonObject)['value'] as string).replace(/\D/g, '');
    people.set(digits, (people.get(digits) ?? new Set()).add(subject));
  }
  expect([...people.values()].filter((subjects) => subjects.size > 1).length).toBeGreaterThan(5);
  const families = count(dataOf('name-stated').map(({ name }) => (name as JsonObject)['family']));
  expect([...families.values()].filter((n) => n > 3).length).toBeGreaterThan(5);
});

test('companies have contact persons, who buy for them', () => {
  const organisations = dataOf('name-stated').filter(({ party }) => party === 'organisation');
  expect(organisations.length).toBeGreaterThan(3);
  const employers = count(dataOf('position-held').map(({ parties }) => parties));
  expect([...employers.values()].some((n) => n > 1)).toBe(true);
  expect(dataOf('purchase-made').some(({ parties }) => JSON.stringify(parties ?? '').includes('buyer'))).toBe(true);
});

test.each([
  ['Han', /\p{Script=Han}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Arabic', /\p{Script=Arabic}/u],
  ['Latin with marks', /[äöüßéíñłşğ]/u],
])('there are names in %s', (_, script) => {
  expect(dataOf('name-stated').some(({ name }) => script.test(JSON.stringify(name)))).toBe(true);
});

test('people move, change their mailbox, marry, buy, bring back, complain and are content again', () => {
  expect(dataOf('moved').filter(({ from }) => from !== undefined).length).toBeGreaterThan(10);
  for (const type of [
    'contact-point-ended',
    'purchase-returned',
    'complaint-raised',
    'complaint-resolved',
    'consent-granted',
    'consent-withdrawn',
    'note-taken',
    'identifier-stated',
    'standing-stated',
    'account-adjusted',
  ]) {
    expect([type, dataOf(type).length]).not.toEqual([type, 0]);
  }
  expect(dataOf('complaint-raised').length).toBeGreaterThan(dataOf('complaint-resolved').length);
  const currencies = new Set(dataOf('purchase-made').map(({ total }) => (total as JsonObject)['currency']));
  expect(currencies).toEqual(new Set(['CHF', 'EUR', 'GBP', 'JPY', 'USD']));
});
