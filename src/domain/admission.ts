/**
 * What may become a fact: a CloudEvent comes in, an append for the log or a refusal comes out. Pure; every door (HTTP,
 * file import, embedding) admits through here, so that one content has one fingerprint wherever it enters.
 */
import { canonical, quoted } from '../../eventstore/canonical';
import type { Append } from '../../eventstore/store';
import { encode, type Envelope, eventIdOf, type LogKeys, type Party, recordIdOf, recordStream } from './envelope';
import { checkData, codeFor, definitionOf } from './facts/catalogue';
import { type Instant, instant, type JsonObject, type JsonValue, keyedHash, textOf } from './kernel';
import { Refusal } from './refusals';
import { KITH } from './revision';
import type { Seal } from './seal';
import { readSubject } from './subject';
import { occurrence, readTime } from './times';

export interface Admission {
  readonly keys: LogKeys;
  readonly seal: Seal;
  /** Milliseconds since 1970 UTC, by the clock of the door. */
  readonly now: number;
  /** The import that brings it, if one does; no part of what the client sent. */
  readonly importId?: string;
  /** Largest stored event in bytes. */
  readonly maxBytes: number;
}

/** Attributes of CloudEvents 1.0 and Kith's extensions; anything else is refused, because nothing is dropped silently. */
const ATTRIBUTES = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'data',
  'actor',
  'correlationid',
  'causationid',
  'zone',
  'learnedat',
]);

export interface Admitted {
  readonly append: Append;
  readonly envelope: Envelope;
}

/** Throws `Refusal`; nothing else, whatever is sent. */
export function admit(sent: unknown, admission: Admission): Admitted {
  const event = readAttributes(sent);
  const { source, type, id: clientId } = event;
  const { keys, now } = admission;
  const data = readFact(type, event.data, now);
  const written = inCanonicalForm(data);
  const fingerprint = keyedHash(keys.fingerprint, [sentForm(event, written)]);
  const subject = readSubject(event.subject, source);
  const stream = recordStream(recordIdOf(keys, subject));
  const id = eventIdOf(keys, source, clientId);
  const occurred = occurrence(event.time, now);
  const closed = admission.seal.close(data, { stream, id, type });
  const envelope: Envelope = {
    actor: event.actor,
    causation: event.causationid,
    claimedAt: occurred.claimedAt,
    clientId,
    correlation: event.correlationid,
    data: closed.data,
    fingerprint,
    id,
    import: admission.importId,
    kith: 1,
    learnedAt: learnedAt(event),
    occurredAt: occurred.occurredAt,
    offset: occurred.offset,
    parties: partiesOf(data, source, keys),
    recordedAt: instant(now),
    sealed: closed.sealed,
    source,
    stream,
    subject,
    type,
    zone: zoneOf(event),
  };
  const { bytes, stampAt } = encode(envelope, closed.data === data ? written : undefined);
  mustNotExceed(bytes, admission.maxBytes);
  const one = {
    source,
    clientId,
    type,
    fingerprint: Buffer.from(fingerprint, 'hex'),
    occurredAt: occurred.occurredMs,
    recordedAt: now,
    bytes,
    stampAt,
  };
  return { append: { stream, expected: 'any', events: [one] }, envelope };
}

export function mustNotExceed(bytes: Uint8Array, maxBytes: number): void {
  if (bytes.length > maxBytes)
    throw new Refusal(
      'data-too-large',
      `the event has ${bytes.length} bytes stored, the limit is ${maxBytes}; send a reference to large contents`,
    );
}

/** What the client says. How it was packed, specversion and datacontenttype, is no part of that. */
interface Told {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: JsonValue | undefined;
  readonly time: JsonValue | undefined;
  readonly data: JsonValue | undefined;
  readonly actor: string | undefined;
  readonly correlationid: string | undefined;
  readonly causationid: string | undefined;
  readonly zone: string | undefined;
  readonly learnedat: JsonValue | undefined;
}

function readAttributes(sent: unknown): Told {
  if (!isObject(sent))
    throw new Refusal(
      'not-an-event',
      'the item is no JSON object; send a CloudEvent with specversion, id, source, type and data',
    );
  for (const name of Object.keys(sent)) {
    if (!ATTRIBUTES.has(name))
      throw new Refusal(
        'unknown-attribute',
        `the attribute ${JSON.stringify(name.slice(0, 60))} is not known; what is about the customer belongs into data`,
      );
  }
  const { specversion, datacontenttype, source } = sent;
  if (specversion !== '1.0') throw new Refusal('not-an-event', `specversion is ${shown(specversion)}; "1.0" is wanted`);
  if (
    datacontenttype !== undefined &&
    (typeof datacontenttype !== 'string' || !/^application\/json\b/.test(datacontenttype))
  ) {
    throw new Refusal('not-an-event', `datacontenttype is ${shown(datacontenttype)}; application/json is wanted`);
  }
  if (source === KITH)
    throw new Refusal('bad-parameter', 'the source kith is that of decisions; a fact names the system that tells it');
  return {
    id: word(sent['id'], 'id', 256),
    source: word(source, 'source', 256),
    type: word(sent['type'], 'type', 100),
    subject: sent['subject'],
    time: sent['time'],
    data: sent['data'],
    actor: maybe(sent['actor'], 'actor', 256),
    correlationid: maybe(sent['correlationid'], 'correlationid', 256),
    causationid: maybe(sent['causationid'], 'causationid', 256),
    zone: maybe(sent['zone'], 'zone', 64),
    learnedat: sent['learnedat'],
  };
}

/** What was sent in canonical JSON, its members in that order. `data` is written already; subject and times may be anything yet. */
function sentForm({ source, type, id, ...e }: Told, data: string): string {
  return (
    `{${member('actor', e.actor)}${member('causationid', e.causationid)}${member('correlationid', e.correlationid)}` +
    `"data":${data},"id":${quoted(id)},${member('learnedat', e.learnedat)}"source":${quoted(source)},` +
    `${member('subject', e.subject)}${member('time', e.time)}"type":${quoted(type)}` +
    `${e.zone === undefined ? '' : `,"zone":${quoted(e.zone)}`}}`
  );
}

const member = (name: string, value: JsonValue | undefined): string =>
  value === undefined ? '' : `"${name}":${inCanonicalForm(value)},`;

function readFact(type: string, data: JsonValue | undefined, now: number): JsonObject {
  if (/^kith\.fact-(retracted|reinstated|corrected)\./.test(type)) {
    throw new Refusal(
      'not-a-door-for-decisions',
      `${type} is a decision about a fact: use /v1/retractions, /v1/reinstatements or /v1/corrections`,
    );
  }
  if (!definitionOf(type))
    throw new Refusal(
      'unknown-type',
      `no fact has the type ${JSON.stringify(type)}; the catalogue of facts lists them all`,
    );
  if (!isObject(data)) throw new Refusal('schema-mismatch', `data of ${type} must be an object`);
  mustFit(type, data, now);
  return data;
}

/** Throws the refusal that names every field that does not fit the schema of the type. `now` in ms. */
export function mustFit(type: string, data: JsonObject, now: number): void {
  const errors = checkData(type, data, now);
  if (errors.length > 0)
    throw new Refusal(
      codeFor(errors),
      `data of ${type}: ${errors.map((e) => `${e.pointer || '/'} ${e.detail}`).join('; ')}`,
      errors,
    );
}

const learnedAt = ({ learnedat }: Told): Instant | undefined =>
  learnedat === undefined ? undefined : instant(readTime(learnedat, 'learnedat').ms);

function zoneOf({ zone }: Told): string | undefined {
  if (zone === undefined || isZone(zone)) return zone;
  throw new Refusal('bad-time', `zone ${JSON.stringify(zone)} is no IANA time zone such as Europe/Vienna`);
}

function partiesOf({ parties }: JsonObject, source: string, keys: LogKeys): readonly Party[] | undefined {
  if (!Array.isArray(parties) || parties.length === 0) return undefined;
  return parties.filter(isObject).map((party, i) => {
    const subject = readSubject(party['subject'], source, `data/parties/${i}/subject`);
    return { role: textOf(party['role']), record: recordIdOf(keys, subject), subject };
  });
}

const zones = new Map<string, boolean>();

function isZone(zone: string): boolean {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  let is = true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    is = false;
  }
  if (zones.size < 1_000) zones.set(zone, is);
  return is;
}

/** Throws `bad-text` for what has no UTF-8 form. */
export function inCanonicalForm(value: JsonValue): string {
  try {
    return canonical(value);
  } catch {
    throw new Refusal(
      'bad-text',
      'a text of the event is not well-formed Unicode (a lone surrogate); repair it at the source',
    );
  }
}

const maybe = (value: JsonValue | undefined, name: string, max: number): string | undefined =>
  value === undefined ? undefined : word(value, name, max);

function word(value: JsonValue | undefined, name: string, max: number): string {
  if (typeof value !== 'string' || value === '')
    throw new Refusal(
      'not-an-event',
      `${name} is ${value === undefined ? 'missing' : 'no text'}; a text of 1 to ${max} characters is wanted`,
    );
  if (value.length > max)
    throw new Refusal('not-an-event', `${name} has ${value.length} characters; ${max} is the most`);
  if (!value.isWellFormed()) throw new Refusal('bad-text', `${name} is not well-formed Unicode`);
  return value;
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : value === undefined ? 'missing' : 'no text';

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
