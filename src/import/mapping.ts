/**
 * The mapping file: how rows of a file become facts. Read and compiled once; every problem is found before the first row,
 * with its place in the mapping. docs/reference/mapping.md explains each member.
 */
import { catalogue, definitionOf } from '../domain/facts/catalogue';
import type { JsonObject, JsonValue } from '../domain/kernel';
import { reasonOf, Refusal } from '../domain/refusals';
import { type Cells, type Columns, nearest } from './columns';
import { compileCondition, type Condition } from './conditions';
import type { NumberStyle } from './decimals';
import { type Compiling, Given, type Options, type Value } from './given';
import { below, isList, isObject, Problems, rowMalformed } from './shapes';
import { escapeCell } from './templates';
import { compileObject, compileValue } from './values';

export interface Format {
  readonly type: 'csv' | 'ndjson';
  /** One character; found out from the header when absent. */
  readonly delimiter?: string;
}

export interface Mapping {
  readonly json: JsonObject;
  readonly format: Format;
  readonly trim: boolean;
}

/** A CloudEvent for each fact of a row, with the number of the fact among all facts of the mapping. */
export interface RowFacts {
  readonly rule: number;
  readonly facts: readonly { readonly fact: number; readonly event: JsonObject }[];
}

export interface CompiledMapping {
  readonly rules: readonly string[];
  /** Of each fact, in the order of the mapping: its rule and its type. */
  readonly facts: readonly { readonly rule: number; readonly type: string }[];
  /** Throws `Refusal` for a row that cannot become facts. */
  readonly read: (cells: Cells) => RowFacts;
}

export const mappingOptions: Options = {
  mapping: { takes: 'value', says: 'Version of this format: 1', required: true },
  format: { takes: 'table', says: 'What kind of file it is; CSV when absent' },
  trim: { takes: 'flag', says: 'White space around cells is dropped; true when absent' },
  numbers: { takes: 'table', says: 'How numbers are written: decimal (default .) and group, for example "." and ","' },
  zone: { takes: 'text', says: 'IANA zone of times that name none themselves' },
  every: { takes: 'table', says: 'What every fact has that does not say otherwise: source, subject, time, actor …' },
  rules: { takes: 'values', says: 'The rules; the first whose condition holds takes the row', required: true },
};

export const formatOptions: Options = {
  type: {
    takes: 'text',
    words: ['csv', 'ndjson'],
    says: 'csv (RFC 4180 with a header row) or ndjson (an object a line)',
  },
  delimiter: { takes: 'text', says: 'auto (the default), or one character such as , or ;' },
  encoding: { takes: 'text', words: ['utf-8'], says: 'utf-8, with or without a byte order mark' },
};

export const ruleOptions: Options = {
  name: { takes: 'text', says: 'What the rule is called in reports', required: true },
  when: { takes: 'condition', says: 'Which rows fall under it; all when absent' },
  facts: {
    takes: 'values',
    says: 'The facts that a row becomes; an empty list skips the row, and says so',
    required: true,
  },
};

export const factOptions: Options = {
  type: { takes: 'text', says: 'Type of the fact, as in the catalogue', required: true },
  id: { takes: 'template', says: 'Id of the fact in its source: once for ever', required: true },
  source: { takes: 'template', says: 'The system that tells it', required: true },
  subject: { takes: 'template', says: 'The record: source:key, or a key of the same source', required: true },
  time: { takes: 'value', says: 'When it was true, RFC 3339; the moment of the import when absent' },
  zone: { takes: 'text', says: 'IANA zone that the fact keeps; that of the mapping when absent' },
  learnedAt: { takes: 'value', says: 'When the source itself learned it, RFC 3339' },
  actor: { takes: 'template', says: 'Who did it' },
  correlation: { takes: 'template', says: 'The story that it belongs to' },
  causation: { takes: 'template', says: 'The event that caused it' },
  when: { takes: 'condition', says: 'Which rows of the rule become this fact; all when absent' },
  data: { takes: 'table', says: 'The data of the fact: texts with columns, constants, operators', required: true },
};

/** Parses the file's text. Throws `mapping-malformed`. */
export function readMapping(text: string): Mapping {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Refusal('mapping-malformed', `the mapping is no JSON: ${reasonOf(error)}`);
  }
  if (!isObject(json)) throw new Refusal('mapping-malformed', 'the mapping must be a JSON object');
  if (json['mapping'] !== 1) throw new Refusal('mapping-malformed', '/mapping: must be 1, the version of this format');
  return { json, format: formatOf(json['format']), trim: json['trim'] !== false };
}

function formatOf(format: JsonValue | undefined): Format {
  const said: JsonObject = isObject(format) ? format : {};
  const type = said['type'] === 'ndjson' ? 'ndjson' : 'csv';
  const delimiter = said['delimiter'];
  if (delimiter === undefined || delimiter === 'auto') return { type };
  if (typeof delimiter === 'string' && delimiter.length === 1 && !/["\r\n]/.test(delimiter)) return { type, delimiter };
  throw new Refusal('mapping-malformed', '/format/delimiter: must be auto or one character such as , or ;');
}

/** Throws `mapping-malformed` with every problem there is: missing columns, unknown types, wrong options. */
export function compileMapping({ json }: Mapping, columns: Columns): CompiledMapping {
  const problems = new Problems();
  const zone = typeof json['zone'] === 'string' ? json['zone'] : undefined;
  const compiling: Compiling = {
    columns,
    problems,
    zone,
    numbers: numbersOf(json['numbers'], problems),
    value: compileValue,
  };
  new Given(json, '', compiling, mappingOptions);
  new Given(isObject(json['format']) ? json['format'] : {}, '/format', compiling, formatOptions);
  const listed = isList(json['rules']) ? json['rules'] : [];
  if (listed.length === 0) problems.add('/rules', 'must be a list of at least one rule');
  const every: JsonObject = isObject(json['every']) ? json['every'] : {};
  const facts: { rule: number; type: string }[] = [];
  const rules = listed.map((rule, i) => compileRule(rule, i, every, compiling, facts));
  for (const [i, { name }] of rules.entries()) {
    if (rules.findIndex((other) => other.name === name) < i)
      problems.add(`/rules/${i}/name`, 'is the name of another rule too');
  }
  problems.check();
  return { rules: rules.map(({ name }) => name), facts, read: (cells) => readRow(rules, cells) };
}

interface Rule {
  readonly name: string;
  readonly holds: Condition;
  readonly facts: readonly CompiledFact[];
}

interface CompiledFact {
  readonly fact: number;
  readonly holds: Condition;
  readonly event: (cells: Cells) => JsonObject;
}

function readRow(rules: readonly Rule[], cells: Cells): RowFacts {
  const rule = rules.findIndex(({ holds }) => holds(cells));
  const found = rules[rule];
  if (!found)
    throw rowMalformed('no rule of the mapping takes this row; a rule with an empty list of facts would skip it');
  const facts: { fact: number; event: JsonObject }[] = [];
  for (const { fact, holds, event } of found.facts) if (holds(cells)) facts.push({ fact, event: event(cells) });
  return { rule, facts };
}

function compileRule(
  node: JsonValue,
  rule: number,
  every: JsonObject,
  compiling: Compiling,
  facts: { rule: number; type: string }[],
): Rule {
  const pointer = `/rules/${rule}`;
  const given = new Given(isObject(node) ? node : {}, pointer, compiling, ruleOptions);
  const listed = isList(given.node['facts']) ? given.node['facts'] : [];
  return {
    name: given.text('name') ?? '',
    holds: conditionOf(given),
    facts: listed.map((fact, i) => {
      const whole = { ...every, ...(isObject(fact) ? fact : {}) };
      facts.push({ rule, type: typeof whole['type'] === 'string' ? whole['type'] : '' });
      return compileFact(whole, facts.length - 1, `${pointer}/facts/${i}`, compiling);
    }),
  };
}

function conditionOf({ node, pointer, compiling }: Given): Condition {
  const when = node['when'];
  return when === undefined ? () => true : compileCondition(when, below(pointer, 'when'), compiling);
}

function compileFact(node: JsonObject, fact: number, pointer: string, compiling: Compiling): CompiledFact {
  const given = new Given(node, pointer, compiling, factOptions);
  const type = given.text('type') ?? '';
  checkFields(type, given);
  const [id, source] = [given.template('id'), given.template('source')];
  const subject = given.template('subject', escapeCell);
  const data = compileObject(given.table('data'), below(pointer, 'data'), compiling);
  const context = contextOf(given);
  return {
    fact,
    holds: conditionOf(given),
    event: (cells) => ({
      data: data(cells) ?? {},
      id: id.whole(cells, 'id'),
      source: source.whole(cells, 'source'),
      specversion: '1.0',
      subject: subject.whole(cells, 'subject'),
      type,
      ...context(cells),
    }),
  };
}

/** Attribute of CloudEvents → option of the mapping. A time that is mapped must be there; the others may be empty. */
function contextOf(given: Given): (cells: Cells) => JsonObject {
  const [time, learnedat] = [given.value('time'), given.value('learnedAt')];
  const said: (readonly [string, Value])[] = learnedat ? [['learnedat', learnedat]] : [];
  for (const [attribute, option] of [
    ['actor', 'actor'],
    ['correlationid', 'correlation'],
    ['causationid', 'causation'],
  ] as const) {
    if (given.text(option) !== undefined) said.push([attribute, given.template(option).text]);
  }
  const zone = given.text('zone') ?? zoneOf(given);
  return (cells) => {
    const made: Record<string, JsonValue> = {};
    if (time) made['time'] = time(cells) ?? empty('time');
    if (zone !== undefined) made['zone'] = zone;
    for (const [attribute, value] of said) {
      const member = value(cells);
      if (member !== undefined) made[attribute] = member;
    }
    return made;
  };
}

/** The zone of `time`, where it is a wall clock. */
function zoneOf({ node, compiling }: Given): string | undefined {
  const { time } = node;
  if (!isObject(time) || typeof time['format'] !== 'string' || time['format'].includes('Z')) return undefined;
  return typeof time['zone'] === 'string' ? time['zone'] : compiling.zone;
}

function empty(what: string): never {
  throw rowMalformed(`${what} is empty in this row`);
}

/** Fields that the type does not have, or must have, are found before the first row. */
function checkFields(type: string, given: Given): void {
  const definition = definitionOf(type);
  if (!definition) {
    const near = nearest(
      type,
      catalogue.map((known) => known.type),
    );
    given.problem('type', `no fact has the type ${JSON.stringify(type)}; the nearest is ${JSON.stringify(near)}`);
    return;
  }
  const known = Object.keys(definition.schema.properties);
  const data = given.table('data');
  for (const field of Object.keys(data).filter((name) => !known.includes(name) && !name.startsWith('$'))) {
    given.problem(
      'data',
      `${type} has no field ${JSON.stringify(field)}; the nearest is ${JSON.stringify(nearest(field, known))}`,
    );
  }
  const lacking = (definition.schema.required ?? []).filter((name) => data[name] === undefined);
  if (lacking.length > 0) given.problem('data', `${type} needs ${lacking.join(', ')}`);
}

function numbersOf(node: JsonValue | undefined, problems: Problems): NumberStyle {
  if (node === undefined) return { decimal: '.' };
  const said: JsonObject = isObject(node) ? node : {};
  const { decimal = '.', group } = said;
  if ((decimal !== '.' && decimal !== ',') || decimal === group)
    problems.add('/numbers', 'decimal must be . or , and another character than group');
  if (group !== undefined && (typeof group !== 'string' || group.length !== 1))
    problems.add('/numbers/group', 'must be one character');
  return { decimal: decimal === ',' ? ',' : '.', ...(typeof group === 'string' && { group }) };
}
