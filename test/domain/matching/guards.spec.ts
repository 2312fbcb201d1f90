/** Each guard by its name: what it holds, and what the same pair would be without the reason for it. */
import type { Described } from '../../../src/domain/matching/described';
import { GUARDS, type GuardName } from '../../../src/domain/matching/guards';
import { defaultModel } from '../../../src/domain/matching/model';
import { Resolver } from '../../../src/domain/matching/resolver';
import { organisation, person } from './people';

const home = { addresses: [{ street: 'Hafenstraße', number: '12', postcode: '4020', locality: 'Linz' }] };
const born = { births: ['1975-03-14'] };
const mail = { emails: ['ada.stern77@mail.example.net'] };
const phone = { phones: ['+436641234567'] };
const tax = (value: string) => ({ identifiers: [{ scheme: 'tax-id', value, exclusive: true }] });
const named = (id: string, full: string, more: Partial<Described> = {}) =>
  person(id, '', '', { names: [{ full }], ...more });

function judged(a: Described, b: Described) {
  const resolver = new Resolver(defaultModel);
  resolver.put(a);
  resolver.put(b);
  const { evidence, outcome, together } = resolver.explain(a.id, b.id);
  return { guard: evidence.guard, outcome, together };
}

/** The guard, the pair that runs into it, what comes of it, and the nearest pair that does not. */
const CASES: readonly (readonly [GuardName, Described, Described, string, Described])[] = [
  [
    'person and organisation',
    person('a', 'Ada', 'Stern', { ...mail, ...home }),
    organisation('b', 'Ada Stern GmbH', { ...mail, ...home }),
    'none',
    person('b', 'Ada', 'Stern', { ...mail, ...home }),
  ],
  [
    'different identifiers',
    person('a', 'Ada', 'Stern', { ...born, ...mail, ...tax('AT-77102') }),
    person('b', 'Ada', 'Stern', { ...born, ...mail, ...tax('AT-99315') }),
    'none',
    person('b', 'Ada', 'Stern', { ...born, ...mail, ...tax('at 77.102') }),
  ],
  [
    'generations',
    named('a', 'David Dobbins Jr', { ...born, ...home }),
    named('b', 'David Dobbins Senior', { ...born, ...home }),
    'none',
    named('b', 'David Dobbins Junior', { ...born, ...home }),
  ],
  [
    'birth conflict',
    person('a', 'Hans', 'Huber', { ...home, births: ['1950-01-09'] }),
    person('b', 'Hans', 'Huber', { ...home, births: ['1981-06-21'] }),
    'household',
    person('b', 'Hans', 'Huber', { ...home, births: ['1950-09-01'] }),
  ],
  [
    'household',
    person('a', 'Ada', 'Stern', { ...home, ...phone }),
    person('b', 'Paul', 'Stern', { ...home, ...phone }),
    'household',
    person('b', 'Ada', 'Stern', { ...home, ...phone }),
  ],
  [
    'other person',
    person('a', 'Ada', 'Stern', { ...home, employers: ['Huber Works GmbH'] }),
    person('b', 'Paul', 'Novak', { employers: ['Huber Works GmbH'] }),
    'colleague',
    person('b', 'Ada', 'Stern', { ...home, employers: ['Huber Works GmbH'] }),
  ],
  [
    'another family name',
    person('a', 'Ada', 'Stern', { ...mail, ...phone }),
    person('b', 'Ada', 'Novak', { ...mail, ...phone }),
    'none',
    person('b', 'Ada', 'Stern', { ...mail, ...phone }),
  ],
  [
    'contact alone',
    person('a', '', '', { names: [], ...mail, ...phone, ...home, ...tax('AT-77102') }),
    person('b', '', '', { names: [], ...mail, ...phone, ...home }),
    'household',
    person('b', '', '', { names: [], ...tax('AT-77102') }),
  ],
  [
    'initials',
    person('a', 'J', 'Garcia', { ...home, ...phone, ...born }),
    person('b', 'Jose', 'Garcia', { ...home, ...phone }),
    'none',
    person('b', 'Jose', 'Garcia', { ...home, ...phone, ...born }),
  ],
  [
    'name alone',
    person('a', 'Ada', 'Stern', born),
    person('b', 'Ada', 'Stern'),
    'none',
    person('b', 'Ada', 'Stern', born),
  ],
];

it('every guard is here', () => {
  expect(CASES.map(([guard]) => guard).sort()).toEqual(Object.keys(GUARDS).sort());
});

it.each(CASES)('%s', (guard, a, b, outcome, near) => {
  expect(judged(a, b)).toEqual({ guard, outcome, together: false });
  expect(judged(b, a)).toEqual({ guard, outcome, together: false });
  expect(judged(a, near).guard).not.toBe(guard);
});
