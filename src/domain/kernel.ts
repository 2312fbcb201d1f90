/**
 * The words that every other file of the domain uses: ids, money, references to events, and how a fact is defined.
 * The one place where plain strings become branded ids.
 */
import { hash } from 'node:crypto';
import { type Static, type TObject, type TSchema, Type } from '@sinclair/typebox';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** 32 hex digits: keyed hash of a record's (source, key). */
export type RecordId = Branded<'RecordId'>;
/** The id of the customer's record that was recorded first. */
export type CustomerId = Branded<'CustomerId'>;
/** UUIDv5 over (tenant, source, client id). */
export type EventId = Branded<'EventId'>;
/** RFC 3339 in UTC with milliseconds, 24 characters, so that text order is time order. */
export type Instant = Branded<'Instant'>;

export const recordId = (hex: string): RecordId => hex as RecordId;
export const customerId = (hex: string): CustomerId => hex as CustomerId;
export const eventId = (uuid: string): EventId => uuid as EventId;

interface Written {
  readonly ms: number;
  readonly at: Instant;
}

let latest: Written = { ms: 0, at: new Date(0).toISOString() as Instant };
let before: Written = latest;

/** Milliseconds since 1970 UTC → Instant. The last two are remembered: a batch has one clock, and an order one time. */
export function instant(ms: number): Instant {
  if (latest.ms === ms) return latest.at;
  const found = before.ms === ms ? before : { ms, at: new Date(ms).toISOString() as Instant };
  before = latest;
  latest = found;
  return found.at;
}
/** Instant → milliseconds since 1970 UTC. */
export const ms = (at: Instant): number => Date.parse(at);

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** The text that stands there; '' for anything else. */
export const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** The members of an object; none for anything else. */
export const membersOf = (value: JsonValue | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

/** A record as its source names it: the system, and the key in that system. Keys may hold any character. */
export interface Subject {
  readonly source: string;
  readonly key: string;
}

/** Parts one after the other, each behind its length in bytes, so that ("a","bc") is not ("ab","c"). */
export function lengthPrefixed(parts: readonly string[]): string {
  let out = '';
  for (const part of parts) out += `${Buffer.byteLength(part)}:${part}`;
  return out;
}

/**
 * First 16 bytes of SHA-256(secret ‖ length-prefixed parts) in hex. Truncated, so that it cannot be extended; the secret
 * makes guessing a low-entropy value useless to who lacks it.
 */
export const keyedHash = (secret: string, parts: readonly string[]): string =>
  hash('sha256', secret + lengthPrefixed(parts), 'hex').slice(0, 32);

/** RFC 9562 UUIDv5. `namespace` is 16 bytes. */
export function uuid5(namespace: Uint8Array, name: string): EventId {
  const room = Buffer.allocUnsafe(namespace.length + 3 * name.length);
  room.set(namespace);
  const digest = hash('sha1', room.subarray(0, namespace.length + room.write(name, namespace.length)), 'hex');
  const variant = ((Number.parseInt(digest.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return eventId(
    `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(18, 20)}-${digest.slice(20, 32)}`,
  );
}

// How facts are written down --------------------------------------------------------------------------------------

/** A text of 1 to `max` characters. */
export const text = (max: number, description: string) => Type.String({ minLength: 1, maxLength: max, description });

/** One of a few words. */
export const oneOf = <const T extends readonly string[]>(words: T, description: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: words, description });

export const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

/** An object that takes no other members than these. */
export const only = <P extends Record<string, TSchema>>(properties: P, description?: string) =>
  Type.Object(properties, { additionalProperties: false, ...(description ? { description } : {}) });

/** Whole minor units and a currency of ISO 4217: `{ minor: 1050, currency: 'EUR' }` is ten euros fifty. */
export const Money = only(
  {
    minor: Type.Integer({ minimum: -1e12, maximum: 1e12, description: 'Amount in minor units (cents, pence, yen)' }),
    currency: Type.String({ format: 'iso-4217', description: 'ISO 4217 code in capitals' }),
  },
  'Money in whole minor units',
);
export type Money = Static<typeof Money>;

/** What a fact tells the view of its record. The views know these few words and no fact by name. */
export type Telling =
  /** The record has this value in `slot`, for example `contact/email`. Several values of one slot stand side by side. */
  | { readonly tells: 'states'; readonly slot: string; readonly value: JsonValue; readonly verified?: boolean }
  /** That value of the slot ended: the number was given up, the person left the company. */
  | { readonly tells: 'ends'; readonly slot: string; readonly value: JsonValue }
  /** A number to add to a running sum, whole and exact, for example minor units to `money/EUR/gross`. */
  | { readonly tells: 'adds'; readonly sum: string; readonly amount: number };

export const states = (slot: string, value: JsonValue, verified?: boolean): Telling =>
  verified ? { tells: 'states', slot, value, verified } : { tells: 'states', slot, value };
export const ends = (slot: string, value: JsonValue): Telling => ({ tells: 'ends', slot, value });
export const adds = (sum: string, amount: number): Telling => ({ tells: 'adds', sum, amount });

/** Everything about one type of fact. `tells` is pure and must never look at a clock. */
export interface FactDefinition<S extends TObject = TObject> {
  /** Stored name, for ever: `kith.purchase-made.v1`. */
  readonly type: `kith.${string}.v${number}`;
  /** How timelines and counts call it: `purchase`. */
  readonly kind: string;
  /** Through what it happened where the data do not say: a call came by `phone`. */
  readonly channel?: string;
  /** One sentence for the docs. */
  readonly says: string;
  readonly schema: S;
  /** A valid example, shown in the docs and checked by the tests. */
  readonly example: Static<S>;
  readonly tells: (data: Static<S>) => readonly Telling[];
}

/** Fields that any fact may carry beside its own. */
export const common = {
  parties: optional(
    Type.Array(
      only({
        role: text(64, 'What the party is in this fact: employer, attendee, referrer …'),
        subject: text(1100, 'The record of the party, as source:key'),
      }),
      { maxItems: 100, description: 'Others who took part; the fact shows on the timeline of each' },
    ),
  ),
  anonymous: optional(
    Type.Boolean({ description: 'Nobody could be recognised: the record stands for one visit or one receipt' }),
  ),
  channel: optional(text(64, 'Through what it happened: web, shop, phone, e-mail, chat, letter, partner …')),
};

/** Writes a fact down with the types of its own schema. */
export function fact<P extends Record<string, TSchema>>(definition: {
  type: `kith.${string}.v${number}`;
  kind: string;
  channel?: string;
  says: string;
  fields: P;
  example: Static<TObject<P & typeof common>>;
  tells: (data: Static<TObject<P>>) => readonly Telling[];
}): FactDefinition {
  const { fields, ...rest } = definition;
  return { ...rest, schema: only({ ...fields, ...common }, definition.says) } as unknown as FactDefinition;
}
