/**
 * Which offset a wall clock had: a local time of an IANA zone becomes a moment with its offset. Hours that a clock
 * skipped or lived through twice have one documented answer, and are never guessed twice differently.
 */

const MINUTE = 60_000;
/** Clocks are put forward or back on quarters of an hour, so an offset holds for such a quarter. */
const QUARTER = 15 * MINUTE;
const DAY = 24 * 60 * MINUTE;
/** Days and quarters whose offset is kept. */
const MOST_KEPT = 200_000;

/** How a local time stands to the moments of its zone. */
export type Reading = {
  readonly kind: 'once' | 'first-of-two' | 'skipped';
  readonly at: number;
  readonly offsetMinutes: number;
};

export interface Zone {
  /**
   * `local` is the wall clock as if it were UTC, in milliseconds since 1970. A time that the clock showed twice is the
   * first of the two; a time that it skipped is as far behind the gap as it was written into it (02:30 becomes 03:30
   * where 02:00 to 03:00 was skipped). Temporal and java.time decide alike.
   */
  read(local: number): Reading;
}

/** Throws RangeError when there is no such zone. */
export function zoneNamed(name: string): Zone {
  const clock = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const kept = new Map<number, number>();
  const measured = (moment: number): number => {
    const known = kept.get(moment);
    if (known !== undefined) return known;
    if (kept.size > MOST_KEPT) kept.clear();
    const offset = measure(clock, moment);
    kept.set(moment, offset);
    return offset;
  };
  // On nearly every day the clock is not moved, and two looks at it serve the whole day.
  const offsetAt = (moment: number): number => {
    const day = Math.floor(moment / DAY) * DAY;
    const offset = measured(day);
    return offset === measured(day + DAY) ? offset : measured(Math.floor(moment / QUARTER) * QUARTER);
  };
  return { read: (local) => readWith(offsetAt, local) };
}

/** Offsets in minutes east of UTC. */
function readWith(offsetAt: (moment: number) => number, local: number): Reading {
  const [before, after] = [offsetAt(local - DAY), offsetAt(local + DAY)];
  const [early, late] = [local - before * MINUTE, local - after * MINUTE];
  const [fitsBefore, fitsAfter] = [offsetAt(early) === before, offsetAt(late) === after];
  if (before === after && fitsBefore) return { kind: 'once', at: early, offsetMinutes: before };
  if (fitsBefore && fitsAfter) return { kind: 'first-of-two', at: early, offsetMinutes: before };
  if (fitsBefore) return { kind: 'once', at: early, offsetMinutes: before };
  if (fitsAfter) return { kind: 'once', at: late, offsetMinutes: after };
  return { kind: 'skipped', at: early, offsetMinutes: offsetAt(early) };
}

function measure(clock: Intl.DateTimeFormat, moment: number): number {
  const shown = new Map(clock.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => shown.get(type) ?? 0;
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return Math.round((local - moment) / MINUTE);
}

/** `+05:30`. */
export function writeOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
