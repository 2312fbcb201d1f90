/**
 * What is wrong with the data of a fact, said so that a person can put it right: what, where, what to do. Values are
 * never repeated, because what was refused may be personal and refusals are logged.
 */
import type { ErrorObject } from 'ajv';
import type { FieldError, RefusalCode } from '../refusals';
import type { Shape } from './checking';

/** A field error and the refusal that it would be alone. */
export interface DataError extends FieldError {
  readonly code: RefusalCode;
}

/** A failed branch of a choice is not said: the choice says it once for all its branches. */
export const isSaid = (error: ErrorObject): boolean => !error.schemaPath.includes('/anyOf/');

export const dataError = (error: ErrorObject): DataError => {
  const fault = faultOf(error);
  return { pointer: pointerOf(fault), detail: sentenceOf(fault), code: codeOf(fault) };
};

/** What the validator tells, with types. */
interface Fault {
  readonly keyword: string;
  /** JSON pointer to the value that the rule was about. */
  readonly at: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The schema in which the rule stands. */
  readonly shape: Shape;
  /** The member that is missing, or that nobody knows. */
  readonly member: string | undefined;
}

function faultOf({
  keyword,
  instancePath: at,
  params,
  parentSchema: shape = {},
}: ErrorObject<string, Record<string, unknown>>): Fault {
  const member = params['missingProperty'] ?? params['additionalProperty'];
  return { keyword, at, params, shape, member: typeof member === 'string' ? member : undefined };
}

/** Longer names are not repeated. Characters. */
const LONGEST_NAME = 60;

function pointerOf({ at, member }: Fault): string {
  if (member === undefined || member.length > LONGEST_NAME) return at;
  return `${at}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

const RANGES: ReadonlySet<string> = new Set(['minimum', 'exclusiveMinimum', 'maximum']);

function codeOf(fault: Fault): RefusalCode {
  if (fault.keyword === 'within') return 'absurd-time';
  if (fault.keyword === 'format' && fault.shape.format === 'partial-date') return 'bad-time';
  if (RANGES.has(fault.keyword)) return 'schema-mismatch';
  return isMoney(fault.shape) || /\/(minor|currency)$/.test(fault.at) ? 'bad-money' : 'schema-mismatch';
}

const isMoney = (shape: Shape): boolean => shape.properties?.['minor'] !== undefined;

const MONEY = 'money is written { "minor": 1050, "currency": "EUR" } for 10.50 euros';

/** keyword → what to say, after the name of the field. */
const sentences: Readonly<Record<string, (fault: Fault) => string>> = {
  type: ({ at, shape }) => {
    if (isMoney(shape)) return `must be an object: ${MONEY}`;
    if (at.endsWith('/minor')) return 'must be a whole number of minor units: 1050 for 10.50';
    return `must be ${typesSaid(shape)}`;
  },
  enum: ({ shape }) => `must be one of: ${shape.enum?.join(', ')}`,
  format: ({ shape }) =>
    shape.format === 'iso-4217'
      ? 'must be a currency code of ISO 4217 in capitals, such as EUR'
      : 'must be a date that exists, written YYYY-MM-DD, or YYYY-MM or YYYY where no more is known',
  within: ({ shape }) => `lies before ${shape.within?.[0]} or in the future; leave it out if it is not known`,
  pattern: ({ shape }) => `is not written as it must be: ${shape.description}`,
  const: ({ params }) => `must be ${String(params['allowedValue'])}`,
  uniqueItems: () => 'must not name anything twice',
  minLength: () => 'must not be empty',
  maxLength: ({ params }) => `must not be longer than ${Number(params['limit'])} characters`,
  minItems: ({ params }) => `must have ${Number(params['limit'])} or more entries`,
  maxItems: ({ params }) => `must not have more than ${Number(params['limit'])} entries`,
  minimum: ({ params }) => `must be at least ${Number(params['limit'])}`,
  exclusiveMinimum: ({ params }) => `must be greater than ${Number(params['limit'])}`,
  maximum: ({ params }) => `must be at most ${Number(params['limit'])}`,
  anyOf: ({ shape }) => `needs at least one of: ${shape.anyOf?.flatMap(({ required = [] }) => required).join(', ')}`,
};

function sentenceOf(fault: Fault): string {
  const { keyword, at, member = '', shape } = fault;
  if (keyword === 'required') return missing(member, shape);
  if (keyword === 'additionalProperties') return unknown(member, Object.keys(shape.properties ?? {}));
  return `${nameOf(at)} ${sentences[keyword]?.(fault) ?? 'does not fit the schema'}`;
}

function missing(field: string, shape: Shape): string {
  const description = shape.properties?.[field]?.description;
  return `${field} is missing${description ? `: ${description}` : ''}${isMoney(shape) ? `; ${MONEY}` : ''}`;
}

function unknown(field: string, known: readonly string[]): string {
  const near = nearest(field, known);
  const hint = near ? `did you mean ${near}?` : `there are ${known.join(', ')}`;
  return `${JSON.stringify(field.slice(0, LONGEST_NAME))} is no field here; ${hint}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

const typesSaid = ({ type = [] }: Shape): string =>
  [type]
    .flat()
    .map((word) => TYPES[word] ?? word)
    .join(' or ');

/** `/parties/0/role` → role, `/parties/0` → entry 0 of parties, `` → the data. */
function nameOf(pointer: string): string {
  const [last = '', before = ''] = pointer.split('/').reverse();
  if (last === '') return 'the data';
  return /^\d+$/.test(last) ? `entry ${last} of ${before}` : last;
}

/** The known name that a slip of the pen could have meant: at most two slips, or one in three letters. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(name.length / 3));
  if (name.length > LONGEST_NAME) return undefined;
  return known
    .map((candidate) => ({ candidate, slips: slips(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, slips }) => slips <= limit && slips < candidate.length)
    .sort((a, b) => a.slips - b.slips)[0]?.candidate;
}

/** Levenshtein 1966: letters to put in, leave out or exchange. */
function slips(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(exchanged, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return row[b.length] ?? 0;
}
