/** Each guard by its name: what it holds, and what the same pair would be without the reason for it. */
import type { Described } from '../../../src/domain/matching/described';
import { GUARDS, type GuardName } from '../../../src/domain/matching/guards';
import { defaultModel } from '../../../src/domain/matching/model';
import { Resolver } from '../../../src/domain/matching/resolver';
import { organisation, person } from './people';

const home = { addresses: [{ street: 'Hafenstraße', number: '12', postcode: '4020', locality: 'Linz' }] };
const away = { addresses: [{ street: 'Bergweg', number: '3', postcode: '5020', locality: 'Salzburg' }] };
const born = { births: ['1975-03-14'] };
const mail = { emails: ['ada.stern77@mail.example.net'] };
const phone = { phones: ['+436641234567'] };
const tax = (value: string) => ({ identifiers: [{ scheme: 'tax-id', value, exclusive: true }] });
const passport = (value: string) => ({
  identifiers: [{ scheme: 'other:passport@AT', value, exclusive: false, owned: true, renewed: true }],
});
const town = { addresses: [{ postcode: '4020', locality: 'Linz' }] };
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
    'review',
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
    'review',
    person('b', 'Jose', 'Garcia', { ...home, ...phone, ...born }),
  ],
  [
    'name alone',
    person('a', 'Ada', 'Stern', born),
    person('b', 'Ada', 'Stern'),
    'review',
    person('b', 'Ada', 'Stern', born),
  ],
  [
    'name and area alone',
    person('a', 'Ada', 'Stern', { ...town, emails: ['one@mail.example.net'] }),
    person('b', 'Ada', 'Stern', town),
    'review',
    person('b', 'Ada', 'Stern', { emails: ['one@mail.example.net'] }),
  ],
  [
    'name and birth date alone',
    person('a', 'Thomas', 'Müller', { ...born, ...mail }),
    person('b', 'Thomas', 'Müller', born),
    'review',
    person('b', 'Thomas', 'Müller', { ...born, ...mail }),
  ],
  [
    'house alone',
    person('a', 'Margareta', 'Stern', { ...home, ...phone }),
    person('b', 'Margaretta', 'Stern', home),
    'review',
    person('b', 'Margareta', 'Stern', home),
  ],
  [
    'other contact points',
    person('a', 'Ada', 'Stern', { ...home, ...mail }),
    person('b', 'Ada', 'Stern', { ...home, emails: ['stern1950@other.example.net'] }),
    'review',
    person('b', 'Ada', 'Stern', { ...home, ...mail }),
  ],
  [
    'names alike',
    person('a', 'Robert', 'Tremain', { ...mail, ...born }),
    person('b', 'Bob', 'Tremain', mail),
    'review',
    person('b', 'Bob', 'Tremain', { ...mail, ...born }),
  ],
  [
    'generation unsaid',
    named('a', 'Robert Tremain Jr', home),
    named('b', 'Robert Tremain', home),
    'review',
    named('b', 'Robert Tremain Jr', home),
  ],
  [
    'identifier of another name',
    person('a', 'Berta', 'Klein', {
      ...mail,
      identifiers: [{ scheme: 'login@shop', value: 'klein77', exclusive: false, owned: true }],
    }),
    person('b', 'Berta', 'Novak', {
      identifiers: [{ scheme: 'login@shop', value: 'klein77', exclusive: false, owned: true }],
    }),
    'review',
    person('b', 'Berta', 'Klein', {
      identifiers: [{ scheme: 'login@shop', value: 'klein77', exclusive: false, owned: true }],
    }),
  ],
  [
    'doubtful identifier',
    person('a', 'Ada', 'Stern', { ...mail, ...passport('P4410932') }),
    person('b', 'Ada', 'Stern', { ...mail, ...passport('U7719204') }),
    'review',
    person('b', 'Ada', 'Stern', { ...mail, ...passport('P4410932') }),
  ],
  [
    'another organisation',
    organisation('a', 'Stern Logistics Ltd', { ...home, ...phone }),
    organisation('b', 'Stern Plastics Ltd', { ...home, ...phone }),
    'none',
    organisation('b', 'Stern Logistics Ltd', { ...home, ...phone }),
  ],
  [
    'branch',
    organisation('a', 'Stern Logistics Ltd', home),
    organisation('b', 'Stern Logistics Ltd', away),
    'none',
    organisation('b', 'Stern Logistics Ltd', home),
  ],
  [
    'another legal form',
    organisation('a', 'Stern Logistik GmbH', { ...home, ...phone }),
    organisation('b', 'Stern Logistik GmbH & Co. KG', { ...home, ...phone }),
    'none',
    organisation('b', 'Stern Logistik', { ...home, ...phone }),
  ],
  [
    'part of the name',
    organisation('a', 'Stern', phone),
    organisation('b', 'Stern Logistics', phone),
    'none',
    organisation('b', 'Stern', phone),
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

describe('a part of a name', () => {
  const branch = organisation('b', 'Stern Logistics', home);

  it('is enough at one door', () => {
    expect(judged(organisation('a', 'Stern', home), branch)).toMatchObject({ outcome: 'automatic', together: true });
  });

  it('is not where another telephone answers', () => {
    const other = { ...branch, phones: ['+43732654321'] };
    expect(judged(organisation('a', 'Stern', { ...home, ...phone }), other).together).toBe(false);
  });

  it('is not where the rest of the name is a holding or a fund', () => {
    for (const rest of ['Holdings', 'Foundation', 'Immobilien', 'Capital']) {
      const member = organisation('b', `Stern ${rest}`, { ...home, ...phone });
      expect(judged(organisation('a', 'Stern', { ...home, ...phone }), member).guard).toBe('another organisation');
    }
  });

  it('joins two that are kept apart to neither side more than to the other', () => {
    const resolver = new Resolver(defaultModel);
    for (const [id, name] of Object.entries({ a: 'Stern Dining Room', b: 'Stern', c: 'Stern Steak House' }))
      resolver.put(organisation(id, name, { ...home, ...phone }));
    expect(resolver.clusterOf('a')?.id).not.toBe(resolver.clusterOf('c')?.id);
  });
});

describe('one name', () => {
  it('in one town is one organisation where no street is said', () => {
    const town = { addresses: [{ locality: 'Linz' }] };
    expect(
      judged(organisation('a', 'Stern Logistics', home), organisation('b', 'Stern Logistics', town)).together,
    ).toBe(true);
  });

  it('in one town is a guess where no street is said and another telephone answers', () => {
    const town = (line: string) =>
      organisation('b', 'Stern Logistics', { addresses: [{ locality: 'Linz' }], phones: [line] });
    const a = organisation('a', 'Stern Logistics', { ...home, ...phone });
    expect(judged(a, town('+43732654321')).guard).toBe('name alone');
    expect(judged(a, town('+436641234567')).together).toBe(true);
  });

  it('at two doors of one town is one where the telephone is one, and two elsewhere', () => {
    const moved = { addresses: [{ street: 'Am Kai', number: '9', postcode: '4020', locality: 'Linz' }] };
    const at = (place: object) => organisation('b', 'Stern Logistics', { ...place, ...phone });
    expect(judged(organisation('a', 'Stern Logistics', { ...home, ...phone }), at(moved)).together).toBe(true);
    expect(judged(organisation('a', 'Stern Logistics', { ...home, ...phone }), at(away)).together).toBe(false);
  });

  it('with a box at the post office is no branch', () => {
    const box = { addresses: [{ street: 'Postfach 77', postcode: '4020', locality: 'Linz' }] };
    expect(judged(organisation('a', 'Stern Logistics', home), organisation('b', 'Stern Logistics', box)).together).toBe(
      true,
    );
  });

  it('is one in a house of so many firms that its address says nothing any more', () => {
    const resolver = new Resolver(defaultModel);
    for (const name of ['Adler', 'Bach', 'Cirrus', 'Dorn', 'Eibe', 'Falke', 'Ginster', 'Hirsch'])
      resolver.put(organisation(name, `${name} Plastics`, home));
    resolver.put(organisation('again', 'Dorn Plastics Ltd', home));
    expect(resolver.statistics().demoted).toBe(1);
    expect(resolver.clusterOf('again')?.records).toEqual(['Dorn', 'again']);
    expect(resolver.partition()).toHaveLength(8);
  });

  it('with one website and nothing else is one; two names of one website are two', () => {
    const site = (url: string) => ({ websites: [url] });
    const a = organisation('a', 'Stern Logistics', site('https://www.stern.example/contact'));
    expect(judged(a, organisation('b', 'Stern Logistics', site('stern.example'))).together).toBe(true);
    expect(judged(a, organisation('b', 'Stern Logistics', { emails: ['office@stern.example'] })).together).toBe(true);
    expect(judged(a, organisation('b', 'Stern Plastics', site('stern.example'))).together).toBe(false);
    expect(judged(a, organisation('b', 'Stern Logistics', site('facebook.com/stern'))).guard).toBe('name alone');
  });
});
