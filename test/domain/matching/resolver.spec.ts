/** Who becomes one customer and who does not, and that only records, model and stewards decide it. */
import type { Described } from '../../../src/domain/matching/described';
import { defaultModel, firstDefaultModel } from '../../../src/domain/matching/model';
import { Resolver } from '../../../src/domain/matching/resolver';
import { drawing } from '../../../src/domain/matching/hashing';
import { crowd, organisation, person } from './people';

const resolved = (...records: readonly Described[]): Resolver => {
  const resolver = new Resolver(defaultModel);
  for (const one of records) resolver.put(one);
  return resolver;
};
const customers = (...records: readonly Described[]): readonly (readonly string[])[] =>
  resolved(...records)
    .partition()
    .map((one) => one.records);

const born = { births: ['1975-03-14'] };
const at = (number: string) => ({ addresses: [{ street: 'Hafenstraße', number, postcode: '4020', locality: 'Linz' }] });

describe('one person', () => {
  it.each([
    ['umlauts', { given: 'Jürgen', family: 'Müller' }, { given: 'Juergen', family: 'Mueller' }],
    ['umlauts left out', { given: 'Jürgen', family: 'Müller' }, { given: 'Jurgen', family: 'Muller' }],
    ['Chinese and pinyin', { full: '王小明' }, { full: 'WANG, Xiao-Ming' }],
    ['Chinese in columns', { full: '王小明' }, { given: 'Xiaoming', family: 'Wang' }],
    ['Cyrillic', { given: 'Оксана', family: 'Петренко' }, { given: 'Oksana', family: 'Petrenko' }],
    ['a nickname', { given: 'Robert', family: 'Tremain' }, { given: 'Bob', family: 'Tremain' }],
    ['the second given name in use', { given: 'Ada Greta', family: 'Tremain' }, { given: 'Greta', family: 'Tremain' }],
    ['family first in Latin letters', { full: '王小明' }, { full: 'Wang Xiao Ming' }],
    ['names swapped', { given: 'Robert', family: 'Tremain' }, { given: 'Tremain', family: 'Robert' }],
    ['initials and one of two family names', { full: 'José Luis García Márquez' }, { full: 'J.L. Garcia' }],
  ])('is found by name, date of birth and house: %s', (_, one, other) => {
    const known = { ...born, ...at('7') };
    expect(
      customers(person('a', '', '', { names: [one], ...known }), person('b', '', '', { names: [other], ...known })),
    ).toEqual([['a', 'b']]);
  });

  it('moved and kept the e-mail', () => {
    const email = { emails: ['ada.stern@mail.example.net'] };
    expect(
      customers(
        person('a', 'Ada', 'Stern', { ...email, ...at('1') }),
        person('b', 'Ada', 'Stern', { ...email, ...at('77') }),
      ),
    ).toEqual([['a', 'b']]);
  });

  it('is named by the record that was recorded first', () => {
    const resolver = resolved(
      person('a', 'Ada', 'Stern', { ...born, recordedAt: 9 }),
      person('b', 'Ada', 'Stern', { ...born, recordedAt: 3 }),
    );
    expect(resolver.clusterOf('a')).toEqual({ id: 'b', records: ['b', 'a'] });
  });
});

describe('a record that fits two people who contradict each other', () => {
  const born69 = person('a', 'Sakura', 'Watanabe', { births: ['1969-11-02'], ...at('4') });
  const between = person('b', 'Sakura', 'Watanabe', at('4'));
  const born87 = person('c', 'Sakura', 'Watanabe', { births: ['1987-04-27'], ...at('4') });

  it('joins neither, and the question names who contradicts whom in what', () => {
    const resolver = resolved(born69, between, born87);
    expect(resolver.partition()).toHaveLength(3);
    expect(resolver.candidates().length).toBeGreaterThan(0);
    const { conflict, words } = resolver.explain('a', 'b');
    expect(conflict).toEqual({ third: 'c', fits: 'b', contradicts: 'a', guard: 'birth conflict' });
    expect(words[0]).toBe(
      'not linked: c would be linked to b and contradicts a: the dates of birth differ by more than a typing error',
    );
  });

  it('joins the one who is left', () => {
    const resolver = resolved(born69, between, born87);
    resolver.remove('c');
    expect(resolver.clusterOf('b')?.records).toEqual(['a', 'b']);
  });
});

describe('the queue', () => {
  const namesakes = Array.from({ length: 30 }, (_, i) => person(`n${i}`, 'Ada', 'Stern', at(String(i * 10 + 11))));

  it('shows no more than people can work off, the most promising first, and the rest as these are decided', () => {
    const resolver = resolved(...namesakes, person('x', 'Ada', 'Stern', { ...born, ...at('11') }));
    const shown = resolver.candidates();
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.length).toBeLessThanOrEqual(24);
    const [first] = shown;
    if (first) resolver.constrain(first.a, first.b, 'rejected');
    const then = resolver.candidates();
    expect(then.map(({ a, b }) => [a, b])).not.toContainEqual([first?.a, first?.b]);
    expect(then).toHaveLength(shown.length);
  });
});

describe('two parties', () => {
  it.each<[string, Described, Described]>([
    ['share a common name and nothing else', person('a', 'John', 'Smith'), person('b', 'John', 'Smith')],
    ['share a household', person('a', 'Ada', 'Stern', at('1')), person('b', 'Paul', 'Stern', at('1'))],
    [
      'are parent and child of one name',
      person('a', 'Hans', 'Huber', { ...at('1'), births: ['1950-01-09'] }),
      person('b', 'Hans', 'Huber', { ...at('1'), births: ['1981-06-21'] }),
    ],
    [
      'are junior and senior',
      person('a', '', '', { names: [{ full: 'David Dobbins Jr' }], ...born }),
      person('b', '', '', { names: [{ full: 'David Dobbins Senior' }], ...born }),
    ],
    [
      'have different tax numbers',
      person('a', 'Ada', 'Stern', { ...born, identifiers: [{ scheme: 'tax-id', value: 'AT-77102', exclusive: true }] }),
      person('b', 'Ada', 'Stern', { ...born, identifiers: [{ scheme: 'tax-id', value: 'AT-99315', exclusive: true }] }),
    ],
    [
      'are a person and a firm',
      person('a', 'Ada', 'Stern', { emails: ['ada@stern.example.net'] }),
      organisation('b', 'Ada Stern GmbH', { emails: ['ada@stern.example.net'] }),
    ],
    [
      'share junk',
      person('a', 'Ada', 'Stern', { emails: ['noemail@example.com'], phones: ['0000000'], births: ['1900-01-01'] }),
      person('b', 'Ada', 'Stern', { emails: ['noemail@example.com'], phones: ['0000000'], births: ['1900-01-01'] }),
    ],
    [
      'share an initial and a telephone',
      person('a', 'A', 'Stern', { phones: ['+43732123987'] }),
      person('b', 'Anton', 'Stern', { phones: ['+43732123987'] }),
    ],
  ])('%s', (_, one, other) => {
    expect(customers(one, other)).toEqual([['a'], ['b']]);
  });

  it('of one household are told to be related', () => {
    const resolver = resolved(person('a', 'Ada', 'Stern', at('1')), person('b', 'Paul', 'Stern', at('1')));
    expect(resolver.related()).toEqual([{ a: 'a', b: 'b', relation: 'household' }]);
  });

  it('are both left alone by a record that fits either', () => {
    const old = person('a', 'Hans', 'Huber', { ...at('1'), births: ['1950-01-09'] });
    const young = person('b', 'Hans', 'Huber', { ...at('1'), births: ['1981-06-21'] });
    expect(customers(old, young, person('c', 'Hans', 'Huber', at('1')))).toEqual([['a'], ['b'], ['c']]);
  });
});

describe('a shared contact point', () => {
  const names = ['Abel', 'Brandt', 'Cziffra', 'Dorn', 'Ekdal', 'Fuchs', 'Gruber'];
  const guests = names.map((family, i) => person(`g${i}`, 'Ida', family, { emails: ['kiosk@hotel.example.net'] }));
  const twins = ['x', 'y'].map((id) => person(id, 'Ida', 'Abel', { emails: ['kiosk@hotel.example.net'] }));

  it('links until too many people use it, and the past heals', () => {
    const resolver = resolved(...twins);
    expect(resolver.partition()).toHaveLength(1);
    for (const guest of guests) resolver.put(guest);
    expect(resolver.demoted()).toEqual([{ kind: 'email', value: 'kiosk@hotel.example.net', distinctNames: 7 }]);
    expect(resolver.partition()).toHaveLength(9);
  });

  const silent = [{ kind: 'email', value: 'kiosk@hotel.example.net' }];

  it('is named as the reason where the link that it made ends, and where somebody asks why there is none', () => {
    const resolver = resolved(...twins);
    resolver.drain();
    for (const guest of guests) resolver.put(guest);
    expect(resolver.drain()).toContainEqual({
      kind: 'unlinked',
      a: 'x',
      b: 'y',
      reason: 'shared value fell silent',
      silent,
    });
    const { together, silent: named, words } = resolver.explain('x', 'y');
    expect({ together, named }).toEqual({ together: false, named: silent });
    expect(words[0]).toBe(
      'not linked: the e-mail that they would be known by fell silent, because too many people share it',
    );
    expect(words.join()).not.toContain('kiosk');
  });

  it('is the reason too where one of the two wrote it with a typing error', () => {
    const resolver = new Resolver(firstDefaultModel);
    resolver.put(person('x', 'Ida', 'Abel', { emails: ['kiosk@hotel.example.net'] }));
    resolver.put(person('z', 'Ida', 'Abel', { emails: ['kiosc@hotel.example.net'] }));
    expect(resolver.partition()).toHaveLength(1);
    for (const guest of guests) resolver.put(guest);
    expect(resolver.unlinked('x', 'z')).toEqual({ reason: 'shared value fell silent', silent });
  });

  it('is no reason where the two are others even if it spoke, one by now says something else, or a steward decided', () => {
    const resolver = resolved(...twins, ...guests);
    expect(resolver.unlinked('x', 'g1')).toEqual({ reason: 'grouped otherwise' });
    expect(resolver.explain('x', 'g1').silent).toBeUndefined();
    resolver.constrain('x', 'y', 'apart');
    expect(resolver.unlinked('x', 'y')).toEqual({ reason: 'held apart' });
    resolver.constrain('x', 'y', 'rejected');
    expect(resolver.unlinked('x', 'y')).toEqual({ reason: 'rejected' });
    resolver.constrain('x', 'y', undefined);
    resolver.put(person('y', 'Ida', 'Abel', { emails: ['ida@post.example.net'], births: ['1999-01-02'] }));
    resolver.put(person('x', 'Ida', 'Abel', { emails: ['abel@firm.example.org'] }));
    expect(resolver.unlinked('x', 'y')).toEqual({ reason: 'grouped otherwise' });
    resolver.remove('y');
    expect(resolver.unlinked('x', 'y')).toEqual({ reason: 'record removed' });
  });

  it('is no reason where they are one customer all the same', () => {
    const known = { emails: ['kiosk@hotel.example.net'], births: ['1980-05-06'] };
    const resolver = resolved(person('x', 'Ida', 'Abel', known), person('y', 'Ida', 'Abel', known), ...guests);
    const { together, silent: named } = resolver.explain('x', 'y');
    expect({ together, named }).toEqual({ together: true, named: undefined });
  });

  it('speaks again when people leave it', () => {
    const resolver = resolved(...twins, ...guests);
    resolver.drain();
    resolver.remove('g6');
    const kinds = resolver.drain().map(({ kind }) => kind);
    expect(kinds).toContain('value-restored');
    expect(resolver.clusterOf('x')?.records).toEqual(['g0', 'x', 'y']);
  });
});

describe('a steward', () => {
  const pair = [person('a', 'Ada', 'Stern', born), person('b', 'Ada', 'Stern', born)] as const;

  it('holds apart what the model links, through a third record too', () => {
    const resolver = resolved(...pair, person('c', 'Ada', 'Stern', born));
    resolver.constrain('a', 'b', 'apart');
    expect(resolver.clusterOf('a')?.records).not.toContain('b');
    resolver.constrain('a', 'b', undefined);
    expect(resolver.partition()).toHaveLength(1);
  });

  it('links what the model would not', () => {
    const resolver = resolved(person('a', 'Ada', 'Stern'), person('b', 'Zoe', 'Okafor'));
    resolver.constrain('a', 'b', 'linked');
    expect(resolver.links()).toMatchObject([{ a: 'a', b: 'b', by: 'steward' }]);
  });

  it('rejects a match, and it does not come back', () => {
    const resolver = resolved(...pair);
    resolver.constrain('a', 'b', 'rejected');
    resolver.put(pair[0]);
    expect(resolver.partition()).toHaveLength(2);
    expect(resolver.candidates()).toEqual([]);
  });
});

describe('what changed', () => {
  it('is told once, and not at all where it changed back', () => {
    const resolver = resolved(person('a', 'Ada', 'Stern', born), person('b', 'Ada', 'Stern', born));
    expect(resolver.drain()).toMatchObject([{ kind: 'linked', a: 'a', b: 'b' }]);
    resolver.remove('b');
    resolver.put(person('b', 'Ada', 'Stern', born));
    expect(resolver.drain()).toEqual([]);
    resolver.remove('b');
    expect(resolver.drain()).toEqual([{ kind: 'unlinked', a: 'a', b: 'b', reason: 'record removed' }]);
  });
});

describe('explaining', () => {
  it('adds up to the score for any pair, and says what decided', () => {
    const records = crowd(40, 5);
    const resolver = resolved(...records);
    for (const { id: a } of records) {
      for (const { id: b } of records.slice(0, 10)) {
        if (a === b) continue;
        const { score, evidence, words } = resolver.explain(a, b);
        const sum = evidence.parts.reduce((all, { weight, frequency }) => all + weight + frequency, evidence.prior);
        expect(Math.abs(sum - score)).toBeLessThan(1e-9);
        expect(words[0]).not.toBe('');
      }
    }
  });
});

describe('the law', () => {
  const told = (resolver: Resolver) => ({
    partition: resolver.partition(),
    links: resolver.links(),
    candidates: resolver.candidates(),
    related: resolver.related(),
    demoted: resolver.demoted(),
    suspects: resolver.statistics().suspects,
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'records in any order, told again and taken out in between, give the same (seed %i)',
    (seed) => {
      const random = drawing(seed);
      const records = crowd(160, seed);
      const of = seed % 2 === 0 ? defaultModel : firstDefaultModel;
      const model = {
        ...of,
        settings: { ...of.settings, blockLimit: 12, genericLimit: 3, densityAlarm: 0.9 },
      };
      const constrain = (resolver: Resolver): void => {
        resolver.constrain('r1', 'r2', 'linked');
        resolver.constrain('r3', 'r4', 'apart');
        resolver.constrain('r5', 'r6', 'rejected');
      };
      const batch = new Resolver(model);
      for (const one of records) batch.put(one);
      constrain(batch);
      const live = new Resolver(model);
      const order = [...records].map((one) => ({ one, at: random(1_000_000) })).sort((x, y) => x.at - y.at);
      constrain(live);
      for (const { one } of order) {
        const other = records[random(records.length)] ?? one;
        if (random(3) === 0) live.put({ ...other, names: [{ full: 'Somebody Else' }] });
        if (random(4) === 0) live.remove(other.id);
        live.put(one);
        if (random(3) > 0) live.drain();
      }
      for (const { one } of [...order].reverse()) live.put(one);
      expect(told(live)).toEqual(told(batch));
    },
  );

  it.each([1, 2, 3, 4])('why a link ended is told alike as it ends and by who begins anew then (seed %i)', (seed) => {
    const random = drawing(seed);
    const model = { ...firstDefaultModel, settings: { ...firstDefaultModel.settings, genericLimit: 2 } };
    const live = new Resolver(model);
    const held = new Map<string, Described>();
    const reasons = new Map<string, number>();
    const crowded = crowd(120, seed);
    for (let step = 0; step < 400; step++) {
      const one = crowded[random(crowded.length)] ?? person('r0', 'Ada', 'Stern');
      if (random(5) === 0) {
        held.delete(one.id);
        live.remove(one.id);
      } else {
        held.set(one.id, one);
        live.put(one);
      }
      const ended = live.drain().flatMap((change) => (change.kind === 'unlinked' ? [change] : []));
      if (ended.length === 0) continue;
      const anew = new Resolver(model);
      for (const record of held.values()) anew.put(record);
      for (const { kind: _, a, b, ...why } of ended) {
        expect(anew.unlinked(a, b)).toEqual(why);
        reasons.set(why.reason, (reasons.get(why.reason) ?? 0) + 1);
      }
    }
    expect([...reasons.keys()]).toEqual(expect.arrayContaining(['shared value fell silent', 'record removed']));
  });

  it('the accepted links connect exactly the customers', () => {
    const resolver = resolved(...crowd(200, 3));
    const joined = resolver.links().length;
    expect(joined).toBe(200 - resolver.partition().length);
  });
});
