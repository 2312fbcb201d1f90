/** The JSON Schema of mapping files, for editors that complete and check while one writes; made from the tables of options. */
import type { JsonObject } from '../domain/kernel';
import { catalogue } from '../domain/facts/catalogue';
import { tests } from './conditions';
import type { Kind, Option, Options } from './given';
import { factOptions, formatOptions, mappingOptions, ruleOptions } from './mapping';
import { operators } from './operators';

const ref = (name: string): JsonObject => ({ $ref: `#/$defs/${name}` });

const text = { type: 'string' };

const kinds: Readonly<Record<Kind, JsonObject>> = {
  template: text,
  templates: { anyOf: [text, { type: 'array', items: text, minItems: 1 }] },
  text,
  texts: { type: 'array', items: text },
  flag: { type: 'boolean' },
  value: ref('value'),
  values: { type: 'array', items: ref('value') },
  table: { type: 'object' },
  condition: ref('condition'),
};

const optionSchema = ({ takes, says, words }: Option): JsonObject => ({
  ...kinds[takes],
  ...(words && { enum: words }),
  description: says,
});

function objectSchema(
  options: Options,
  special: Readonly<Record<string, JsonObject>> = {},
  lenient = false,
): JsonObject {
  const properties = Object.entries(options).map(([name, option]): readonly [string, JsonObject] => [
    name,
    { ...(special[name] ?? optionSchema(option)), description: option.says },
  ]);
  const required = Object.entries(options).flatMap(([name, option]) => (option.required && !lenient ? [name] : []));
  return { type: 'object', properties: Object.fromEntries(properties), required, additionalProperties: false };
}

export function mappingSchema(): JsonObject {
  const type = { enum: catalogue.map((definition) => definition.type) };
  const facts = { type: 'array', items: { $ref: '#/$defs/fact' } };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Kith mapping file, version 1',
    ...objectSchema(mappingOptions, {
      mapping: { const: 1 },
      format: objectSchema(formatOptions),
      numbers: {
        type: 'object',
        properties: { decimal: { enum: ['.', ','] }, group: text },
        additionalProperties: false,
      },
      every: objectSchema(factOptions, { type }, true),
      rules: { type: 'array', minItems: 1, items: objectSchema(ruleOptions, { facts }) },
    }),
    $defs: {
      // What `every` says a fact need not say, so nothing is required here.
      fact: objectSchema(factOptions, { type }, true),
      condition: conditionSchema(),
      value: valueSchema(),
    },
  };
}

function conditionSchema(): JsonObject {
  const list = { type: 'array', items: ref('condition'), minItems: 1 };
  const properties = Object.entries(tests).map(([name, { says, takes }]): readonly [string, JsonObject] => [
    name,
    { ...takes, description: says },
  ]);
  const one = (name: string, schema: JsonObject): JsonObject => ({
    type: 'object',
    properties: { [name]: schema },
    required: [name],
    additionalProperties: false,
  });
  const test = {
    type: 'object',
    properties: { column: text, ...Object.fromEntries(properties) },
    required: ['column'],
    minProperties: 2,
    additionalProperties: false,
  };
  return { anyOf: [test, one('all', list), one('any', list), one('not', ref('condition'))] };
}

function valueSchema(): JsonObject {
  const plain = { type: 'object', propertyNames: { pattern: '^[^$]' }, additionalProperties: ref('value') };
  const made = Object.values(operators).map(({ takes, says }) => ({ ...objectSchema(takes), description: says }));
  return {
    anyOf: [{ type: ['string', 'number', 'boolean', 'null'] }, { type: 'array', items: ref('value') }, plain, ...made],
  };
}
