/** Any number of records of one person are one customer: a block that is over-full is refined and never left out. */
import type { Described } from '../../../src/domain/matching/described';
import { drawing } from '../../../src/domain/matching/hashing';
import { defaultModel, firstDefaultModel } from '../../../src/domain/matching/model';
import { Resolver } from '../../../src/domain/matching/resolver';
import { crowd, person } from './people';

const said: Partial<Described> = {
  births: ['1975-03-14'],
  emails: ['ada.stern77@mail.example.net'],
  phones: ['+436641234567'],
  addresses: [{ street: 'Hafenstraße', number: '7', postcode: '4020', locality: 'Linz' }],
};
const ada = (number: number, more: Partial<Described> = {}): Described =>
  person(`r${String((number * 7919) % 1009).padStart(4, '0')}`, 'Ada', 'Stern', { ...said, ...more });
const sizes = (resolver: Resolver): readonly number[] => resolver.partition().map(({ records }) => records.length);

describe('copies of one record', () => {
  it.each(['in the order in which they were recorded', 'all of one moment'])(
    'are one customer at every step, %s',
    (order) => {
      const resolver = new Resolver(defaultModel);
      for (let n = 1; n <= 400; n++) {
        resolver.put(ada(n, { recordedAt: order.startsWith('in') ? n : 0 }));
        resolver.drain();
        expect(sizes(resolver)).toEqual([n]);
      }
    },
  );

  it('need no more links than there are copies, and stay one when any of them goes', () => {
    const resolver = new Resolver(defaultModel);
    for (let n = 1; n <= 200; n++) resolver.put(ada(n));
    expect(resolver.links()).toHaveLength(199);
    for (let n = 1; n <= 150; n++) {
      resolver.remove(ada(n).id);
      expect(sizes(resolver)).toEqual([200 - n]);
    }
  });

  it('that say too little to be known by are as many customers as there are', () => {
    const resolver = new Resolver(defaultModel);
    const bare = { births: [], emails: [], phones: [], addresses: [] };
    for (let n = 1; n <= 90; n++) resolver.put(ada(n, bare));
    expect(sizes(resolver)).toHaveLength(90);
  });

  it('of which a person holds two apart are two customers, whoever else is there', () => {
    const resolver = new Resolver(defaultModel);
    for (let n = 1; n <= 90; n++) resolver.put(ada(n));
    resolver.constrain(ada(3).id, ada(7).id, 'apart');
    expect(resolver.clusterOf(ada(3).id)?.id).not.toBe(resolver.clusterOf(ada(7).id)?.id);
    resolver.constrain(ada(3).id, ada(7).id, undefined);
    expect(sizes(resolver)).toEqual([90]);
  });

  it('are compared no more where a block is over-full by the first rules, which models of before go on with', () => {
    const resolver = new Resolver(firstDefaultModel);
    for (let n = 1; n <= 61; n++) resolver.put(ada(n));
    expect(sizes(resolver)).toHaveLength(61);
  });
});

it('two people of one house with hundreds of records each, some with typing errors, are two customers and no more', () => {
  const random = drawing(5);
  const resolver = new Resolver(defaultModel);
  const people = [
    { given: 'Margareta', email: 'm.sternberger@mail.example.net', phone: '+436641234567', born: '1975-03-14' },
    { given: 'Ferdinand', email: 'ferdi@mail.example.net', phone: '+436647654321', born: '1973-05-24' },
  ];
  for (let n = 0; n < 300; n++) {
    for (const [who, { given, email, phone, born }] of people.entries()) {
      const family = random(3) === 0 ? 'Sternbergr' : 'Sternberger';
      const known = random(2) === 0 ? { phones: [phone] } : { emails: [email], births: [born] };
      resolver.put(person(`${who}-${n}`, given, family, { addresses: said.addresses ?? [], ...known }));
    }
  }
  const groups = resolver.partition().map(({ records }) => new Set(records.map((id) => id.charAt(0))));
  expect(groups.filter((whose) => whose.size > 1)).toEqual([]);
  const largest = resolver
    .partition()
    .map(({ records }) => records.length)
    .sort((x, y) => y - x);
  expect(largest.slice(0, 2).every((size) => size > 250)).toBe(true);
});

it.each([1, 2, 3, 4])('whatever the order of arrival, crowds give the same customers and links (seed %i)', (seed) => {
  const random = drawing(seed);
  const model = { ...defaultModel, settings: { ...defaultModel.settings, blockLimit: 8, genericLimit: 30 } };
  const records = crowd(60, seed).flatMap((one, i) =>
    Array.from({ length: 1 + random(12) }, (_, n) => ({ ...one, id: `${one.id}-${n}`, recordedAt: random(5) + i })),
  );
  const told = (resolver: Resolver) => ({
    partition: resolver.partition(),
    links: resolver.links().map(({ a, b }) => [a, b]),
    candidates: resolver.candidates().map(({ a, b }) => [a, b]),
    related: resolver.related(),
  });
  const batch = new Resolver(model);
  for (const one of records) batch.put(one);
  const live = new Resolver(model);
  for (const one of [...records].sort((x, y) => (x.id > y.id ? 1 : -1) * (seed % 2 === 0 ? 1 : -1))) {
    live.put(one);
    if (random(3) === 0) live.drain();
    if (random(4) === 0) {
      const gone = records[random(records.length)];
      if (gone) live.remove(gone.id);
    }
  }
  for (const one of records) if (live.clusterOf(one.id) === undefined) live.put(one);
  expect(told(live)).toEqual(told(batch));
});
