/** The table of personal data forgets no field, and data come out of it as they went in. */
import fc from 'fast-check';
import { catalogue } from '../../src/domain/facts/catalogue';
import type { JsonObject } from '../../src/domain/kernel';
import { join, placeOf, split, typesListed } from '../../src/domain/personal';

const asData = (value: object): JsonObject => JSON.parse(JSON.stringify(value));

describe('the table of personal data', () => {
  it('has a row for each type of the catalogue and no other', () => {
    expect([...typesListed].sort()).toEqual(catalogue.map(({ type }) => type).sort());
  });

  it.each(catalogue.map((definition) => [definition.type, definition] as const))(
    'knows each field of %s and no other',
    (type, { schema }) => {
      const fields = Object.keys(schema.properties);
      expect(fields.filter((field) => placeOf(type, field) === undefined)).toEqual([]);
    },
  );

  it('keeps names, contact points and free text out of what is open', () => {
    const read = catalogue.map(({ type, example }) => split(type, asData(example)).open);
    for (const word of ['Ada', 'Lovelace', 'ada@example.org', 'Harbour', '1985', 'K-20417', 'Prefers', 'The box']) {
      expect(JSON.stringify(read)).not.toContain(word);
    }
  });

  it('leaves readable what a shop must count', () => {
    const purchase = { order: '1', product: { code: 'x' }, quantity: 2, total: { minor: 5, currency: 'EUR' } };
    expect(split('kith.purchase-made.v1', purchase)).toEqual({ open: purchase, personal: new Map() });
  });

  it('counts a field that nobody named, and all of an unknown type, as free text', () => {
    expect(split('kith.note-taken.v1', { text: 'x', shoe: 42 }).personal.get('words')).toEqual({ text: 'x', shoe: 42 });
    expect(split('kith.nothing.v1', { shoe: 42 })).toEqual({ open: {}, personal: new Map([['words', { shoe: 42 }]]) });
    expect(placeOf('constructor', 'name')).toBeUndefined();
    expect(placeOf('kith.note-taken.v1', 'toString')).toBeUndefined();
  });
});

describe('splitting', () => {
  it.each(catalogue.map((definition) => [definition.type, definition] as const))(
    'joins to the same data: %s',
    (type, { example }) => {
      expect(join(split(type, asData(example)))).toEqual(example);
    },
  );

  it('joins to the same data whatever they are', () => {
    const types = fc.constantFrom('kith.nothing.v1', ...typesListed);
    const names = fc.oneof(
      fc.constantFrom('name', 'value', 'total', 'parties', 'text', '__proto__', 'constructor'),
      fc.string(),
    );
    const data = fc
      .array(fc.tuple(names, fc.jsonValue()))
      .map((entries): Record<string, unknown> => JSON.parse(JSON.stringify(Object.fromEntries(entries))));
    fc.assert(
      fc.property(types, data, (type, sent) => {
        const parts = split(type, asData(sent));
        const sizes = [parts.open, ...parts.personal.values()].map((part) => Object.keys(part).length);
        expect(sizes.reduce((a, b) => a + b, 0)).toBe(Object.keys(sent).length);
        expect(new Map(Object.entries(join(parts)))).toEqual(new Map(Object.entries(sent)));
      }),
    );
  });
});
