/**
 * When a rule or a fact applies to a row: tests on cells, joined by all, any and not. A number is compared as a number,
 * and a cell that is none refuses the row instead of counting as zero.
 */
import type { JsonObject, JsonValue } from '../domain/kernel';
import { type Cells, nearest } from './columns';
import { compare, type Decimal, type NumberStyle, readDecimal } from './decimals';
import type { Compiling } from './given';
import { below, isList, isObject, quoted, rowMalformed } from './shapes';

export type Condition = (cells: Cells) => boolean;

type Test = (cell: string) => boolean;

interface TestRow {
  readonly says: string;
  /** JSON Schema of what it is compared with. */
  readonly takes: JsonObject;
  readonly make: (wanted: JsonValue, at: Place) => Test | undefined;
}

/** For numbers: how they are written, and how the column is called. */
interface Place {
  readonly numbers: NumberStyle;
  readonly column: string;
}

const text = (says: string, test: (cell: string, wanted: string) => boolean): TestRow => ({
  says: `the cell ${says} this text`,
  takes: { type: 'string' },
  make: (wanted) => (typeof wanted === 'string' ? (cell) => test(cell, wanted) : undefined),
});

const number = (says: string, test: (order: number) => boolean): TestRow => ({
  says: `the cell is a number ${says} this one; an empty cell is not`,
  takes: { type: ['number', 'string'] },
  make: (wanted, { numbers, column }) => {
    const written = typeof wanted === 'number' || typeof wanted === 'string' ? String(wanted) : '';
    const right = readDecimal(written, { decimal: '.' });
    return right && ((cell) => cell !== '' && test(order(cell, right, numbers, column)));
  },
});

/** Everything that a cell can be tested for. The schema and the docs list these rows. */
export const tests: Readonly<Record<string, TestRow>> = {
  equals: text('is exactly', (cell, wanted) => cell === wanted),
  begins: text('begins with', (cell, wanted) => cell.startsWith(wanted)),
  ends: text('ends with', (cell, wanted) => cell.endsWith(wanted)),
  contains: text('contains', (cell, wanted) => cell.includes(wanted)),
  oneOf: {
    says: 'the cell is one of these texts',
    takes: { type: 'array', items: { type: 'string' } },
    make: (wanted) => {
      const words = new Set(isList(wanted) ? wanted : []);
      return isList(wanted) ? (cell) => words.has(cell) : undefined;
    },
  },
  matches: {
    says: 'the cell matches this regular expression of ECMAScript (flag u); ^ and $ anchor it',
    takes: { type: 'string' },
    make: (wanted) => {
      const pattern = typeof wanted === 'string' ? patternOf(wanted) : undefined;
      return pattern && ((cell) => pattern.test(cell));
    },
  },
  empty: {
    says: 'the cell is empty (true) or not (false)',
    takes: { type: 'boolean' },
    make: (wanted) => (typeof wanted === 'boolean' ? (cell) => (cell === '') === wanted : undefined),
  },
  '=': number('equal to', (order) => order === 0),
  '!=': number('other than', (order) => order !== 0),
  '<': number('below', (order) => order < 0),
  '<=': number('at most', (order) => order <= 0),
  '>': number('above', (order) => order > 0),
  '>=': number('at least', (order) => order >= 0),
};

/** A double keeps the order of decimals with up to 15 digits. */
const EXACT = 15;
const DIGITS = /^-?\d+(?:\.\d+)?$/;

function order(cell: string, right: Decimal, numbers: NumberStyle, column: string): number {
  if (cell.length <= EXACT && numbers.decimal === '.' && DIGITS.test(cell)) {
    const wanted = Number(right.digits) / 10 ** right.scale;
    return Math.sign(Number(cell) - wanted);
  }
  const left = readDecimal(cell, numbers);
  if (!left) throw rowMalformed(`${column} is ${quoted(cell)}, which is no number`);
  return compare(left, right);
}

function patternOf(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'u');
  } catch {
    return undefined;
  }
}

/** `all`, `any`, `not`, or `column` with one or more tests, all of which must hold. */
export function compileCondition(node: JsonValue, pointer: string, compiling: Compiling): Condition {
  const { problems } = compiling;
  if (!isObject(node)) {
    problems.add(pointer, 'must be a condition: an object with column, all, any or not');
    return () => false;
  }
  const join = (['all', 'any', 'not'] as const).find((name) => node[name] !== undefined);
  if (!join) return compileTests(node, pointer, compiling);
  for (const name of Object.keys(node))
    if (name !== join) problems.add(below(pointer, name), `cannot stand beside ${join}`);
  const inner = node[join];
  const place = below(pointer, join);
  if (join === 'not') {
    const one = compileCondition(inner ?? null, place, compiling);
    return (cells) => !one(cells);
  }
  if (!isList(inner) || inner.length === 0) problems.add(place, 'must be a list of conditions');
  const all = isList(inner) ? inner.map((one, i) => compileCondition(one, below(place, i), compiling)) : [];
  return join === 'all' ? (cells) => all.every((one) => one(cells)) : (cells) => all.some((one) => one(cells));
}

function compileTests(node: JsonObject, pointer: string, { columns, problems, numbers }: Compiling): Condition {
  const { column, ...rest } = node;
  const at = typeof column === 'string' ? columns.find(column) : 'must be the name of a column';
  if (typeof at === 'string') problems.add(below(pointer, 'column'), at);
  const made = Object.entries(rest).flatMap(([name, wanted]): Test[] => {
    const row = Object.hasOwn(tests, name) ? tests[name] : undefined;
    const test = row?.make(wanted ?? null, { numbers, column: typeof column === 'string' ? column : '' });
    const near = nearest(name, Object.keys(tests));
    if (!row) problems.add(below(pointer, name), `is no test; the nearest is ${JSON.stringify(near)}`);
    else if (!test) problems.add(below(pointer, name), `cannot be compared with that: ${row.says}`);
    return test ? [test] : [];
  });
  if (made.length === 0) problems.add(pointer, `tests nothing; say one of ${Object.keys(tests).join(', ')}`);
  const [only] = made;
  const cell = (cells: Cells): string => (typeof at === 'number' ? (cells[at] ?? '') : '');
  if (only && made.length === 1) return (cells) => only(cell(cells));
  return (cells) => made.every((test) => test(cell(cells)));
}
