/** Times as sources write them, and as Kith keeps them. Pure: the clock is always an argument. */
import { type Instant, instant } from './kernel';
import { Refusal } from './refusals';

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

/** Nothing that a customer did lies before this: 1900-01-01T00:00:00Z in milliseconds. */
const EARLIEST = Date.UTC(1900, 0, 1);

/** A source's clock may be ahead by this much before its facts are refused. Milliseconds. */
export const TOLERANCE = 5 * 60 * 1000;

export interface Moment {
  /** Milliseconds since 1970 UTC; finer fractions are cut off. */
  readonly ms: number;
  /** `+02:00` as the source wrote it; absent for Z. */
  readonly offset?: string;
}

let last: { readonly written: string; readonly moment: Moment } | undefined;

/** Reads RFC 3339 with an offset. `what` names the field in the refusal. Rows of one order come with one time, so the last one is remembered. */
export function readTime(written: unknown, what: string): Moment {
  if (last && last.written === written) return last.moment;
  const moment = parseTime(written, what);
  if (typeof written === 'string') last = { written, moment };
  return moment;
}

function parseTime(written: unknown, what: string): Moment {
  if (typeof written === 'string' && written.length === 24) {
    const ms = Date.parse(written);
    // What prints as it was read is UTC with milliseconds, the usual case, and a day that exists.
    if (ms >= EARLIEST && instant(ms) === written) return { ms };
  }
  const parts = typeof written === 'string' ? RFC3339.exec(written) : null;
  if (!parts) {
    throw new Refusal(
      'bad-time',
      `${what} is ${show(written)}; write it as RFC 3339 with an offset, like 2026-03-01T09:30:00+01:00`,
    );
  }
  const [, year, month, day, hour, minute, second, fraction = '', offset = 'Z'] = parts;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const shown = new Date(local).toISOString();
  if (Number(year) < 100 || shown.slice(0, 19) !== `${year}-${month}-${day}T${hour}:${minute}:${second}`) {
    throw new Refusal('bad-time', `${what} is ${show(written)}: there is no such day or hour`);
  }
  const ms = local + Number(fraction.padEnd(3, '0').slice(0, 3)) - offsetMs(offset, what);
  if (ms < EARLIEST) throw new Refusal('absurd-time', `${what} is ${show(written)}, before 1900`);
  return offset === 'Z' || offset === 'z' ? { ms } : { ms, offset };
}

function offsetMs(offset: string, what: string): number {
  if (offset === 'Z' || offset === 'z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(4, 6));
  if (hours > 23 || minutes > 59) throw new Refusal('bad-time', `${what} has the offset ${offset}, which no clock has`);
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

export interface Occurrence {
  readonly occurredAt: Instant;
  readonly occurredMs: number;
  readonly offset?: string;
  /** What the source claimed, where its clock was ahead by less than the tolerance and the fact was moved to now. */
  readonly claimedAt?: Instant;
}

/** When it happened: as the source says, `now` when it does not say; never later than `now` (ms). */
export function occurrence(written: unknown, now: number): Occurrence {
  if (written === undefined) return { occurredAt: instant(now), occurredMs: now };
  const { ms, offset } = readTime(written, 'time');
  const kept = offset ? { offset } : {};
  if (ms <= now) return { occurredAt: instant(ms), occurredMs: ms, ...kept };
  if (ms > now + TOLERANCE) {
    throw new Refusal(
      'time-in-future',
      `time is ${show(written)}, but it is only ${instant(now)} here; check the clock of the source`,
    );
  }
  return { occurredAt: instant(now), occurredMs: now, ...kept, claimedAt: instant(ms) };
}

const show = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : value === undefined ? 'missing' : 'no text';
