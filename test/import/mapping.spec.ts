/** A mapping is right before the first row is read, or it is refused with everything that is wrong, and where. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020';
import { type FieldError, Refusal } from '../../src/domain/refusals';
import { Columns } from '../../src/import/columns';
import { tests } from '../../src/import/conditions';
import { dateTokens } from '../../src/import/dates';
import {
  compileMapping,
  factOptions,
  formatOptions,
  mappingOptions,
  readMapping,
  ruleOptions,
} from '../../src/import/mapping';
import { operators } from '../../src/import/operators';
import { filters } from '../../src/import/templates';
import { mappingSchema } from '../../src/import/schema';
import type { JsonObject } from '../../src/domain/kernel';
import { HEADER, orders, purchase } from './trial';

const RETAIL = join(__dirname, '../../examples/online-retail/mapping.json');

function errorsOf(mapping: JsonObject | string, header = HEADER): readonly FieldError[] {
  try {
    const text = typeof mapping === 'string' ? mapping : JSON.stringify(mapping);
    compileMapping(readMapping(text), Columns.ofHeader(header.split(',')));
    return [];
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.code !== 'mapping-malformed') throw refusal;
    return refusal.errors.length > 0 ? refusal.errors : [{ pointer: '', detail: refusal.message }];
  }
}

it('a good one has no errors', () => {
  expect(errorsOf(orders())).toEqual([]);
});

it('a column that the file lacks is named, with the nearest one', () => {
  const [error] = errorsOf(orders({ rules: [{ name: 'r', facts: [purchase({ market: '{Custmer}' })] }] }));
  expect(error?.pointer).toBe('/rules/0/facts/0/data/market');
  expect(error?.detail).toContain('the file has no column "Custmer", the nearest one is "customer"');
});

it('a column that the file has twice is not guessed', () => {
  expect(errorsOf(orders(), `${HEADER},order`)[0]?.detail).toContain('two columns named "order" (1 and 6)');
});

it.each([
  [{ rules: [] }, '/rules', 'at least one rule'],
  [{ zones: 'Europe/London' }, '/zones', 'the nearest is "zone"'],
  [
    { rules: [{ name: 'r', facts: [{ ...purchase(), type: 'kith.purchase-mad.v1' }] }] },
    '/rules/0/facts/0/type',
    'the nearest is "kith.purchase-made.v1"',
  ],
  [
    { rules: [{ name: 'r', facts: [purchase({ totl: '1' })] }] },
    '/rules/0/facts/0/data',
    'no field "totl"; the nearest is "total"',
  ],
  [{ rules: [{ name: 'r', facts: [{ ...purchase(), data: {} }] }] }, '/rules/0/facts/0/data', 'needs order'],
  [
    { rules: [{ name: 'r', facts: [purchase({ market: { $uper: '{order}' } })] }] },
    '/rules/0/facts/0/data/market/$uper',
    'is no operator',
  ],
  [
    { rules: [{ name: 'r', facts: [purchase({ market: '{order | uper}' })] }] },
    '/rules/0/facts/0/data/market',
    '"uper" is no filter',
  ],
  [{ rules: [{ name: 'r', facts: [purchase({ market: '{order' })] }] }, '/rules/0/facts/0/data/market', 'a lone {'],
  [{ rules: [{ name: 'r', when: { column: 'order', bigger: 1 }, facts: [] }] }, '/rules/0/when/bigger', 'is no test'],
  [{ rules: [{ name: 'r', when: { column: 'order', '>': 'x' }, facts: [] }] }, '/rules/0/when/>', 'cannot be compared'],
  [
    {
      rules: [
        { name: 'r', facts: [] },
        { name: 'r', facts: [] },
      ],
    },
    '/rules/1/name',
    'the name of another rule',
  ],
  [{ numbers: { decimal: ',', group: ',' } }, '/numbers', 'another character'],
])('%j is wrong at %s', (more, pointer, detail) => {
  expect(errorsOf(orders(more))).toContainEqual({ pointer, detail: expect.stringContaining(detail) });
});

it('all problems are told together', () => {
  expect(errorsOf(orders({ rules: [{ name: 'r', facts: [purchase({ market: '{x}', line: '{y}' })] }] }))).toHaveLength(
    2,
  );
});

it.each([
  ['{', 'no JSON'],
  ['[]', 'a JSON object'],
  ['{"mapping": 2}', 'must be 1'],
  ['{"mapping": 1, "format": {"delimiter": ",,"}}', '/format/delimiter'],
])('%s is refused', (text, detail) => {
  expect(errorsOf(text)[0]?.detail).toContain(detail);
});

it('the reference names every member, operator, option, test, filter and token', () => {
  const page = readFileSync(join(__dirname, '../../docs/reference/mapping.md'), 'utf8');
  const options = [
    mappingOptions,
    ruleOptions,
    factOptions,
    formatOptions,
    ...Object.values(operators).map(({ takes }) => takes),
  ];
  const names = [
    ...options.flatMap((option) => Object.keys(option)),
    ...Object.keys(operators),
    ...Object.keys(tests),
    ...Object.keys(filters),
    ...dateTokens.map(({ token }) => token),
  ];
  expect(names.filter((name) => !page.includes(`\`${name}\``) && name !== 'type')).toEqual([]);
});

it('the mapping of the reference is a good one', () => {
  const page = readFileSync(join(__dirname, '../../docs/reference/mapping.md'), 'utf8');
  const [, block = ''] = /```json\n([^`]*)```/.exec(page) ?? [];
  expect(errorsOf(block, 'OrderNo,CustomerNo,Date,Sku,Title,Units,Price')).toEqual([]);
});

describe('the JSON Schema', () => {
  const validate = new Ajv({ allowUnionTypes: true }).compile(mappingSchema());

  it('takes the mapping of the example and a small one', () => {
    expect([validate(JSON.parse(readFileSync(RETAIL, 'utf8'))), validate.errors]).toEqual([true, null]);
    expect([validate(orders()), validate.errors]).toEqual([true, null]);
  });

  it.each([{ rules: [] }, { zones: 'x' }, { rules: [{ name: 'r', when: { bigger: 1 }, facts: [] }] }])(
    'refuses %j',
    (more) => {
      expect(validate(orders(more))).toBe(false);
    },
  );
});
