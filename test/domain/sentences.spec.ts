/** What a source is told about data that do not fit: what, where, what to do, and never the value itself. */
import { catalogue, checkData, codeFor } from '../../src/domain/facts/catalogue';
import { nearest } from '../../src/domain/facts/sentences';

/** 2026-01-15, 12:00 UTC */
const NOW = Date.UTC(2026, 0, 15, 12);

const purchase = { order: 'A-1', product: {}, quantity: 1, total: { minor: 1050, currency: 'EUR' } };

const told = (type: string, data: unknown): string[] => {
  const errors = checkData(`kith.${type}.v1`, data, NOW);
  return [...errors.map(({ pointer, detail }) => `${pointer}: ${detail}`), codeFor(errors)];
};
const told1 = (changes: object) => told('purchase-made', { ...purchase, ...changes });

describe('fields', () => {
  it('an unknown field is named, with the known one that it could mean', () => {
    expect(told1({ quantiti: 1 })).toEqual([
      '/quantiti: "quantiti" is no field here; did you mean quantity?',
      'schema-mismatch',
    ]);
  });

  it('an unknown field that resembles none is told which there are', () => {
    expect(told1({ weather: 1 })[0]).toMatch(
      /^\/weather: "weather" is no field here; there are order, line, product, .*channel$/,
    );
  });

  it('an unknown field is pointed at with its name escaped, unless the name is very long', () => {
    expect(told1({ 'a/b~c': 1 })[0]).toMatch(/^\/a~1b~0c: /);
    expect(told1({ ['x'.repeat(100_000)]: 1 })[0]?.length).toBeLessThan(300);
  });

  it('a missing field is named, with what it is', () => {
    const { order: _, ...without } = purchase;
    expect(told('purchase-made', without)).toEqual([
      '/order: order is missing: Order, invoice or receipt number of the source',
      'schema-mismatch',
    ]);
  });

  it('all errors are told at once, up to fifty', () => {
    expect(told('purchase-made', {})).toHaveLength(5);
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`weather${i}`, 1]));
    expect(told1(many).slice(-2)).toEqual([': the data have 30 more errors', 'schema-mismatch']);
    expect(told1(many)).toHaveLength(52);
  });

  it('the members of __proto__ are fields like others', () => {
    expect(told('note-taken', JSON.parse('{"text":"x","__proto__":{"text":"y"}}'))[0]).toMatch(
      /^\/__proto__: "__proto__" is no field here/,
    );
  });
});

describe('values', () => {
  it.each([
    [
      'a list of words',
      'standing-stated',
      { standing: 'lead' },
      '/standing: standing must be one of: prospect, customer, former',
    ],
    ['another type', 'note-taken', { text: 7 }, '/text: text must be a text'],
    [
      'one of several types',
      'attribute-stated',
      { name: 'size', value: null },
      '/value: value must be a text or a number or true or false',
    ],
    ['nothing where something is wanted', 'note-taken', { text: '' }, '/text: text must not be empty'],
    ['too much', 'note-taken', { text: 'x'.repeat(20_001) }, '/text: text must not be longer than 20000 characters'],
    ['too little', 'purchase-made', { ...purchase, quantity: 0 }, '/quantity: quantity must be greater than 0'],
    [
      'too high a number',
      'purchase-made',
      { ...purchase, quantity: 1e10 },
      '/quantity: quantity must be at most 1000000000',
    ],
    ['no whole data', 'note-taken', [], ': the data must be an object'],
    [
      'an entry of a list',
      'note-taken',
      { text: 'x', parties: [1] },
      '/parties/0: entry 0 of parties must be an object',
    ],
    [
      'an empty list',
      'address-stated',
      { use: 'home', address: { lines: [] } },
      '/address/lines: lines must have 1 or more entries',
    ],
    [
      'a choice',
      'name-stated',
      { party: 'person', name: { prefix: 'Dr' } },
      '/name: name needs at least one of: full, given, family',
    ],
    [
      'a form',
      'address-stated',
      { use: 'home', address: { country: 'Austria' } },
      '/address/country: country is not written as it must be: ISO 3166-1 alpha-2, two capitals as in AT',
    ],
  ])('%s', (_, type, data, sentence) => {
    expect(told(type, data)).toEqual([sentence, 'schema-mismatch']);
  });

  it('a refused value is not repeated', () => {
    const secret = 'jane-secret@example.org';
    const everywhere = catalogue.flatMap(({ type, schema }) =>
      checkData(type, Object.fromEntries(Object.keys(schema.properties).map((field) => [field, [secret]])), NOW),
    );
    expect(everywhere.length).toBeGreaterThan(catalogue.length);
    expect(JSON.stringify(everywhere)).not.toContain(secret);
  });

  it('a type that nobody knows is said, not thrown', () => {
    expect(told('nothing', {})).toEqual([': no fact has the type "kith.nothing.v1"', 'unknown-type']);
  });
});

describe('money', () => {
  it.each([
    [
      'a fraction',
      { minor: 10.5, currency: 'EUR' },
      '/total/minor: minor must be a whole number of minor units: 1050 for 10.50',
    ],
    [
      'a text',
      { minor: '1050', currency: 'EUR' },
      '/total/minor: minor must be a whole number of minor units: 1050 for 10.50',
    ],
    [
      'a bare number',
      10.5,
      '/total: total must be an object: money is written { "minor": 1050, "currency": "EUR" } for 10.50 euros',
    ],
    [
      'an unknown currency',
      { minor: 1, currency: 'EUX' },
      '/total/currency: currency must be a currency code of ISO 4217 in capitals, such as EUR',
    ],
    [
      'a currency in small letters',
      { minor: 1, currency: 'eur' },
      '/total/currency: currency must be a currency code of ISO 4217 in capitals, such as EUR',
    ],
    [
      'no currency',
      { minor: 1 },
      '/total/currency: currency is missing: ISO 4217 code in capitals; money is written { "minor": 1050, "currency": "EUR" } for 10.50 euros',
    ],
  ])('%s is bad money', (_, total, sentence) => {
    expect(told1({ total })).toEqual([sentence, 'bad-money']);
  });

  it('a negative price is whole money, but does not fit', () => {
    expect(told1({ total: { minor: -1, currency: 'EUR' } })).toEqual([
      '/total/minor: minor must be at least 0',
      'schema-mismatch',
    ]);
  });

  it('bad money among other errors is a mismatch', () => {
    expect(told1({ total: 10.5, quantity: 0 }).at(-1)).toBe('schema-mismatch');
  });
});

describe('dates of birth', () => {
  const born = (bornOn: string) => told('birth-date-stated', { bornOn });

  it.each(['1850', '1850-01', '1985-12-10', '2024-02-29', '2026', '2026-01', '2026-01-15'])('%s is one', (written) => {
    expect(born(written)).toEqual(['schema-mismatch']); // the code of no error
  });

  it('is taken on the day that has begun somewhere on Earth', () => {
    expect(born('2026-01-16')).toHaveLength(1);
    expect(born('2026-01-17')).toHaveLength(2);
  });

  it.each(['1849', '1849-12-31', '0985-01-01', '2027', '2026-02', '2026-01-17'])('%s is absurd', (written) => {
    expect(born(written)).toEqual([
      '/bornOn: bornOn lies before 1850 or in the future; leave it out if it is not known',
      'absurd-time',
    ]);
  });

  it.each(['2023-02-29', '1985-13', '1985-00-01', '10.12.1985', '85', '', '1985-12-10T00:00:00Z'])(
    '%p is no date',
    (written) => {
      expect(born(written)).toEqual([
        '/bornOn: bornOn must be a date that exists, written YYYY-MM-DD, or YYYY-MM or YYYY where no more is known',
        'bad-time',
      ]);
    },
  );
});

describe('the nearest name', () => {
  it.each([
    ['Quantity', 'quantity'],
    ['unit_price', 'unitPrice'],
    ['ordr', 'order'],
    ['to', undefined],
    ['somethingElse', undefined],
  ])('of %s is %s', (written, meant) => {
    expect(nearest(written, ['order', 'quantity', 'unitPrice'])).toBe(meant);
  });
});
