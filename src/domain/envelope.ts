/**
 * What a stored event is: the envelope, its canonical bytes, and the way back. Frozen: a log written today is read by
 * every later version (test/golden). docs/reference/envelope.md explains each member.
 */
import { canonical, quoted } from '../../eventstore/canonical';
import type { LoggedEvent, NewEvent } from '../../eventstore/store';
import type { EventId, Instant, JsonObject, RecordId, Subject } from './kernel';
import { keyedHash, lengthPrefixed, recordId, uuid5 } from './kernel';
import type { Seal, SealedPart } from './seal';
import { upcast } from './upcast';

/** Namespace of event ids: the UUIDv5 of the name "kith.event" in the URL namespace of RFC 9562, fixed for ever. */
const NAMESPACE = Buffer.from('dc6d0795a6e0560a9d01272439ac9003', 'hex');

export interface Party {
  readonly role: string;
  readonly record: RecordId;
  /** As the source wrote it; it moves into a sealed part once sealing is switched on, as the subject does. */
  readonly subject?: Subject;
}

/** The stored event. No position, no clock of a database, no type of an engine is part of it. */
export interface Envelope {
  /** Format of the envelope. */
  readonly kith: 1;
  readonly id: EventId;
  /** System that tells us, and the id it gave: once for ever. */
  readonly source: string;
  readonly clientId: string;
  /** Of what the client sent, keyed, 32 hex digits. */
  readonly fingerprint: string;
  readonly type: string;
  readonly stream: string;
  /** The record that the fact is about; absent for decisions that are about none. */
  readonly subject?: Subject;
  readonly parties?: readonly Party[];
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** Offset of the source's clock, `+01:00`, and its IANA zone where it named one. */
  readonly offset?: string;
  readonly zone?: string;
  /** What the source claimed, where that lay up to five minutes ahead of recordedAt. */
  readonly claimedAt?: Instant;
  /** When the source itself learned it, for imported history. */
  readonly learnedAt?: Instant;
  readonly actor?: string;
  readonly correlation?: string;
  readonly causation?: string;
  /** The import that brought it. */
  readonly import?: string;
  readonly data: JsonObject;
  readonly sealed: readonly SealedPart[];
}

/** Secrets and names that turn what clients send into ids. Lives in keys.db, never in the log. */
export interface LogKeys {
  readonly tenant: string;
  /** Names records; a log whose check value does not fit refuses to open. */
  readonly record: string;
  readonly fingerprint: string;
}

const remembered = new WeakMap<LogKeys, Map<string, RecordId>>();
const REMEMBERED = 50_000;

/** Remembers the latest, because the facts of a record come close together. */
export function recordIdOf(keys: LogKeys, { source, key }: Subject): RecordId {
  const ids = remembered.get(keys) ?? new Map<string, RecordId>();
  if (ids.size === 0 || ids.size > REMEMBERED) remembered.set(keys, ids.size === 0 ? ids : new Map<string, RecordId>());
  const name = lengthPrefixed([source, key]);
  const known = ids.get(name);
  if (known) return known;
  const id = recordId(keyedHash(keys.record, [source, key]));
  ids.set(name, id);
  return id;
}

export const recordStream = (record: RecordId): string => `record-${record}`;

/** The record whose stream this is, `undefined` for other streams. */
export const recordOf = (stream: string): RecordId | undefined =>
  stream.startsWith('record-') ? recordId(stream.slice('record-'.length)) : undefined;

export const eventIdOf = (keys: LogKeys, source: string, clientId: string): EventId =>
  uuid5(NAMESPACE, lengthPrefixed([keys.tenant, source, clientId]));

/** 32 bytes that tell whether a log and a key file belong together, without telling the key. */
export const keyCheckOf = (keys: LogKeys): Uint8Array =>
  Buffer.from(keyedHash(keys.record, ['kith', 'key-check']), 'hex');

/**
 * Canonical bytes, and the offset of recordedAt's 24 characters in them. `data` is the canonical form of the envelope's,
 * where somebody has it. The members stand here in the order of RFC 8785, so nothing is sorted on the way of every
 * event; what is hex, a stamp or a number needs no quoting. Throws `TypeError` for a lone surrogate.
 */
export function encode(e: Envelope, data = canonical(e.data)): { bytes: Uint8Array; stampAt: number } {
  const head =
    `{${word('actor', e.actor)}${word('causation', e.causation)}${word('claimedAt', e.claimedAt)}` +
    `"clientId":${quoted(e.clientId)},${word('correlation', e.correlation)}"data":${data},` +
    `"fingerprint":"${e.fingerprint}","id":"${e.id}",${word('import', e.import)}"kith":${e.kith},` +
    `${word('learnedAt', e.learnedAt)}"occurredAt":"${e.occurredAt}",${word('offset', e.offset)}` +
    `${e.parties ? `"parties":${canonical(e.parties)},` : ''}"recordedAt":"`;
  const tail =
    `${e.recordedAt}","sealed":${e.sealed.length === 0 ? '[]' : canonical(e.sealed)},"source":${quoted(e.source)},` +
    `"stream":${quoted(e.stream)},${subjectMember(e.subject)}"type":${quoted(e.type)}` +
    `${e.zone === undefined ? '' : `,"zone":${quoted(e.zone)}`}}`;
  const bytes = Buffer.from(head + tail);
  const ascii = bytes.length === head.length + tail.length;
  return { bytes, stampAt: ascii ? head.length : Buffer.byteLength(head) };
}

/** A member of the envelope and its comma; nothing where there is no value. */
const word = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `"${name}":${quoted(value)},`;

const subjectMember = (subject: Subject | undefined): string =>
  subject ? `"subject":{"key":${quoted(subject.key)},"source":${quoted(subject.source)}},` : '';

/** An event as folds see it: newest version of its type, sealed fields put back. */
export interface FactEvent extends Envelope {
  readonly record: RecordId | undefined;
}

/** Bytes → event. Throws where the bytes are no envelope of a format known here. The hot path of every replay. */
export function decode(bytes: Uint8Array, seal: Seal): FactEvent {
  const envelope: Envelope = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  if (envelope.kith !== 1) throw new Error(`an event of envelope format ${String(envelope.kith)} needs a newer Kith`);
  const { id, stream, sealed } = envelope;
  const whole =
    sealed.length === 0
      ? envelope.data
      : { ...envelope.data, ...seal.open(sealed, { stream, id, type: envelope.type }) };
  return Object.assign(envelope, upcast(envelope.type, whole), { record: recordOf(stream) });
}

/** What the columns of a log must say about an event with these bytes. */
export function columnsOf(bytes: Uint8Array) {
  const { stream, type, source, clientId, occurredAt, recordedAt }: Envelope = JSON.parse(
    Buffer.from(bytes).toString('utf8'),
  );
  return { stream, type, source, clientId, occurredAt: Date.parse(occurredAt), recordedAt: Date.parse(recordedAt) };
}

/** Behind this word stand the 24 characters of the stamp. Later members hold none like it: in a text its quotes are escaped. */
const STAMP = Buffer.from('"recordedAt":"');

/** A stored event as its writer handed it over, to be written again elsewhere. */
export function newEventOf({ type, occurredAt, recordedAt, bytes }: LoggedEvent): NewEvent {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { source, clientId, fingerprint }: Envelope = JSON.parse(text.toString('utf8'));
  const stampAt = text.lastIndexOf(STAMP) + STAMP.length;
  return {
    source,
    clientId,
    type,
    fingerprint: Buffer.from(fingerprint, 'hex'),
    occurredAt,
    recordedAt,
    bytes,
    stampAt,
  };
}
