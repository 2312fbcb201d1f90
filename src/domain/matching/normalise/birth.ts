/** A date of birth as far as it is known, read in the ways people write dates, and junk left out. */
import { listed, memo } from './memo';
import { isNothing } from './text';

export interface Birth {
  readonly year: number;
  /** 1 to 12; 0 where only the year is known. */
  readonly month: number;
  /** 1 to 31; 0 where it is not known. */
  readonly day: number;
  /** YYYYMMDD, with zeros for what is not known. */
  readonly digits: string;
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
/** What systems write where nobody was asked. */
const JUNK = new Set(['19000101', '18000101', '19010101', '99991231', '19700101', '00010101']);

/** Two digits of a year: up to 26 are of this century. A rule of reading, written down so that it never moves. */
const century = (year: number): number => (year >= 100 ? year : year <= 26 ? 2000 + year : 1900 + year);

function made(year: number, first: number, second: number): Birth | undefined {
  // A month above 12 can only be a day: 20/8/1991 among dates that name the month first.
  const [month, day] = first > 12 && second <= 12 ? [second, first] : [first, second];
  if (year < 1 || year > 2200 || month < 0 || month > 12 || day < 0 || day > 31) return undefined;
  const digits = String(year).padStart(4, '0') + String(month).padStart(2, '0') + String(day).padStart(2, '0');
  return JUNK.has(digits) ? undefined : { year, month, day, digits };
}

/** A month or day that the calendar does not have is a typing error, and still near to the right date. */
function mistyped([, year = '', month = '', day = '']: readonly string[]): Birth | undefined {
  const digits = year + month + day;
  const plausible = /^(1[89]|20)\d{6}$/.test(digits) && !JUNK.has(digits) && Number(month) + Number(day) > 0;
  return plausible ? { year: Number(year), month: Number(month), day: Number(day), digits } : undefined;
}

const monthOf = (word: string): number => MONTHS.indexOf(word.slice(0, 3).toLowerCase()) + 1;

function read(raw: string): Birth | undefined {
  const text = raw.trim();
  const iso = /^(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?(?:T.*)?$/.exec(text);
  if (iso) return made(Number(iso[1]), Number(iso[2] ?? 0), Number(iso[3] ?? 0)) ?? mistyped(iso);
  const dotted = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})$/.exec(text);
  if (dotted) return made(century(Number(dotted[3])), Number(dotted[2]), Number(dotted[1]));
  const slashed = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})$/.exec(text);
  if (slashed) return made(century(Number(slashed[3])), Number(slashed[1]), Number(slashed[2]));
  const dayFirst = /^(\d{1,2})[\s.-]+([A-Za-z]{3,9})[\s.,-]+(\d{4}|\d{2})$/.exec(text);
  if (dayFirst) return made(century(Number(dayFirst[3])), monthOf(dayFirst[2] ?? ''), Number(dayFirst[1]));
  const monthFirst = /^([A-Za-z]{3,9})[\s.]+(\d{1,2})[\s,]+(\d{4}|\d{2})$/.exec(text);
  if (monthFirst) return made(century(Number(monthFirst[3])), monthOf(monthFirst[1] ?? ''), Number(monthFirst[2]));
  return undefined;
}

/** Nothing for junk and for what is no date. Slashes are read month first and dots day first, unless that gives no date. */
export const birth = memo(50_000, (raw: string): readonly Birth[] => listed(isNothing(raw) ? undefined : read(raw)));
