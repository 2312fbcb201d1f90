/** Values that are chosen: by a table, by a condition, by which cell is filled. A text that no choice knows refuses the row. */
import { compileCondition } from './conditions';
import type { Given, Value } from './given';
import { below, quoted, rowMalformed } from './shapes';

export function boolean(given: Given): Value {
  const { text } = given.template('$boolean');
  const words = new Map<string, boolean>();
  for (const word of given.texts('false') ?? []) words.set(word, false);
  for (const word of given.texts('true') ?? []) words.set(word, true);
  return (cells) => {
    const written = text(cells) ?? '';
    const known = words.get(written);
    if (known === undefined && written !== '')
      throw rowMalformed(`$boolean: ${quoted(written)} means neither true nor false`);
    return known;
  };
}

export function first(given: Given): Value {
  const all = given.values('$first');
  return (cells) => all.map((one) => one(cells)).find((value) => value !== undefined);
}

export function map(given: Given): Value {
  const { text, columns } = given.template('$map');
  const to = new Map(Object.entries(given.table('to')));
  const other = given.value('otherwise');
  return (cells) => {
    const written = text(cells);
    if (written === undefined) return undefined;
    const found = to.get(written);
    if (found !== undefined || other) return found ?? other?.(cells);
    throw rowMalformed(`${columns.join(', ')} is ${quoted(written)}, which the table of $map does not have`);
  };
}

export function choice(given: Given): Value {
  const { node, pointer, compiling } = given;
  const holds = compileCondition(node['$if'] ?? null, below(pointer, '$if'), compiling);
  const [yes, no] = [given.value('take'), given.value('else')];
  return (cells) => (holds(cells) ? yes?.(cells) : no?.(cells));
}
