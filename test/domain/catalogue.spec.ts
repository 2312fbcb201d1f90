/** The catalogue of facts: names that can live for ever, examples that are valid, and what the examples tell the views. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue, checkData, definitionOf, typesOfKind } from '../../src/domain/facts/catalogue';
import type { Telling } from '../../src/domain/kernel';
import { cardinalityOf } from '../../src/domain/slots';

const NOW = Date.UTC(2026, 0, 15);
const ROOT = join(__dirname, '..', '..');
const types = catalogue.map(({ type }) => type);

const tellings = (type: string, data: Record<string, unknown>): readonly Telling[] => {
  expect(checkData(type, data, NOW)).toEqual([]);
  return definitionOf(type)?.tells(data) ?? [];
};

describe('the catalogue', () => {
  it('names every type once', () => {
    expect(new Set(types).size).toBe(types.length);
  });

  it.each(types)('%s is a subject and a past participle, never updated or changed', (type) => {
    expect(type).toMatch(/^kith\.[a-z-]+\.v[0-9]+$/);
    expect(type).toMatch(/(ed|made|held|left|taken|withdrawn)\.v[0-9]+$/);
    expect(type).not.toMatch(/-(updated|changed|created|deleted)\./);
  });

  it.each(catalogue.map((definition) => [definition.type, definition] as const))(
    'the example of %s is valid',
    (type, { example }) => {
      expect(checkData(type, example, NOW)).toEqual([]);
    },
  );

  it.each(catalogue.map((definition) => [definition.type, definition] as const))(
    'every field of %s says what it is',
    (_, { schema }) => {
      for (const [name, field] of Object.entries(schema.properties))
        expect([name, field.description]).toEqual([name, expect.any(String)]);
    },
  );

  it('is complete: every fact that a family defines is in it', () => {
    const folder = join(ROOT, 'src/domain/facts');
    const written = readdirSync(folder).flatMap(
      (file) => readFileSync(join(folder, file), 'utf8').match(/(?<=^ {2}type: ')kith\.[^']+/gm) ?? [],
    );
    expect([...types].sort()).toEqual(written.sort());
  });

  it('knows a type by its name and the types of a kind', () => {
    expect(definitionOf('kith.purchase-made.v1')?.kind).toBe('purchase');
    expect(definitionOf('kith.purchase-made.v2')).toBeUndefined();
    expect(definitionOf('constructor')).toBeUndefined();
    expect(typesOfKind('consent')).toEqual(['kith.consent-granted.v1', 'kith.consent-withdrawn.v1']);
    expect(typesOfKind('nothing')).toEqual([]);
  });

  it('lets a conversation imply its channel', () => {
    const channels = Object.fromEntries(catalogue.flatMap(({ kind, channel }) => (channel ? [[kind, channel]] : [])));
    expect(channels).toMatchObject({
      call: 'phone',
      'e-mail': 'e-mail',
      chat: 'chat',
      letter: 'letter',
      meeting: 'face-to-face',
      form: 'web',
    });
  });

  it('fills only slots that the views know, and adds only whole numbers', () => {
    const families = [
      'name',
      'party',
      'birthDate',
      'standing',
      'attribute',
      'identifier',
      'contact',
      'address',
      'position',
      'consent',
    ];
    for (const { tells, example } of catalogue) {
      for (const telling of tells(example)) {
        if (telling.tells === 'adds') expect(Number.isSafeInteger(telling.amount)).toBe(true);
        else expect(families).toContain(telling.slot.split('/')[0]);
      }
    }
  });
});

describe('what facts tell', () => {
  it('the same address for home and work is one value', () => {
    const point = { medium: 'email', value: 'ada@example.org' };
    const home = tellings('kith.contact-point-stated.v1', { ...point, use: 'home' });
    expect(tellings('kith.contact-point-stated.v1', { ...point, use: 'work' })).toEqual(home);
    expect(home).toEqual([{ tells: 'states', slot: 'contact/email', value: 'ada@example.org' }]);
  });

  it('one number of two issuers is two values', () => {
    const number = { kind: 'customer-number', value: '1001' };
    const [shop] = tellings('kith.identifier-stated.v1', { ...number, issuer: { system: 'shop' } });
    expect(shop).toEqual({
      tells: 'states',
      slot: 'identifier/customer-number',
      value: { value: '1001', system: 'shop' },
    });
    expect(tellings('kith.identifier-stated.v1', { ...number, issuer: { system: 'bank' } })).not.toEqual([shop]);
  });

  it('what ends is named as it was stated', () => {
    const pairs = [
      [
        'kith.identifier-stated.v1',
        'kith.identifier-ended.v1',
        { kind: 'tax-id', value: 'U1', issuer: { country: 'AT' } },
      ],
      ['kith.contact-point-stated.v1', 'kith.contact-point-ended.v1', { medium: 'phone', value: '+43 1' }],
      ['kith.position-held.v1', 'kith.position-left.v1', { position: { company: 'Acme', title: 'Buyer' } }],
      ['kith.attribute-stated.v1', 'kith.attribute-ended.v1', { name: 'size', value: 3 }],
      ['kith.address-stated.v1', 'kith.address-left.v1', { use: 'home', address: { locality: 'Linz' } }],
    ] as const;
    for (const [begins, ends, data] of pairs) {
      expect(tellings(ends, data)).toEqual(tellings(begins, data).map((telling) => ({ ...telling, tells: 'ends' })));
    }
  });

  it('an opt-out stands beside the opt-in and does not replace it', () => {
    const asked = { purpose: 'newsletter', medium: 'email' };
    const [granted] = tellings('kith.consent-granted.v1', asked);
    const [withdrawn] = tellings('kith.consent-withdrawn.v1', asked);
    expect(granted).toEqual({
      tells: 'states',
      slot: 'consent/newsletter/email',
      value: { status: 'granted', basis: 'consent' },
    });
    expect(withdrawn).toEqual({ tells: 'states', slot: 'consent/newsletter/email', value: { status: 'withdrawn' } });
    expect(cardinalityOf('consent/newsletter/email')).toBe('single per slot');
  });

  it('a consent for any medium has a slot of its own', () => {
    expect(tellings('kith.consent-withdrawn.v1', { purpose: 'profiling' })).toMatchObject([
      { slot: 'consent/profiling/any' },
    ]);
  });

  it('a bad debt lowers what is owed and is no return; stock moves no money', () => {
    const debt = { reference: 'A1', amount: { minor: -500, currency: 'GBP' } };
    expect(tellings('kith.account-adjusted.v1', debt)).toEqual([
      { tells: 'adds', sum: 'money/GBP/adjusted', amount: -500 },
    ]);
    expect(tellings('kith.stock-adjusted.v1', { reference: '1', product: {}, quantity: -10 })).toEqual([]);
  });

  it('a gift is a purchase of nothing', () => {
    const gift = { order: '1', product: {}, quantity: 1, total: { minor: 0, currency: 'EUR' } };
    expect(tellings('kith.purchase-made.v1', gift)).toEqual([
      { tells: 'adds', sum: 'money/EUR/gross', amount: 0 },
      { tells: 'adds', sum: 'money/EUR/purchases', amount: 1 },
    ]);
  });
});

describe('one business field stands in few places', () => {
  it('postcode is written in at most four source files', () => {
    const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const naming = files.filter((file) => /postcode/i.test(readFileSync(join(ROOT, 'src', file), 'utf8')));
    expect(naming.length).toBeLessThanOrEqual(4);
    expect(naming).toContain(join('domain', 'facts', 'address.ts'));
  });
});
