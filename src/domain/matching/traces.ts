/**
 * A record in 64 bits: initials by sound, date of birth, area, house, contact points. Blocks of one weak field and a year
 * or an area hold many strangers; who meets only there is compared only where more agrees, and traces tell that at once.
 */
import type { Prepared } from './prepared';

/** Cells of a trace. */
export const TRACE = 2;

/** The bits of each field; zero says nothing. The first cell. */
const GIVEN = 0x1f;
const FAMILY = GIVEN << 5;
const MONTH = 0xf << 10;
const DAY = 0x1f << 14;
const YEAR = 0x7f << 19;
const POSTAL = 0x3f << 26;
/** The second cell. */
const LOCALITY = 0x1f;
const NUMBER = 0xff << 5;
const STREET = 0x7f << 13;
const PHONE = 0x3f << 20;
const EMAIL = 0x3f << 26;

const letter = (text: string): number => (text === '' ? 0 : text.charCodeAt(0) & 0x1f);

/** 1 to `most`. Two values share a number now and then; their records are compared then, and found to differ. */
function numbered(text: string | undefined, most: number, length = 32): number {
  if (text === undefined || text === '') return 0;
  let number = 0;
  const end = Math.min(text.length, length);
  for (let i = 0; i < end; i++) number = (number * 31 + text.charCodeAt(i)) | 0;
  return ((number >>> 0) % most) + 1;
}

export function writeTrace(record: Prepared, into: Int32Array, at: number): void {
  const [name] = record.names;
  const [organisation] = record.organisations;
  const [birth] = record.births;
  const [place] = record.places;
  const given = name ? name.givenToken : (organisation?.tokens[0] ?? '');
  const family = name ? name.familyToken : (organisation?.joined ?? '');
  into[at] =
    letter(given) |
    (letter(family) << 5) |
    ((birth?.month ?? 0) << 10) |
    ((birth?.day ?? 0) << 14) |
    ((birth ? (birth.year % 127) + 1 : 0) << 19) |
    (numbered(place?.postal, 63) << 26);
  into[at + 1] =
    numbered(place?.locality || record.traits[0]?.[1], 31) |
    (numbered(place?.number, 255) << 5) |
    (numbered(place?.street, 127, 4) << 13) |
    (numbered(record.phones[0]?.subscriber, 63) << 20) |
    (numbered(record.emails[0]?.local, 63) << 26);
}

/** Whether at least `asked` fields of the two agree; given and family name may be swapped. */
export function traced(traces: Int32Array, a: number, b: number, asked: number): boolean {
  const one = traces[a] ?? 0;
  const other = traces[b] ?? 0;
  const differing = one ^ other;
  let same = 0;
  if ((differing & GIVEN) === 0 && (one & GIVEN) !== 0) same++;
  if ((differing & FAMILY) === 0 && (one & FAMILY) !== 0) same++;
  if (same === 0) same = crossed(one, other);
  if ((differing & MONTH) === 0 && (one & MONTH) !== 0) same++;
  if ((differing & DAY) === 0 && (one & DAY) !== 0) same++;
  if ((differing & YEAR) === 0 && (one & YEAR) !== 0) same++;
  const postal = (differing & POSTAL) === 0 && (one & POSTAL) !== 0;
  return same >= asked || same + housed(traces[a + 1] ?? 0, traces[b + 1] ?? 0, postal) >= asked;
}

function housed(one: number, other: number, postal: boolean): number {
  const differing = one ^ other;
  let same = 0;
  if (postal || ((differing & LOCALITY) === 0 && (one & LOCALITY) !== 0)) same++;
  if ((differing & NUMBER) === 0 && (one & NUMBER) !== 0) same++;
  if ((differing & STREET) === 0 && (one & STREET) !== 0) same++;
  if ((differing & PHONE) === 0 && (one & PHONE) !== 0) same++;
  if ((differing & EMAIL) === 0 && (one & EMAIL) !== 0) same++;
  return same;
}

function crossed(a: number, b: number): number {
  const one = (a & GIVEN) !== 0 && (a & GIVEN) === (b & FAMILY) >>> 5 ? 1 : 0;
  const other = (b & GIVEN) !== 0 && (b & GIVEN) === (a & FAMILY) >>> 5 ? 1 : 0;
  return one + other;
}
