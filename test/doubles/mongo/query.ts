/** What a filter, a sort and a projection mean, as far as the views ask; anything else is refused, so that no test rests on a guess. */
import type { Doc } from './wire';

export const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);

export const isObject = (value: unknown): value is Doc =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const RANKS = ['undefined', 'number', 'string', 'object', 'boolean'];
const rank = (value: unknown): number =>
  RANKS.indexOf(value === null ? 'undefined' : typeof value === 'bigint' ? 'number' : typeof value);

/** The order of BSON values: by type, then by value; numbers of all types are one. */
export function compare(a: unknown, b: unknown): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  const [x, y] = [a as number, b as number];
  return x < y ? -1 : x > y ? 1 : 0;
}

const equal = (a: unknown, b: unknown): boolean =>
  isObject(a) && isObject(b) ? JSON.stringify(a) === JSON.stringify(b) : compare(a, b) === 0;

const OPERATORS: Readonly<Record<string, (value: unknown, wanted: unknown) => boolean>> = {
  $exists: (value, wanted) => (value !== undefined) === wanted,
  $in: (value, wanted) => (wanted as unknown[]).some((one) => equal(value, one)),
  $gt: (value, wanted) => rank(value) === rank(wanted) && compare(value, wanted) > 0,
  $gte: (value, wanted) => rank(value) === rank(wanted) && compare(value, wanted) >= 0,
  $lt: (value, wanted) => rank(value) === rank(wanted) && compare(value, wanted) < 0,
  $lte: (value, wanted) => rank(value) === rank(wanted) && compare(value, wanted) <= 0,
};

export function matches(document: Doc, filter: Doc): boolean {
  return Object.entries(filter).every(([path, wanted]) => {
    if (path === '$or') return (wanted as Doc[]).some((one) => matches(document, one));
    if (path.startsWith('$')) throw new Refused(2, `no double of ${path}`);
    const value = at(document, path);
    if (!isObject(wanted) || !Object.keys(wanted).some((name) => name.startsWith('$')))
      return Array.isArray(value) ? value.some((one) => equal(one, wanted)) : equal(value, wanted);
    return Object.entries(wanted).every(([name, operand]) => {
      const operator = OPERATORS[name];
      if (!operator) throw new Refused(2, `no double of ${name}`);
      return operator(value, operand);
    });
  });
}

export function sorted(documents: readonly Doc[], sort: Doc = {}): readonly Doc[] {
  const keys = Object.entries(sort);
  const order = (a: Doc, b: Doc): number => {
    for (const [path, direction] of keys) {
      const found = Number(direction) * compare(at(a, path), at(b, path));
      if (found !== 0) return found;
    }
    return 0;
  };
  return [...documents].sort(order);
}

export function projected(document: Doc, projection: Doc = {}): Doc {
  const names = Object.keys(projection).filter((name) => name !== '_id');
  const keeps = Object.values(projection).some(Boolean);
  const kept = Object.entries(document).filter(([name]) => name === '_id' || names.includes(name) === keeps);
  return Object.keys(projection).length === 0 ? document : Object.fromEntries(kept);
}

/** An answer that says no, with the server's code. */
export class Refused extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly codeName = 'BadValue',
  ) {
    super(message);
  }
}

/** What some server of the protocol cannot hold, or loses, must never be asked of any. */
export function mustHold(value: unknown, path = '', inArray = false): void {
  if (typeof value === 'number' && (Number.isNaN(value) || Object.is(value, -0)))
    throw new Refused(2, `${path} is ${value}`);
  if (Array.isArray(value)) {
    if (inArray) throw new Refused(2, `${path} is an array in an array`);
    for (const one of value) mustHold(one, path, true);
  } else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      if (/[.$]/.test(name)) throw new Refused(52, `the key ${name}`);
      mustHold(inner, `${path}.${name}`);
    }
  }
}
