/**
 * Turns what a mapping says about data into functions of a row, once for the whole file: texts with holes, operators,
 * lists and objects of such. What an empty cell leaves empty is left out, since an empty cell says nothing.
 */
import type { JsonObject, JsonValue } from '../domain/kernel';
import { type Cells, nearest } from './columns';
import { type Compiling, Given, type Value } from './given';
import { operators } from './operators';
import { below, isList, isObject } from './shapes';
import { compileTemplate } from './templates';

export function compileValue(node: JsonValue, pointer: string, compiling: Compiling): Value {
  if (typeof node === 'string') {
    const { text } = compileTemplate(node, pointer, compiling.columns, compiling.problems);
    return text;
  }
  if (isList(node)) return list(node.map((one, i) => compileValue(one, below(pointer, i), compiling)));
  if (!isObject(node)) return () => node;
  const named = Object.keys(node).find((name) => name.startsWith('$'));
  return named === undefined
    ? compileObject(node, pointer, compiling)
    : compileOperator(named, node, pointer, compiling);
}

function compileOperator(named: string, node: JsonObject, pointer: string, compiling: Compiling): Value {
  const operator = Object.hasOwn(operators, named) ? operators[named] : undefined;
  if (operator) return operator.compile(new Given(node, pointer, compiling, operator.takes));
  const near = nearest(named, Object.keys(operators));
  compiling.problems.add(below(pointer, named), `is no operator; the nearest is ${JSON.stringify(near)}`);
  return () => undefined;
}

/** An object without any member left is left out itself. */
export function compileObject(
  node: JsonObject,
  pointer: string,
  compiling: Compiling,
): (cells: Cells) => JsonObject | undefined {
  // In the order of canonical JSON, which then has nothing to sort.
  const members = Object.entries(node)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]): readonly [string, Value] => [
      name,
      compileValue(member ?? null, below(pointer, name), compiling),
    ]);
  return (cells) => {
    const made: Record<string, JsonValue> = {};
    let some = false;
    for (const [name, value] of members) {
      const member = value(cells);
      if (member === undefined) continue;
      made[name] = member;
      some = true;
    }
    return some ? made : undefined;
  };
}

function list(values: readonly Value[]): Value {
  return (cells) => {
    const made = values.map((value) => value(cells)).filter((value) => value !== undefined);
    return made.length === 0 ? undefined : made;
  };
}
