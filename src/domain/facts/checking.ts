/** Turns the schema of a fact into a check that runs in under a microsecond. Knows the formats that JSON Schema lacks, and no fact. */
import { Ajv, type AnySchema, type ErrorObject } from 'ajv';
import { instant } from '../kernel';

/** What is wrong with `data`, received at `now` (milliseconds since 1970 UTC); empty when nothing is. */
export type Check = (data: unknown, now: number) => readonly ErrorObject[];

/** The words of JSON Schema in which facts are defined, as far as docs and error sentences read them. */
export interface Shape {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly within?: readonly [from: string, to: 'now'];
  readonly [word: string]: unknown;
}

interface Context {
  readonly now: number;
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Somewhere on Earth it is already tomorrow: the clocks furthest ahead are at UTC+14. */
const FURTHEST_AHEAD = 14 * 3_600_000;

/** A year, a month or a day that exists. */
function isPartialDate(written: string): boolean {
  const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(written);
  if (!parts) return false;
  const day = `${parts[1]}-${parts[2] ?? '01'}-${parts[3] ?? '01'}`;
  const shown = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(shown.getTime()) && shown.toISOString().startsWith(day);
}

/** The keyword `within: ['1850', 'now']`: text order is time order, also for years and months. */
function isWithin(this: Context, [from = '']: readonly string[], written: string): boolean {
  if (!isPartialDate(written)) return true; // the format says so already
  return written >= from && written <= instant(this.now + FURTHEST_AHEAD).slice(0, written.length);
}

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  verbose: true,
  passContext: true,
});
ajv.addFormat('iso-4217', (code: string) => CURRENCIES.has(code));
ajv.addFormat('partial-date', isPartialDate);
ajv.addKeyword({ keyword: 'within', type: 'string', schemaType: 'array', validate: isWithin });

export function compile(schema: AnySchema): Check {
  const validate = ajv.compile(schema);
  return (data, now) => {
    const context: Context = { now };
    return validate.call(context, data) ? [] : (validate.errors ?? []);
  };
}
