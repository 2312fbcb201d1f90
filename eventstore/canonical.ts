/**
 * Canonical JSON (RFC 8785): one value, one sequence of bytes. Hashes, fingerprints and documents rest on it, so it
 * refuses what has no canonical form instead of guessing.
 */

/**
 * Members sorted by UTF-16 code units, numbers and strings as ECMAScript prints them, no white space; members that are
 * `undefined` are left out. Throws `TypeError` for NaN, infinities, lone surrogates and anything that is not JSON.
 */
export function canonical(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
      return Object.is(value, -0) ? '0' : String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return list(value);
      if (isMembers(value)) return members(value);
      throw new TypeError('this object has no JSON form');
    default:
      throw new TypeError(`a ${typeof value} has no JSON form`);
  }
}

type Members = Readonly<Record<string, unknown>>;

/** Plain objects only, of any realm: a Map, a Date or a Buffer would lose what it holds. */
function isMembers(value: object): value is Members {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function list(values: readonly unknown[]): string {
  let out = '[';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) out += ',';
    out += canonical(values[i]);
  }
  return `${out}]`;
}

function members(value: Members): string {
  const keys = inOrder(Object.keys(value));
  let out = '{';
  for (const key of keys) {
    const one = value[key];
    if (one === undefined) continue;
    out += out.length > 1 ? `,${named(key)}${canonical(one)}` : named(key) + canonical(one);
  }
  return `${out}}`;
}

/** Most objects are written in order already; looking is cheaper than sorting. */
function inOrder(keys: string[]): readonly string[] {
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] ?? '') > (keys[i] ?? '')) return keys.sort();
  return keys;
}

/** Names of members as they stand before their values. There are few of them; what is not a name of a schema is not kept for ever. */
const names = new Map<string, string>();
const NAMES_KEPT = 2_000;

function named(name: string): string {
  const kept = names.get(name);
  if (kept !== undefined) return kept;
  const made = `${quoted(name)}:`;
  if (names.size >= NAMES_KEPT) names.clear();
  names.set(name, made);
  return made;
}

/** Nothing to escape, the usual case, is found out faster than JSON.stringify quotes. */
const PLAIN = /^[ !#-[\]-~\u00a0-\ud7ff\ue000-\uffff]*$/;

/** A text as JSON. Throws `TypeError` for a lone surrogate. */
export function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new TypeError('a lone surrogate has no UTF-8 form');
  return JSON.stringify(text);
}
