/** What a mapping makes of cells: every operator, filter and test, and what it refuses. */
import type { JsonValue } from '../../src/domain/kernel';
import { Columns } from '../../src/import/columns';
import { compileCondition, tests } from '../../src/import/conditions';
import type { Compiling } from '../../src/import/given';
import { operators } from '../../src/import/operators';
import { Problems } from '../../src/import/shapes';
import { compileValue } from '../../src/import/values';

const compiling = (header: readonly string[], more: Partial<Compiling> = {}): Compiling => ({
  columns: Columns.ofHeader(header),
  problems: new Problems(),
  numbers: { decimal: '.' },
  zone: undefined,
  value: compileValue,
  ...more,
});

/** The value of `node` where the columns a, b, c have these cells. */
function make(node: JsonValue, cells: readonly string[], more: Partial<Compiling> = {}): JsonValue | undefined {
  const all = compiling(['a', 'b', 'c'], more);
  const value = compileValue(node, '', all);
  all.problems.check();
  return value(cells);
}

describe('texts', () => {
  it.each([
    ['invoice-{a}', ['7'], 'invoice-7'],
    ['{a} {b}', ['Ada', 'Lovelace'], 'Ada Lovelace'],
    ['{a} {b}', ['Ada', ''], 'Ada'],
    ['{a | upper}/{b | lower}', ['x1', 'ÄB'], 'X1/äb'],
    ['{a | whole}', ['17850.0'], '17850'],
    ['{a | digits}', ['+43 (732) 1'], '437321'],
    ['{{{a}}}', ['x'], '{x}'],
    ['constant', [], 'constant'],
  ])('%s of %j is %j', (template, cells, wanted) => {
    expect(make(template, cells)).toBe(wanted);
  });

  it('whose columns are all empty say nothing, and the object around them says nothing either', () => {
    expect(make('mr {a}', [''])).toBeUndefined();
    expect(make({ name: '{a}', inner: { x: '{b}' } }, ['', ''])).toBeUndefined();
    expect(make({ name: '{a}', inner: { x: '{b}' } }, ['1', ''])).toEqual({ name: '1' });
  });
});

describe('numbers and money', () => {
  it.each([
    [{ $number: '{a}' }, '-2.50', -2.5],
    [{ $number: '{a}', abs: true }, '-2.50', 2.5],
    [{ $number: '{a}', abs: true, negate: true }, '2', -2],
    [{ $integer: '{a}' }, '17850.0', 17850],
    [{ $decimal: '{a}' }, '0.10', '0.10'],
    [{ $decimal: '{a}', negate: true }, '.5', '-0.5'],
    [{ $number: '{a}' }, '', undefined],
  ])('%j of %j', (node, cell, wanted) => {
    expect(make(node, [cell])).toBe(wanted);
  });

  it.each([
    ['3', '0.335', 101],
    ['1', '0.005', 1],
    ['-1', '0.005', -1],
    ['1', '0.0049', 0],
    ['4', '.001', 0],
    ['1', '1.005', 101],
    ['3', '0.1', 30],
    ['12345678', '99.99', 123_444_434_322],
  ])('%s × %s is rounded once, halves away from zero: %d', (quantity, price, minor) => {
    expect(make({ $money: ['{a}', '{b}'], currency: 'GBP' }, [quantity, price])).toEqual({ minor, currency: 'GBP' });
  });

  it('a currency has as many decimal places as ISO 4217 says', () => {
    expect(make({ $money: '{a}', currency: '{b}' }, ['12.4', 'JPY'])).toEqual({ minor: 12, currency: 'JPY' });
    expect(make({ $money: '{a}', currency: '{b}' }, ['12.4', 'KWD'])).toEqual({ minor: 12_400, currency: 'KWD' });
  });

  it('a mapping says how numbers are written, and nothing is guessed', () => {
    const numbers = { decimal: ',', group: '.' };
    expect(make({ $number: '{a}' }, ['1.234,5'], { numbers })).toBe(1234.5);
    expect(() => make({ $number: '{a}' }, ['1,234.5'])).toThrow('a is "1,234.5", which is no number');
  });

  it.each([
    [{ $number: '{a}' }, '1e5'],
    [{ $number: '{a}' }, 'two'],
    [{ $number: '{a}' }, '9007199254740993'],
    [{ $integer: '{a}' }, '1.5'],
    [{ $money: '{a}', currency: 'Pounds' }, '1'],
  ])('%j refuses %j', (node, cell) => {
    expect(() => make(node, [cell])).toThrow(expect.objectContaining({ code: 'row-malformed' }));
  });
});

describe('choices', () => {
  it('a table maps words, refuses others, or says what they are', () => {
    const to = { EIRE: 'IE' };
    expect(make({ $map: '{a}', to }, ['EIRE'])).toBe('IE');
    expect(() => make({ $map: '{a}', to }, ['RSA'])).toThrow('a is "RSA", which the table of $map does not have');
    expect(make({ $map: '{a}', to, otherwise: '{a}' }, ['RSA'])).toBe('RSA');
  });

  it('true and false are words, and another word is neither', () => {
    const node = { $boolean: '{a | lower}', true: ['yes'], false: ['no'] };
    expect([make(node, ['YES']), make(node, ['no']), make(node, [''])]).toEqual([true, false, undefined]);
    expect(() => make(node, ['maybe'])).toThrow('"maybe" means neither true nor false');
  });

  it('the first value that is there, or the one of a condition', () => {
    expect(make({ $first: ['{a}', '{b}', 'none'] }, ['', 'x'])).toBe('x');
    const node = { $if: { column: 'a', '>': 10 }, take: 'many', else: 'few' };
    expect([make(node, ['11']), make(node, ['2'])]).toEqual(['many', 'few']);
  });

  it('a cell within a subject cannot change whose subject it is', () => {
    expect(make({ $subject: 'crm:{a}' }, ['a:b%c'])).toBe('crm:a%3Ab%25c');
  });
});

describe('conditions', () => {
  const holds = (node: JsonValue, cell: string): boolean => {
    const all = compiling(['a']);
    const condition = compileCondition(node, '', all);
    all.problems.check();
    return condition([cell]);
  };

  it.each([
    [{ equals: 'x' }, 'x', 'y'],
    [{ begins: 'C' }, 'C1', '1C'],
    [{ ends: '.0' }, '1.0', '1.01'],
    [{ contains: 'oo' }, 'foo', 'fo'],
    [{ oneOf: ['x', 'y'] }, 'y', 'z'],
    [{ matches: '^\\d{5}' }, '12345A', '1234A'],
    [{ empty: true }, '', ' x'],
    [{ '=': 0 }, '0.0', ''],
    [{ '!=': 0 }, '0.001', '0.00'],
    [{ '<': 0 }, '-0.001', '0'],
    [{ '<=': '0.1' }, '0.10', '0.1000000000000000000001'],
    [{ '>': 0 }, '.001', '-1'],
    [{ '>=': 2, '<': 3 }, '2.5', '3'],
  ])('%j holds for %j and not for %j', (test, yes, no) => {
    expect([holds({ column: 'a', ...test }, yes), holds({ column: 'a', ...test }, no)]).toEqual([true, false]);
  });

  it('every test is tried above', () => {
    const tried = [
      'equals',
      'begins',
      'ends',
      'contains',
      'oneOf',
      'matches',
      'empty',
      '=',
      '!=',
      '<',
      '<=',
      '>',
      '>=',
    ];
    expect(Object.keys(tests)).toEqual(tried);
  });

  it('all, any and not join them', () => {
    const one = { column: 'a', equals: '1' };
    const two = { column: 'a', equals: '2' };
    expect(holds({ any: [one, two] }, '2')).toBe(true);
    expect(holds({ all: [one, two] }, '2')).toBe(false);
    expect(holds({ not: { any: [one, two] } }, '3')).toBe(true);
  });

  it('a number is never guessed: what is none refuses the row', () => {
    expect(() => holds({ column: 'a', '>': 0 }, 'zwei')).toThrow('a is "zwei", which is no number');
  });
});

it('the example of every operator compiles', () => {
  for (const [name, { example }] of Object.entries(operators)) {
    const names = [...JSON.stringify(example).matchAll(/\{([A-Za-z]+)/g), ['', 'Type']].map(
      ([, column = '']) => column,
    );
    const all = compiling([...new Set(names)]);
    compileValue(example, `/${name}`, all);
    expect(() => all.problems.check()).not.toThrow();
  }
});
