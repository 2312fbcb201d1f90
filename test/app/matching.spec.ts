/** Who becomes one customer as facts come in, who does not, and what takes it back: each a story through the open door. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openKith } from '../../src/compose';
import { Deciding } from '../../src/app/deciding';
import type { Kith } from '../../src/app/kith';
import { CUSTOMERS_FEED } from '../../src/domain/announcement';
import { decode, type FactEvent } from '../../src/domain/envelope';
import { VALUE_DEMOTED, VALUE_RESTORED, valueTypes } from '../../src/domain/generic-value';
import { type JsonObject, recordId, textOf } from '../../src/domain/kernel';
import {
  LINK_RETRACTED,
  MATCH_PROPOSED,
  MATCH_WITHDRAWN,
  type PairCommand,
  pairOf,
  RECORDS_LINKED,
  two,
} from '../../src/domain/link';
import { importFile } from '../../src/import/run';
import { redoImport, undoImport } from '../../src/import/undo';
import type { CustomerView } from '../../src/projections/customer';
import { folder } from '../folder';
import { type Given, given, recordIn, said } from '../given';

const linz = { street: 'Hafenstraße', number: '7', postcode: '4020', locality: 'Linz', country: 'AT' };
const wien = { street: 'Ziegelofengasse', number: '12', postcode: '1070', locality: 'Wien', country: 'AT' };
const because = { reason: 'she told me', actor: 'steward:1' };

let g: Given;
beforeEach(async () => {
  g = await given({}, { matching: true });
});
afterEach(() => g.kith.close());

/** Sends facts, and waits until everything that follows is decided. */
async function tell(...facts: JsonObject[]): Promise<readonly string[]> {
  const results = await g.send(...facts);
  await settle(g.kith);
  return [...new Set(results.map(recordIn))];
}
async function settle(kith: Kith): Promise<void> {
  expect(await kith.settled(30_000)).toBe(true);
}

const from = (source: string, time?: string): JsonObject => ({ source, ...(time !== undefined && { time }) });
const name = (key: string, full: string, more: JsonObject = {}): JsonObject => {
  const [given = '', family = ''] = full.split(' ');
  return said('name-stated', key, { party: 'person', name: { given, family } }, more);
};
const email = (key: string, value: string, more: JsonObject = {}): JsonObject =>
  said('contact-point-stated', key, { medium: 'email', value }, more);
const mobile = (key: string, value: string, more: JsonObject = {}): JsonObject =>
  said('contact-point-stated', key, { medium: 'mobile', value }, more);
const born = (key: string, bornOn: string, more: JsonObject = {}): JsonObject =>
  said('birth-date-stated', key, { bornOn }, more);
const lives = (key: string, address: JsonObject, more: JsonObject = {}): JsonObject =>
  said('address-stated', key, { use: 'home', address }, more);

async function view(id: string): Promise<CustomerView> {
  return JSON.parse((await g.kith.reading.customer(id)).body);
}
const customerOf = async (id: string): Promise<string> => (await view(id)).customer;
const together = async (a: string, b: string): Promise<boolean> => (await customerOf(a)) === (await customerOf(b));

/** Every decision about pairs, in log order. */
async function decisions(kith: Kith = g.kith): Promise<readonly FactEvent[]> {
  const { events } = await kith.log.readAll(0n, { limit: 100_000 });
  return events.filter(({ stream }) => pairOf(stream)).map(({ bytes }) => decode(bytes, kith.seal));
}
/** Values that fell silent, in log order. */
async function demotions(kith: Kith = g.kith): Promise<readonly FactEvent[]> {
  const { events } = await kith.log.readAll(0n, { limit: 1_000, filter: { types: [VALUE_DEMOTED] } });
  return events.map(({ bytes }) => decode(bytes, kith.seal));
}
const kinds = async (): Promise<readonly string[]> => (await decisions()).map(({ type }) => type);

describe('the customer who moved', () => {
  const shop = from('shop', '2024-02-03T10:00:00Z');
  const told = [
    name('K-1', 'Katharina Baumgartner', shop),
    born('K-1', '1987-04-12', shop),
    email('K-1', 'k.baumgartner@post.example', shop),
    mobile('K-1', '+43 660 1239871', shop),
    lives('K-1', linz, shop),
  ];
  const courier = from('courier', '2025-06-20T10:00:00Z');
  const billing = from('billing', '2025-06-25T10:00:00Z');
  const call = from('callcentre', '2025-06-17T10:00:00Z');
  const later = [
    name('D-77', 'Katharina Baumgartner', courier),
    email('D-77', 'k.baumgartner@post.example', courier),
    said('address-stated', 'D-77', { use: 'delivery', address: wien }, courier),
    name('B-5', 'Katharina Baumgartner', billing),
    born('B-5', '1987-04-12', billing),
    said('address-stated', 'B-5', { use: 'billing', address: wien }, billing),
    name('C-9', 'Katharina Baumgartner', call),
    mobile('C-9', '+436601239871', call),
    said('moved', 'C-9', { use: 'home', from: linz, to: wien }, call),
    said('call-held', 'C-9', { direction: 'in', durationSeconds: 188, topic: 'new address' }, call),
  ];

  test('is one customer of four sources, with the address she has, the one she had, and the reason for each link', async () => {
    const [first = ''] = await tell(...told);
    g.at('2026-01-02T12:00:00Z');
    const [courierRecord = '', billingRecord = '', caller = ''] = await tell(...later);
    const her = await view(caller);
    expect(her.customer).toBe(first);
    expect(new Set(her.records.map(({ subject }) => subject?.source))).toEqual(
      new Set(['billing', 'callcentre', 'courier', 'shop']),
    );
    expect(her.lists['address/home']?.map(({ value, present }) => ({ value, present }))).toEqual([
      { value: wien, present: true },
      { value: linz, present: false },
    ]);
    const { entries } = await g.kith.reading.timeline(first);
    expect(entries.map(({ source }) => source)).toEqual(expect.arrayContaining(['shop', 'callcentre', 'billing']));
    for (const record of [courierRecord, billingRecord, caller]) {
      const { together: one, words, score, evidence } = await g.kith.stewarding.explain(first, record);
      expect(one).toBe(true);
      expect(words.length).toBeGreaterThan(1);
      const sum = evidence.parts.reduce((bits, part) => bits + part.weight + part.frequency, evidence.prior);
      expect(Math.abs(sum - score)).toBeLessThan(1e-9);
    }
    const linked = (await decisions()).filter(({ type }) => type === RECORDS_LINKED);
    expect(linked).toHaveLength(3);
    for (const { data } of linked) {
      expect(data).toMatchObject({ by: 'rule', model: expect.stringMatching(/^[0-9a-f]+$/) });
      // Levels and weights, never what the records say.
      expect(JSON.stringify(data)).not.toMatch(/baumgartner|katharina|1987|6601239871|linz|wien/i);
    }
    expect((await g.kith.rebuild({ switch: false })).differences).toEqual([]);
  });

  test('is the same customer whatever arrives first', async () => {
    const records = await tell(...later.toReversed(), ...told.toReversed());
    expect(records).toHaveLength(4);
    for (const record of records) expect((await view(record)).records).toHaveLength(4);
  });
});

describe('what many share joins nobody', () => {
  const people = [
    'Ada Lovelace',
    'Bruno Moser',
    'Carla Huber',
    'Dario Rossi',
    'Emil Novak',
    'Frida Okafor',
    'Greta Steiner',
    'Hugo Wolf',
  ];
  const none = async (facts: (who: string, i: number) => readonly JsonObject[]): Promise<void> => {
    const records = await tell(...people.flatMap(facts));
    expect(new Set(await Promise.all(records.map(customerOf))).size).toBe(people.length);
    expect(await kinds()).not.toContain(RECORDS_LINKED);
  };

  test('the e-mail of a kiosk', () => none((who, i) => [name(`k${i}`, who), email(`k${i}`, 'kiosk@shop.example.net')]));

  test('the phone of a family: they are related, and every one their own customer', async () => {
    const family = ['Ada', 'Paul', 'Greta', 'Hugo'];
    const records = await tell(
      ...family.flatMap((first, i) => [
        name(`f${i}`, `${first} Stern`),
        mobile(`f${i}`, '+43 660 7654321'),
        lives(`f${i}`, linz),
      ]),
    );
    expect(new Set(await Promise.all(records.map(customerOf))).size).toBe(family.length);
    const related = await g.kith.stewarding.related(records[0] ?? '');
    expect(related.map(({ relation }) => relation)).toEqual(['household', 'household', 'household']);
  });

  test('the switchboard of a company', () =>
    none((who, i) => [
      name(`s${i}`, who),
      said('contact-point-stated', `s${i}`, { medium: 'phone', value: '+43 732 600100' }),
    ]));

  test.each(['null@null.example', 'noemail@example.org', 'anonymous@example.org', 'test@test.com'])(
    'the e-mail %s that somebody typed to get on, even under one name',
    async (value) => {
      const [a = '', b = ''] = await tell(
        name('j1', 'Maria Huber'),
        email('j1', value),
        name('j2', 'Maria Huber'),
        email('j2', value),
      );
      expect(await together(a, b)).toBe(false);
    },
  );

  test.each(['null', 'anonymous', '-1', '0000', 'unknown', 'n/a'])('the name, number and phone "%s"', async (junk) => {
    const facts = (key: string) => [
      said('name-stated', key, { party: 'person', name: { full: junk } }),
      said('identifier-stated', key, { kind: 'customer-number', value: junk }),
      said('contact-point-stated', key, { medium: 'phone', value: junk }),
      said('contact-point-stated', key, { medium: 'email', value: junk }),
    ];
    const results = await g.kith.intake.accept(['j1', 'j2', 'j3'].flatMap(facts));
    await settle(g.kith);
    const records = [...new Set(results.flatMap((result) => ('record' in result ? [result.record] : [])))];
    expect(records).toHaveLength(3);
    expect(new Set(await Promise.all(records.map(customerOf))).size).toBe(3);
    expect(await kinds()).not.toContain(RECORDS_LINKED);
  });
});

describe('what was linked comes apart by itself', () => {
  const shared = 'office@firm.example.net';

  test('where the value that linked turns out to be everybody’s, and events say so', async () => {
    const [a = '', b = ''] = await tell(
      name('a', 'Ada Lovelace'),
      email('a', shared),
      name('b', 'Ada Lovelace', from('shop')),
      email('b', shared, from('shop')),
    );
    expect(await together(a, b)).toBe(true);
    const others = [
      'Bruno Moser',
      'Carla Huber',
      'Dario Rossi',
      'Emil Novak',
      'Frida Okafor',
      'Greta Steiner',
      'Hugo Wolf',
    ];
    await tell(...others.flatMap((who, i) => [name(`o${i}`, who), email(`o${i}`, shared)]));
    expect(await together(a, b)).toBe(false);
    const [demoted] = await demotions();
    const { kind, hash } = demoted?.data ?? {};
    const told = { reason: 'shared value fell silent', silent: [{ kind, hash }] };
    const ended = (await decisions()).filter(({ type }) => type === LINK_RETRACTED);
    expect(ended.map(({ data }) => data)).toEqual([{ ...two(recordId(a), recordId(b)), ...told }]);
    const [retracted] = ended;
    // The cause stands before what follows from it.
    const { events } = await g.kith.log.readAll(0n, { limit: 1_000 });
    const place = (one: FactEvent | undefined) =>
      events.findIndex(({ bytes }) => decode(bytes, g.kith.seal).id === one?.id);
    expect(place(demoted)).toBeLessThan(place(retracted));
    expect((await g.kith.stewarding.decisions(a)).map(({ type, data }) => [type, data['silent']])).toEqual([
      [RECORDS_LINKED, undefined],
      [LINK_RETRACTED, told.silent],
      // One name and a mailbox that says nothing any more: somebody should look.
      [MATCH_PROPOSED, undefined],
    ]);
    const explained = await g.kith.stewarding.explain(a, b);
    expect(explained).toMatchObject({ together: false, silent: told.silent });
    expect((await g.kith.matchingState()).generic).toMatchObject([{ value: shared, ...told.silent[0] }]);
    expect(JSON.stringify([explained, retracted])).not.toContain('firm');
    expect((await g.kith.rebuild({ switch: false })).differences).toEqual([]);
  });

  test('and links again where the value is few people’s again: the log tells both, and never the value', async () => {
    const [a = '', b = ''] = await tell(
      name('a', 'Ada Lovelace'),
      email('a', shared),
      name('b', 'Ada Lovelace', from('shop')),
      email('b', shared, from('shop')),
    );
    const others = ['Bruno Moser', 'Carla Huber', 'Dario Rossi', 'Emil Novak', 'Frida Okafor', 'Greta Steiner'];
    const mails = others.map((_, i) => email(`o${i}`, shared));
    await tell(...others.map((who, i) => name(`o${i}`, who)), ...mails);
    expect(await together(a, b)).toBe(false);
    expect((await g.kith.matchingState()).generic).toEqual([
      {
        kind: 'email',
        value: shared,
        distinctNames: 7,
        hash: expect.stringMatching(/^[0-9a-f]{32}$/),
        since: '2026-01-01T12:00:00.000Z',
      },
    ]);
    for (const { id } of mails)
      await g.kith.revising.revise({
        kind: 'retracted',
        fact: { source: 'crm', id: textOf(id) },
        reason: 'not theirs',
      });
    await settle(g.kith);
    expect(await together(a, b)).toBe(true);
    const values = (await g.kith.log.readAll(0n, { limit: 1_000, filter: { types: valueTypes } })).events;
    expect(values.map(({ type }) => type)).toEqual([VALUE_DEMOTED, VALUE_RESTORED]);
    expect(new Set(values.map(({ stream }) => stream)).size).toBe(1);
    for (const { bytes } of values) {
      const { data } = decode(bytes, g.kith.seal);
      expect(data).toMatchObject({ kind: 'email', hash: expect.stringMatching(/^[0-9a-f]{32}$/) });
      expect(JSON.stringify(data)).not.toContain('firm');
    }
    expect((await g.kith.matchingState()).generic).toEqual([]);
  });

  test('where the fact that linked is put right, and links again where it is put right again', async () => {
    const right = email('b', 'ada.l@post.example', from('shop'));
    const [a = '', b = ''] = await tell(
      name('a', 'Ada Lovelace'),
      email('a', 'ada.l@post.example'),
      name('b', 'Ada Lovelace', from('shop')),
      right,
    );
    expect(await together(a, b)).toBe(true);
    const fact = { source: 'shop', id: textOf(right['id']) };
    const correct = async (value: string) => {
      await g.kith.revising.revise({ kind: 'corrected', fact, data: { medium: 'email', value }, reason: 'mistyped' });
      await settle(g.kith);
    };
    await correct('somebody.else@firm.example');
    expect(await together(a, b)).toBe(false);
    await correct('ada.l@post.example');
    expect(await together(a, b)).toBe(true);
    expect(await kinds()).toEqual(expect.arrayContaining([RECORDS_LINKED, LINK_RETRACTED]));
  });

  test('where every fact of a record is taken back, and the id of the customer that it named leads to who is left', async () => {
    const mine = [name('a', 'Ada Lovelace'), email('a', 'ada.l@post.example')];
    const [a = ''] = await tell(...mine);
    g.at('2026-01-02T12:00:00Z');
    const [b = ''] = await tell(
      name('b', 'Ada Lovelace', from('shop')),
      email('b', 'ada.l@post.example', from('shop')),
    );
    expect(await customerOf(b)).toBe(a);
    for (const { id } of mine)
      await g.kith.revising.revise({ kind: 'retracted', fact: { source: 'crm', id: textOf(id) }, reason: 'not hers' });
    await settle(g.kith);
    expect(await customerOf(b)).toBe(b);
    await expect(g.kith.reading.customer(a)).rejects.toMatchObject({ code: 'customer-unknown' });
    expect((await g.kith.rebuild({ switch: false })).differences).toEqual([]);
  });

  test('where the import that brought a record is undone, and comes back where it is redone', async () => {
    const { path, remove } = folder();
    try {
      const [a = ''] = await tell(name('a', 'Ada Lovelace'), email('a', 'ada.l@post.example'));
      const file = join(path, 'people.csv');
      writeFileSync(file, 'id,given,family,email\n1,Ada,Lovelace,ada.l@post.example\n');
      const fact = (type: string, id: string, data: JsonObject): JsonObject => ({
        type: `kith.${type}.v1`,
        id: `{id}-${id}`,
        time: '2025-01-01T00:00:00Z',
        data,
      });
      const mapping = {
        mapping: 1,
        every: { source: 'list', subject: '{id}' },
        rules: [
          {
            name: 'person',
            facts: [
              fact('name-stated', 'n', { party: 'person', name: { given: '{given}', family: '{family}' } }),
              fact('contact-point-stated', 'e', { medium: 'email', value: '{email}' }),
            ],
          },
        ],
      };
      const report = await importFile(g.kith, {
        file,
        mapping: JSON.stringify(mapping),
        errors: join(path, 'e.csv'),
        inThread: true,
      });
      await settle(g.kith);
      expect((await view(a)).records).toHaveLength(2);
      await undoImport(g.kith, report.import);
      await settle(g.kith);
      expect((await view(a)).records).toHaveLength(1);
      expect((await g.kith.views.size()).links).toBe(0);
      await redoImport(g.kith, report.import);
      await settle(g.kith);
      expect((await view(a)).records).toHaveLength(2);
    } finally {
      remove();
    }
  });
});

describe('a steward', () => {
  const twins = () =>
    tell(
      name('a', 'Ada Lovelace'),
      email('a', 'ada.l@post.example'),
      name('b', 'Ada Lovelace', from('shop')),
      email('b', 'ada.l@post.example', from('shop')),
    );

  test('rejects a match, which is remembered: it does not come back whatever else is said', async () => {
    const [a = '', b = ''] = await twins();
    expect(await together(a, b)).toBe(true);
    await g.kith.stewarding.say(a, b, 'rejected', because);
    await settle(g.kith);
    expect(await together(a, b)).toBe(false);
    await tell(
      born('a', '1985-12-10'),
      born('b', '1985-12-10', from('shop')),
      lives('a', linz),
      lives('b', linz, from('shop')),
    );
    expect(await together(a, b)).toBe(false);
    expect(await g.kith.stewarding.candidates(10)).toEqual([]);
    await g.kith.stewarding.say(a, b, 'reconsidered', because);
    await settle(g.kith);
    expect(await together(a, b)).toBe(true);
  });

  test('undoes a merge at once, before the views have heard of it', async () => {
    const [a = '', b = ''] = await tell(name('a', 'Ada Lovelace'), name('b', 'Bruno Moser'));
    const { merges } = await g.kith.stewarding.merge([a, b], because);
    await g.kith.stewarding.undo(merges[0] ?? '', because);
    await settle(g.kith);
    expect(await together(a, b)).toBe(false);
    await expect(g.kith.stewarding.undo(merges[0] ?? '', because)).rejects.toMatchObject({ code: 'not-merged' });
  });

  test.each([[because], [{ reason: 'she told me' }]])(
    'undoes a merge, and rules may link again by what is said later: %j',
    async (why) => {
      const [a = ''] = await tell(name('a', 'Ada Lovelace'));
      const [b = ''] = await tell(name('b', 'Ada Lovelace'));
      const { merges } = await g.kith.stewarding.merge([a, b], why);
      await settle(g.kith);
      await g.kith.stewarding.undo(merges[0] ?? '', why);
      await settle(g.kith);
      expect(await together(a, b)).toBe(false);
      expect((await g.kith.stewarding.explain(a, b)).together).toBe(false);
      await tell(
        ...['a', 'b'].flatMap((key) => [
          born(key, '1985-12-10'),
          email(key, 'ada.l@post.example'),
          mobile(key, '+43 660 1239871'),
        ]),
      );
      expect(await together(a, b)).toBe(true);
    },
  );

  test('merges two of whom one was met before in a fact that was taken back: consumers hear of the customer whom the views name', async () => {
    const witness = said('note-taken', 'c', { text: 'seen', parties: [{ role: 'witness', subject: 'crm:b' }] });
    await tell(witness);
    g.at('2026-01-02T12:00:00Z');
    const [a = ''] = await tell(name('a', 'Carla Huber'));
    g.at('2026-01-03T12:00:00Z');
    const [b = ''] = await tell(name('b', 'Bruno Moser'));
    const fact = { source: 'crm', id: textOf(witness['id']) };
    await g.kith.revising.revise({ kind: 'retracted', fact, ...because });
    await settle(g.kith);
    await g.kith.stewarding.merge([a, b], because);
    await settle(g.kith);
    const [told] = (await g.kith.log.read(CUSTOMERS_FEED)).events.map(({ bytes }) => decode(bytes, g.kith.seal).data);
    expect(told).toMatchObject({ into: a, from: [b] });
    expect(await customerOf(b)).toBe(a);
  });

  test('keeps a merge that rules would not make, and one that was closed to a ring', async () => {
    const [a = '', b = '', c = ''] = await tell(
      name('a', 'Ada Lovelace'),
      name('b', 'Bruno Moser'),
      name('c', 'Carla Huber'),
    );
    for (const [x, y] of [
      [b, c],
      [a, c],
      [a, b],
    ] as const) {
      await g.kith.stewarding.say(x, y, 'linked', because);
      await settle(g.kith);
    }
    expect((await view(a)).records).toHaveLength(3);
    expect(await kinds()).toEqual([RECORDS_LINKED, RECORDS_LINKED, RECORDS_LINKED]);
    expect((await g.kith.stewarding.decisions(a)).map(({ event }) => event)).toEqual(
      (await decisions()).map(({ id }) => id),
    );
  });

  test('holds two apart who are one through a third: the third stays with one of them, and no opinion of a person is lost', async () => {
    const [a = '', b = '', c = ''] = await tell(
      name('a', 'Ada Lovelace'),
      name('b', 'Bruno Moser'),
      name('c', 'Carla Huber'),
    );
    await g.kith.stewarding.say(a, c, 'linked', because);
    await g.kith.stewarding.say(b, c, 'linked', because);
    await settle(g.kith);
    expect((await view(a)).records).toHaveLength(3);
    await g.kith.stewarding.say(a, b, 'apart', because);
    await settle(g.kith);
    expect(await together(a, b)).toBe(false);
    expect([await together(a, c), await together(b, c)].filter(Boolean)).toHaveLength(1);
    expect(await kinds()).not.toContain(LINK_RETRACTED);
    await g.kith.stewarding.say(a, b, 'released', because);
    await settle(g.kith);
    expect((await view(a)).records).toHaveLength(3);
  });

  test('may not join two who are held apart, by a third neither', async () => {
    const [a = '', b = '', c = ''] = await tell(
      name('a', 'Ada Lovelace'),
      name('b', 'Bruno Moser'),
      name('c', 'Carla Huber'),
    );
    await g.kith.stewarding.say(a, b, 'apart', because);
    await g.kith.stewarding.merge([a, c], because);
    await settle(g.kith);
    const refused = { code: 'held-apart' };
    await expect(g.kith.stewarding.merge([a, b], because)).rejects.toMatchObject(refused);
    await expect(g.kith.stewarding.merge([c, b], because)).rejects.toMatchObject(refused);
    await expect(g.kith.stewarding.say(c, b, 'linked', because)).rejects.toMatchObject(refused);
    await expect(g.kith.stewarding.say(a, b, 'linked', because)).rejects.toMatchObject(refused);
  });

  test('is asked where the rules are not sure, and nothing is linked until somebody answers', async () => {
    await tell(
      name('a', 'Ada Lovelace'),
      lives('a', linz),
      name('b', 'Ada Lovelace', from('shop')),
      lives('b', { ...linz, number: '9' }, from('shop')),
    );
    const asked = await g.kith.stewarding.candidates(10);
    const proposed = (await decisions()).filter(({ type }) => type === MATCH_PROPOSED);
    expect(proposed.map(({ data }) => ({ a: data['a'], b: data['b'] }))).toEqual(asked.map(({ a, b }) => ({ a, b })));
    for (const { a, b } of asked) {
      expect(await together(a, b)).toBe(false);
      await g.kith.stewarding.say(a, b, 'linked', because);
      await settle(g.kith);
      expect(await together(a, b)).toBe(true);
    }
    expect(await g.kith.stewarding.candidates(10)).toEqual([]);
  });

  test('asks who belongs to the household after somebody of it is gone', async () => {
    const paul = [name('p', 'Paul Stern'), lives('p', linz)];
    const [ada = '', other = ''] = await tell(name('a', 'Ada Stern'), lives('a', linz), ...paul);
    expect(await g.kith.stewarding.related(ada)).toEqual([{ customer: other, relation: 'household' }]);
    for (const { id } of paul)
      await g.kith.revising.revise({ kind: 'retracted', fact: { source: 'crm', id: textOf(id) }, reason: 'moved out' });
    await g.kith.reached((await g.kith.log.head()).position, 10_000);
    expect(await g.kith.stewarding.related(ada)).toEqual([]);
  });
});

/** Opens the folder, and closes it whatever happens. */
async function within<T>(path: string, act: (kith: Kith) => Promise<T>, matching = true): Promise<T> {
  const kith = await openKith({ data: path, matching });
  try {
    return await act(kith);
  } finally {
    await kith.close();
  }
}

describe('in a folder', () => {
  let own: ReturnType<typeof folder>;
  beforeEach(() => {
    own = folder();
  });
  afterEach(() => own.remove());

  test('a process that begins anew decides nothing twice, and finds everybody as they were', async () => {
    const facts = Array.from({ length: 40 }, (_, i) => [
      name(`a${i}`, `Ada${i % 10} Lovelace${i % 10}`),
      email(`a${i}`, `ada${i % 10}@post.example`),
      born(`a${i}`, `198${i % 10}-12-10`),
    ]).flat();
    const [head, roots] = await within(own.path, async (kith) => {
      const results = await kith.intake.accept(facts);
      await settle(kith);
      await kith.stewarding.merge([recordIn(results[0]), recordIn(results[3])], because);
      await settle(kith);
      expect((await decisions(kith)).filter(({ type }) => type === RECORDS_LINKED).length).toBeGreaterThan(20);
      return [await kith.log.head(), await kith.views.roots()];
    });
    for (let again = 0; again < 2; again++) {
      await within(own.path, async (kith) => {
        await settle(kith);
        expect([await kith.log.head(), await kith.views.roots()]).toEqual([head, roots]);
        expect((await kith.rebuild()).differences).toEqual([]);
        await settle(kith);
        expect((await kith.log.head()).position).toBe(head.position);
      });
    }
  });

  test('why a link ended is told alike by who saw its value fall silent and by who begins anew', async () => {
    const twin = (key: string) => [name(key, 'Ada Lovelace'), email(key, 'office@firm.example.net')];
    const others = ['Bruno Moser', 'Carla Huber', 'Dario Rossi', 'Emil Novak', 'Frida Okafor', 'Greta Steiner'].flatMap(
      (who, i) => [name(`o${i}`, who), email(`o${i}`, 'office@firm.example.net')],
    );
    const retracted = async (kith: Kith, demoted: number): Promise<readonly JsonObject[]> => {
      await settle(kith);
      const [cause] = await demotions(kith);
      expect(await demotions(kith)).toHaveLength(demoted);
      const ended = (await decisions(kith)).filter(({ type }) => type === LINK_RETRACTED);
      const { kind, hash } = cause?.data ?? {};
      for (const { data } of ended)
        expect(data).toMatchObject({ reason: 'shared value fell silent', silent: [{ kind, hash }] });
      return ended.map(({ data }) => data);
    };
    const [told] = await within(own.path, async (kith) => {
      await kith.intake.accept([...twin('a'), ...twin('b')]);
      expect(await retracted(kith, 0)).toEqual([]);
      await kith.intake.accept(others);
      const live = await retracted(kith, 1);
      expect(live).toHaveLength(1);
      // As it was before the value fell silent, so that the same can happen while nobody matches.
      for (const { id } of others)
        await kith.revising.revise({ kind: 'retracted', fact: { source: 'crm', id: textOf(id) }, reason: 'gone' });
      await settle(kith);
      return live;
    });
    await within(
      own.path,
      async (kith) => {
        for (const { id } of others)
          await kith.revising.revise({ kind: 'reinstated', fact: { source: 'crm', id: textOf(id) }, reason: 'back' });
        await settle(kith);
      },
      false,
    );
    expect(await within(own.path, (kith) => retracted(kith, 2))).toEqual([told, told]);
  });

  test('what fell silent and speaks again while nobody matched is told when somebody does', async () => {
    const shared = 'office@firm.example.net';
    const people = [
      'Ada Lee',
      'Bruno Moser',
      'Carla Huber',
      'Dario Rossi',
      'Emil Novak',
      'Frida Okafor',
      'Greta Stern',
    ];
    const mails = people.map((_, i) => email(`o${i}`, shared));
    const opened = (matching: boolean, act: (kith: Kith) => Promise<unknown>): Promise<readonly string[]> =>
      within(
        own.path,
        async (kith) => {
          await act(kith);
          await settle(kith);
          const { events } = await kith.log.readAll(0n, { filter: { types: valueTypes } });
          return events.map(({ type }) => type);
        },
        matching,
      );
    const facts = [...people.map((who, i) => name(`o${i}`, who)), ...mails];
    expect(await opened(false, (kith) => kith.intake.accept(facts))).toEqual([]);
    expect(await opened(true, async () => {})).toEqual([VALUE_DEMOTED]);
    const takeBack = async (kith: Kith) => {
      for (const { id } of mails)
        await kith.revising.revise({
          kind: 'retracted',
          fact: { source: 'crm', id: textOf(id) },
          reason: 'not theirs',
        });
    };
    expect(await opened(false, takeBack)).toEqual([VALUE_DEMOTED]);
    expect(await opened(true, async () => {})).toEqual([VALUE_DEMOTED, VALUE_RESTORED]);
    expect(await opened(true, async () => {})).toEqual([VALUE_DEMOTED, VALUE_RESTORED]);
  });

  test('with matching off nobody is linked, and what was decided before, or by hand, holds', async () => {
    const twin = (key: string) => [name(key, 'Ada Lovelace'), email(key, 'ada.l@post.example')];
    const [a = '', b = ''] = await within(own.path, async (kith) => {
      const records = (await kith.intake.accept([...twin('a'), ...twin('b')])).map(recordIn);
      await settle(kith);
      return [...new Set(records)];
    });
    await within(
      own.path,
      async (kith) => {
        const [c = ''] = (await kith.intake.accept(twin('c'))).map(recordIn);
        await settle(kith);
        const at = async (id: string) => String((await kith.reading.customer(id)).id);
        expect(await at(b)).toBe(await at(a));
        expect(await at(c)).toBe(c);
        const { position = 0n } = await kith.stewarding.merge([a, c], because);
        expect(await kith.reached(position, 10_000)).toBe(true);
        expect(await at(c)).toBe(await at(a));
      },
      false,
    );
  });
});

describe('a node that led before wakes up and still writes what it believed then', () => {
  const grounds = { by: 'rule', weight: 30, model: 'old', evidence: {} } as const;
  /** Past the matcher, as an append that was on its way when the lease went over. */
  const late = async (a: string, b: string, command: PairCommand) => {
    const { log, keys, seal, now } = g.kith;
    const pair = two(recordId(a), recordId(b));
    expect(await new Deciding(log, keys, seal, now).decide([{ pair, command }])).toMatchObject([
      { outcome: 'decided' },
    ]);
    await settle(g.kith);
  };
  const strangers = () => tell(name('a', 'Ada Lovelace'), name('b', 'Bertha Stern'));
  const twins = () => tell(...['a', 'b'].flatMap((key) => [name(key, 'Ada Lovelace'), email(key, 'ada@post.example')]));

  test('a link that does not follow is taken back', async () => {
    const [a = '', b = ''] = await strangers();
    await late(a, b, { wants: 'linked', ...grounds });
    expect(await together(a, b)).toBe(false);
    expect(await kinds()).toEqual([RECORDS_LINKED, LINK_RETRACTED]);
  });

  test('a link that follows and was taken back is made again', async () => {
    const [a = '', b = ''] = await twins();
    await late(a, b, { wants: 'unlinked', by: 'rule', reason: 'grouped otherwise' });
    expect(await together(a, b)).toBe(true);
    expect(await kinds()).toEqual([RECORDS_LINKED, LINK_RETRACTED, RECORDS_LINKED]);
  });

  test('a proposal that does not follow is withdrawn', async () => {
    const [a = '', b = ''] = await strangers();
    await late(a, b, { wants: 'proposed', weight: 9, model: 'old', evidence: {}, precision: 0.9 });
    expect(await kinds()).toEqual([MATCH_PROPOSED, MATCH_WITHDRAWN]);
  });

  test('what a person decides is not taken for that', async () => {
    const [a = '', b = ''] = await strangers();
    await g.kith.stewarding.merge([a, b], { reason: 'she told me' });
    await settle(g.kith);
    expect(await together(a, b)).toBe(true);
    expect(await kinds()).toEqual([RECORDS_LINKED]);
  });
});
