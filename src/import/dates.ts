/**
 * Dates and times as files write them: a format such as `DD.MM.YYYY HH:mm` is compiled once and read by position. It
 * must never swap day and month by itself, and never make a day that the calendar lacks.
 */

/** What a text says; parts that the format lacks are absent. */
export interface Written {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** Minutes east of UTC, where the text itself says so. */
  readonly offsetMinutes?: number;
}

export type DateReader = (text: string) => Written | undefined;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Token → the regular expression of what may stand there, and what it is. The order is that of trying. */
const tokens = [
  { token: 'YYYY', shape: '(\\d{4})', says: 'year, four digits' },
  { token: 'MMM', shape: '([A-Za-z]{3})', says: 'English name of the month, three letters' },
  { token: 'MM', shape: '(\\d{2})', says: 'month, two digits' },
  { token: 'M', shape: '(\\d{1,2})', says: 'month, one or two digits' },
  { token: 'DD', shape: '(\\d{2})', says: 'day, two digits' },
  { token: 'D', shape: '(\\d{1,2})', says: 'day, one or two digits' },
  { token: 'HH', shape: '(\\d{2})', says: 'hour 00 to 23, two digits' },
  { token: 'H', shape: '(\\d{1,2})', says: 'hour 0 to 23' },
  { token: 'hh', shape: '(\\d{2})', says: 'hour 01 to 12, two digits, with A' },
  { token: 'h', shape: '(\\d{1,2})', says: 'hour 1 to 12, with A' },
  { token: 'A', shape: '([AaPp]\\.?[Mm]\\.?)', says: 'AM or PM' },
  { token: 'mm', shape: '(\\d{2})', says: 'minute' },
  { token: 'ss', shape: '(\\d{2})', says: 'second' },
  { token: 'SSS', shape: '(\\d{1,9})', says: 'fraction of the second' },
  { token: 'Z', shape: '(Z|[+-]\\d{2}:?\\d{2})', says: 'offset, as Z, +01:00 or +0100' },
] as const;

type Token = (typeof tokens)[number]['token'];

/** Every token with what it stands for; the docs list them. */
export const dateTokens: readonly { readonly token: string; readonly says: string }[] = tokens;

/** `undefined` when the format names no year, month and day. Letters between tokens stand for themselves in `[…]`. */
export function compileFormat(format: string): DateReader | undefined {
  const { shape, found } = readFormat(format);
  const has = (...names: readonly Token[]): boolean => names.some((name) => found.includes(name));
  if (!has('YYYY') || !has('MMM', 'MM', 'M') || !has('DD', 'D')) return undefined;
  const pattern = new RegExp(`^${shape}$`);
  return (text) => {
    const parts = pattern.exec(text);
    if (!parts) return undefined;
    const said = new Map(found.map((token, i) => [token, parts[i + 1] ?? '']));
    return assemble((...names) => names.map((name) => said.get(name)).find((part) => part !== undefined));
  };
}

function readFormat(format: string): { shape: string; found: readonly Token[] } {
  const found: Token[] = [];
  let shape = '';
  for (let at = 0; at < format.length; ) {
    const quoted = /^\[([^\]]*)\]/.exec(format.slice(at));
    const next = quoted ? undefined : tokens.find(({ token }) => format.startsWith(token, at));
    if (next) found.push(next.token);
    const literal = quoted ? (quoted[1] ?? '') : (format[at] ?? '');
    shape += next ? next.shape : literal.replace(/[^\w\s]/g, '\\$&');
    at += next ? next.token.length : quoted ? quoted[0].length : 1;
  }
  return { shape, found };
}

type Say = (...names: readonly Token[]) => string | undefined;

function assemble(say: Say): Written | undefined {
  const name = say('MMM');
  const offset = say('Z');
  const written: Written = {
    year: Number(say('YYYY')),
    month: name === undefined ? Number(say('MM', 'M')) : MONTHS.indexOf(name.toLowerCase()) + 1,
    day: Number(say('DD', 'D')),
    hour: hourOf(say),
    minute: Number(say('mm') ?? 0),
    second: Number(say('ss') ?? 0),
    millisecond: Number((say('SSS') ?? '').padEnd(3, '0').slice(0, 3)),
    ...(offset !== undefined && { offsetMinutes: minutesEast(offset) }),
  };
  return exists(written) ? written : undefined;
}

/** NaN for an hour that no twelve-hour clock shows. */
function hourOf(say: Say): number {
  const half = say('A');
  const hour = Number(say('HH', 'H', 'hh', 'h') ?? 0);
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0);
}

function minutesEast(offset: string): number {
  if (offset === 'Z') return 0;
  const digits = offset.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return digits.startsWith('-') ? -minutes : minutes;
}

function exists({ year, month, day, hour, minute, second }: Written): boolean {
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return false;
  const shown = new Date(Date.UTC(year, month - 1, day));
  return shown.getUTCFullYear() === year && shown.getUTCMonth() === month - 1 && shown.getUTCDate() === day;
}

/** The wall clock as if it were UTC, in milliseconds since 1970. */
export const wallClock = (w: Written): number =>
  Date.UTC(w.year, w.month - 1, w.day, w.hour, w.minute, w.second, w.millisecond);
