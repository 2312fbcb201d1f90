/**
 * What views must know about slots, the places of a view that facts fill (see Telling in the kernel): whether one value
 * survives there, and under which keys a record is found by the value. It must never choose a value itself.
 */
import type { JsonValue } from './kernel';
import { Refusal } from './refusals';

/** single: one value survives. single per slot: one survives in each slot of the family. many: all stand side by side. */
export type Cardinality = 'single' | 'single per slot' | 'many';

/** First segment of the slot → what stands there. */
const families: ReadonlyMap<string, Cardinality> = new Map([
  ['name', 'single'],
  ['party', 'single'],
  ['birthDate', 'single'],
  ['standing', 'single'],
  ['attribute', 'single per slot'],
  ['consent', 'single per slot'],
  ['identifier', 'many'],
  ['contact', 'many'],
  ['address', 'many'],
  ['position', 'many'],
]);

export const fieldFamilies: readonly string[] = [...families.keys()];

export const familyOf = (slot: string): string => slot.split('/', 1)[0] ?? '';

/** A family that is not known keeps all its values, so that nothing is lost. */
export const cardinalityOf = (slot: string): Cardinality => families.get(familyOf(slot)) ?? 'many';

/** Throws `unknown-field` for what is no slot and no family of slots. */
export function checkSlot(asked: string): void {
  if (!families.has(familyOf(asked))) {
    throw new Refusal(
      'unknown-field',
      `${JSON.stringify(asked.slice(0, 64))} is no field; there are ${fieldFamilies.join(', ')}, and below them slots such as address/home`,
    );
  }
}

/** How identifiers of a kind are written in keys: what people vary without meaning another one. '' is no key. */
const plain = (written: string) => written.normalize('NFKC').trim();
const lower = (written: string) => plain(written).toLowerCase();
const email = (written: string) => (/^\S+@\S+$/.test(lower(written)) ? lower(written) : '');
/** Digits, and the plus of the country: no country is guessed. */
const phone = (written: string) =>
  plain(written)
    .replace(/(?!^\+)\D/g, '')
    .replace(/^\+$/, '');
const unspaced = (written: string) =>
  plain(written)
    .toUpperCase()
    .replace(/[\s./-]/g, '');

interface Kind {
  /** The kind that stands in the key. */
  readonly as: string;
  readonly write: (written: string) => string;
}

const kinds: ReadonlyMap<string, Kind> = new Map([
  ['email', { as: 'email', write: email }],
  ['phone', { as: 'phone', write: phone }],
  ['mobile', { as: 'phone', write: phone }],
  ['fax', { as: 'phone', write: phone }],
  ['web', { as: 'web', write: lower }],
  ['social', { as: 'social', write: lower }],
  ['messenger', { as: 'messenger', write: lower }],
  ['login', { as: 'login', write: lower }],
  ['customer-number', { as: 'customer-number', write: plain }],
  ['loyalty-card', { as: 'loyalty-card', write: unspaced }],
  ['tax-id', { as: 'tax-id', write: unspaced }],
  // The record itself, as its source writes it: record:shop:c-17.
  ['record', { as: 'record', write: (written) => written }],
]);

/** `email:ada@example.org` for kind `email`; undefined for a kind that is not known or a value that is none of its kind. */
function lookupKey(kind: string, value: string): string | undefined {
  const { as, write } = kinds.get(kind) ?? { as: kind, write: kind.startsWith('other:') ? plain : () => '' };
  const written = write(value);
  return written === '' ? undefined : `${as}:${written}`;
}

/** `kind:value` under which a record is found that has this value in this slot; none where the slot is not for finding. */
export function lookupKeys(slot: string, value: JsonValue): readonly string[] {
  const [family, ...kind] = slot.split('/');
  if (family !== 'contact' && family !== 'identifier') return [];
  const written = isObject(value) ? value['value'] : value;
  const key = typeof written === 'string' ? lookupKey(kind.join('/'), written) : undefined;
  return key === undefined ? [] : [key];
}

/** What a person asks for, `email: Ada@Example.org`, as the key it is found under. Throws `identifier-malformed`. */
export function parseIdentifier(asked: string): string {
  const [, kind = '', value = ''] = /^\s*(other:[^:]+|[^:]+):(.*)$/su.exec(asked) ?? [];
  const key = lookupKey(kind, value);
  if (key !== undefined) return key;
  if (!kinds.has(kind) && !kind.startsWith('other:')) {
    throw new Refusal(
      'identifier-malformed',
      `ask by kind:value, as in email:ada@example.org; kinds are ${[...kinds.keys()].join(', ')} and other:<word>`,
    );
  }
  throw new Refusal(
    'identifier-malformed',
    `what follows ${kind}: is no ${kind}; write it as in ${kind === 'email' ? 'email:ada@example.org' : `${kind}:12345`}`,
  );
}

const isObject = (value: JsonValue): value is { readonly [key: string]: JsonValue | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
