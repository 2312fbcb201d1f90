/**
 * Reads the options of one part of a mapping, an operator or a rule, by the table that says what it takes: what is
 * missing, misspelt or of another kind is told with its place and never guessed.
 */
import type { JsonObject, JsonValue } from '../domain/kernel';
import { type Cells, type Columns, nearest } from './columns';
import type { NumberStyle } from './decimals';
import { below, isList, isObject, type Problems } from './shapes';
import { compileTemplate, type Template } from './templates';

/** A function of a row; `undefined` says nothing, and the member that holds it is left out. */
export type Value = (cells: Cells) => JsonValue | undefined;

/** What all parts of a mapping are compiled with. */
export interface Compiling {
  readonly columns: Columns;
  readonly problems: Problems;
  readonly numbers: NumberStyle;
  /** IANA zone of times that name none themselves. */
  readonly zone: string | undefined;
  /** Compiles what stands inside. */
  readonly value: (node: JsonValue, pointer: string, compiling: Compiling) => Value;
}

/** Kinds of options; the schema and the docs are made from them. */
export type Kind = 'template' | 'templates' | 'text' | 'texts' | 'flag' | 'value' | 'values' | 'table' | 'condition';

export interface Option {
  readonly takes: Kind;
  readonly says: string;
  readonly required?: true;
  /** The words it may be, for `text`. */
  readonly words?: readonly string[];
}

export type Options = Readonly<Record<string, Option>>;

export class Given {
  constructor(
    readonly node: JsonObject,
    readonly pointer: string,
    readonly compiling: Compiling,
    takes: Options,
  ) {
    const { problems } = compiling;
    for (const name of Object.keys(node)) {
      if (Object.hasOwn(takes, name)) continue;
      problems.add(
        below(pointer, name),
        `is not known here; the nearest is ${JSON.stringify(nearest(name, Object.keys(takes)))}`,
      );
    }
    for (const [name, option] of Object.entries(takes)) {
      const value = node[name];
      if (value === undefined && option.required)
        problems.add(pointer, `lacks ${JSON.stringify(name)}: ${option.says}`);
      if (value !== undefined && !fits(value, option))
        problems.add(below(pointer, name), `must be ${kinds[option.takes]}${oneOf(option)}`);
    }
  }

  text(name: string): string | undefined {
    const value = this.node[name];
    return typeof value === 'string' ? value : undefined;
  }

  flag(name: string): boolean {
    return this.node[name] === true;
  }

  texts(name: string): readonly string[] | undefined {
    const value = this.node[name];
    return isList(value) ? value.filter((one) => typeof one === 'string') : undefined;
  }

  table(name: string): JsonObject {
    const value = this.node[name];
    return isObject(value) ? value : {};
  }

  /** Of `template`; a constant empty text where the option lacks. */
  template(name: string, guard?: (cell: string) => string): Template {
    return this.compiled(this.text(name) ?? '', below(this.pointer, name), guard);
  }

  /** Of `templates`: one text is a list of one. */
  templates(name: string): readonly Template[] {
    const value = this.node[name];
    const place = below(this.pointer, name);
    if (!isList(value)) return [this.template(name)];
    return value.map((one, i) => this.compiled(typeof one === 'string' ? one : '', below(place, i)));
  }

  /** Of `value`, where it is given. */
  value(name: string): Value | undefined {
    const node = this.node[name];
    return node === undefined ? undefined : this.inner(node, below(this.pointer, name));
  }

  values(name: string): readonly Value[] {
    const value = this.node[name];
    const place = below(this.pointer, name);
    return isList(value) ? value.map((one, i) => this.inner(one, below(place, i))) : [];
  }

  private inner(node: JsonValue, pointer: string): Value {
    return this.compiling.value(node, pointer, this.compiling);
  }

  private compiled(text: string, pointer: string, guard?: (cell: string) => string): Template {
    return compileTemplate(text, pointer, this.compiling.columns, this.compiling.problems, guard);
  }

  problem(name: string, detail: string): void {
    this.compiling.problems.add(below(this.pointer, name), detail);
  }
}

const kinds: Readonly<Record<Kind, string>> = {
  template: 'a text, with columns in braces',
  templates: 'a text with columns in braces, or a list of such',
  text: 'a text',
  texts: 'a list of texts',
  flag: 'true or false',
  value: 'a value',
  values: 'a list of values',
  table: 'an object',
  condition: 'a condition',
};

const oneOf = ({ words }: Option): string => (words ? `: ${words.join(' or ')}` : '');

const isText = (value: JsonValue | undefined): boolean => typeof value === 'string';

function fits(value: JsonValue, { takes, words }: Option): boolean {
  switch (takes) {
    case 'template':
      return isText(value);
    case 'text':
      return typeof value === 'string' && (words?.includes(value) ?? true);
    case 'templates':
      return isText(value) || (isList(value) && value.length > 0 && value.every(isText));
    case 'texts':
      return isList(value) && value.every(isText);
    case 'flag':
      return typeof value === 'boolean';
    case 'values':
      return isList(value);
    case 'table':
    case 'condition':
      return isObject(value);
    case 'value':
      return true;
  }
}
