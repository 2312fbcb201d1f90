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
      return quote(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
      return Object.is(value, -0) ? '0' : String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? list(value) : members(value);
    default:
      throw new TypeError(`a ${typeof value} has no JSON form`);
  }
}

function list(values: readonly unknown[]): string {
  let out = '[';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) out += ',';
    out += canonical(values[i]);
  }
  return `${out}]`;
}

function members(value: object): string {
  const named = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  let out = '{';
  for (const [key, member] of named) {
    if (member === undefined) continue;
    if (out.length > 1) out += ',';
    out += `${quote(key)}:${canonical(member)}`;
  }
  return `${out}}`;
}

/** Nothing to escape, the usual case, is found out faster than JSON.stringify quotes. */
// biome-ignore format: the class of characters is one line
const PLAIN = /^[ !#-[\]-~\u00a0-\ud7ff\ue000-\uffff]*$/;

function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new TypeError('a lone surrogate has no UTF-8 form');
  return JSON.stringify(text);
}
