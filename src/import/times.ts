/**
 * The operators whose value is a time or a day. From a written time to RFC 3339: a format and a zone in, a moment with its offset out, or a refusal of the row that
 * says what was wanted. It never takes the zone of the machine.
 */
import { readTime } from '../domain/times';
import { compileFormat, type DateReader, wallClock, type Written } from './dates';
import type { Given, Value } from './given';
import { quoted, rowMalformed } from './shapes';
import { writeOffset, type Zone, zoneNamed } from './zones';

export function time(given: Given): Value {
  const { text, columns } = given.template('$time');
  const format = given.text('format');
  const zoneName = given.text('zone') ?? given.compiling.zone;
  const zone = zoneName === undefined ? undefined : readZone(zoneName, given);
  const reader = format === undefined ? undefined : readFormat(format, given);
  const options = { reader, zone, format, refuseSkipped: given.text('skipped') === 'refuse' };
  let [last, made]: readonly [string | undefined, string] = [undefined, ''];
  return (cells) => {
    const written = text(cells);
    if (written === undefined || written === '') return undefined;
    // Rows that follow each other often have the same time.
    if (written !== last) [last, made] = [written, moment(written, columns.join(', '), options)];
    return made;
  };
}

function readZone(name: string, given: Given): Zone | undefined {
  try {
    return zoneNamed(name);
  } catch {
    given.problem('zone', `${JSON.stringify(name)} is no IANA time zone such as Europe/Vienna`);
    return undefined;
  }
}

function readFormat(format: string, given: Given): DateReader | undefined {
  const reader = compileFormat(format);
  if (!reader)
    given.problem('format', `${JSON.stringify(format)} names no year, month and day, as in YYYY-MM-DD HH:mm:ss`);
  return reader;
}

export function date(given: Given): Value {
  const { text, columns } = given.template('$date');
  const format = given.text('format') ?? '';
  const reader = readFormat(format, given);
  return (cells) => {
    const written = text(cells);
    return written === undefined || written === ''
      ? undefined
      : calendarDay(written, columns.join(', '), reader, format);
  };
}

interface TimeOptions {
  /** Absent for RFC 3339. */
  readonly reader: DateReader | undefined;
  readonly format: string | undefined;
  readonly zone: Zone | undefined;
  readonly refuseSkipped: boolean;
}

const MINUTE = 60_000;

/** Throws `row-malformed` or the refusals of `readTime`; `what` names the columns. */
function moment(written: string, what: string, options: TimeOptions): string {
  const { reader, zone, refuseSkipped } = options;
  if (!reader) {
    readTime(written, what);
    return written;
  }
  const read = readWith(reader, written, what, options.format);
  if (read.offsetMinutes !== undefined) return write(wallClock(read), read.offsetMinutes);
  if (!zone) throw rowMalformed(`${what} is ${quoted(written)}: the mapping must say the zone of such a time`);
  const { kind, at, offsetMinutes } = zone.read(wallClock(read));
  if (kind === 'skipped' && refuseSkipped)
    throw rowMalformed(`${what} is ${quoted(written)}, an hour that the clock skipped`);
  return write(at + offsetMinutes * MINUTE, offsetMinutes);
}

/** YYYY-MM-DD. */
function calendarDay(written: string, what: string, reader: DateReader | undefined, format: string): string {
  const read = readWith(reader, written, what, format);
  return new Date(wallClock(read)).toISOString().slice(0, 10);
}

function readWith(reader: DateReader | undefined, written: string, what: string, format = ''): Written {
  const read = reader?.(written);
  if (!read) throw rowMalformed(`${what} is ${quoted(written)}, which is no time of the form ${format}`);
  return read;
}

/** `local` is the wall clock as if it were UTC. Fractions of a second are written only where there are any. */
function write(local: number, offsetMinutes: number): string {
  const shown = new Date(local).toISOString();
  return `${shown.slice(0, local % 1000 === 0 ? 19 : 23)}${writeOffset(offsetMinutes)}`;
}
