/** What travels for one append of many events: requests of at most 3 MiB, and the server's answer in our words. */
import type { BinaryEventData } from '@eventstore/db-client';
import type { Position, Revision } from '../store';
import { Fields, sizeOf, sizeOfWhole, Writer } from './protobuf';
import { uuidOf } from './record';

/** What the server said of one append. */
export type Answer =
  | { readonly kind: 'written'; readonly position: Position; readonly revision: Revision }
  | { readonly kind: 'wrong-version' }
  | { readonly kind: 'refused'; readonly why: Refused; readonly reason: string };

/** `too-large`: the same events in smaller appends may pass. `denied`, `deleted`: only somebody who sets it right helps. */
export type Refused = 'too-large' | 'denied' | 'deleted' | 'bad';

export interface Batch {
  readonly correlation: string;
  readonly stream: string;
  /** Revision of the stream's last event. */
  readonly after: Revision | 'none';
  readonly events: readonly BinaryEventData[];
}

/** Bytes of events in one message; the server takes messages of 4 MiB. */
const MESSAGE = 3 * 1024 * 1024;

/** `BatchAppendReq`: correlation_id = 1, options = 2, proposed_messages = 3, is_final = 4. */
export function* messagesOf({ correlation, stream, after, events }: Batch): Generator<Buffer> {
  for (let next = 0; next < events.length; ) {
    const begun = next;
    let [data, size] = [0, 0];
    while (next < events.length && (data === 0 || data + dataOf(events[next]) <= MESSAGE)) {
      data += dataOf(events[next]);
      size += sizeOf(sizeOfEvent(events[next++] as BinaryEventData));
    }
    const [first, last] = [begun === 0, next === events.length];
    const options = first ? sizeOf(sizeOfOptions(stream, after)) : 0;
    const writer = new Writer(sizeOf(sizeOf(UUID)) + options + size + (last ? FLAG : 0));
    writeUuid(writer, correlation);
    if (first) writeOptions(writer, stream, after);
    for (let i = begun; i < next; i++) writeEvent(writer, events[i] as BinaryEventData);
    if (last) writer.true(4);
    yield writer.buffer;
  }
}

const dataOf = (event: BinaryEventData | undefined): number => event?.data.length ?? 0;

/** Characters of a UUID as a text, and bytes of a field that is true. */
const [UUID, FLAG] = [36, 2];

/** `UUID`: string = 2. */
function writeUuid(writer: Writer, id: string): void {
  writer.begin(1, sizeOf(UUID));
  writer.text(2, id, UUID);
}

const sizeOfOptions = (stream: string, after: Revision | 'none'): number =>
  sizeOf(sizeOf(Buffer.byteLength(stream))) + (after === 'none' ? sizeOf(0) : sizeOfWhole(after));

/**
 * `Options`: stream_identifier = 1 (stream_name = 3), stream_position = 2, no_stream = 3. Without a deadline: it would be a moment
 * of the server's clock, and a node that is behind it could append nothing.
 */
function writeOptions(writer: Writer, stream: string, after: Revision | 'none'): void {
  const name = Buffer.byteLength(stream);
  writer.begin(2, sizeOfOptions(stream, after));
  writer.begin(1, sizeOf(name));
  writer.text(3, stream, name);
  if (after === 'none') writer.begin(3, 0);
  else writer.whole(2, after);
}

/** An entry of a map of texts: key = 1, value = 2. */
const sizeOfEntry = (key: string, value: string): number => sizeOf(key.length) + sizeOf(Buffer.byteLength(value));

function writeEntry(writer: Writer, key: string, value: string): void {
  writer.begin(2, sizeOfEntry(key, value));
  writer.text(1, key, key.length);
  writer.text(2, value, Buffer.byteLength(value));
}

const metadataOf = ({ metadata }: BinaryEventData): Uint8Array =>
  metadata instanceof Uint8Array ? metadata : new Uint8Array();

function sizeOfEvent(event: BinaryEventData): number {
  const entries = sizeOf(sizeOfEntry('type', event.type)) + sizeOf(sizeOfEntry('content-type', event.contentType));
  return sizeOf(sizeOf(UUID)) + entries + sizeOf(metadataOf(event).length) + sizeOf(event.data.length);
}

/** `ProposedMessage`: id = 1, metadata = 2, custom_metadata = 3, data = 4. */
function writeEvent(writer: Writer, event: BinaryEventData): void {
  writer.begin(3, sizeOfEvent(event));
  writeUuid(writer, event.id);
  writeEntry(writer, 'type', event.type);
  writeEntry(writer, 'content-type', event.contentType);
  writer.bytes(3, metadataOf(event));
  writer.bytes(4, event.data);
}

/** What came back: an error where the server could not say what became of the append. */
export interface Response {
  readonly correlation: string;
  readonly answer: Answer | Error;
}

/** `BatchAppendResp`: correlation_id = 1, error = 2, success = 3. */
export function responseIn(bytes: Buffer): Response {
  let correlation = '';
  let answer: Answer | Error = unsaid('');
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.number === 1) correlation = uuidOf(fields.bytes());
    else if (fields.number === 2) answer = refusalIn(fields.bytes());
    else if (fields.number === 3) answer = writtenIn(fields.bytes());
    else fields.skip();
  }
  return { correlation, answer };
}

/** `Success`: current_revision = 1, position = 3 (commit_position = 1). */
function writtenIn(bytes: Buffer): Answer {
  let [revision, position] = [0n, -1n];
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.number === 1) revision = fields.whole();
    else if (fields.number === 3) position = wholeIn(fields.bytes());
    else fields.skip();
  }
  return { kind: 'written', position, revision };
}

/** Field 1 of a message: a number, which is 0 where it is left out. */
function wholeIn(bytes: Buffer): bigint {
  let found = 0n;
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.number === 1) found = fields.whole();
    else fields.skip();
  }
  return found;
}

/** `google.rpc.Status`: details = 3, an `Any`: type_url = 1, value = 2. */
function refusalIn(bytes: Buffer): Answer | Error {
  let [type, value]: [string, Buffer] = ['', Buffer.alloc(0)];
  const status = new Fields(bytes);
  while (status.next()) {
    if (status.number !== 3) {
      status.skip();
      continue;
    }
    const details = new Fields(status.bytes());
    while (details.next()) {
      if (details.number === 1) type = details.bytes().toString();
      else if (details.number === 2) value = details.bytes();
      else details.skip();
    }
  }
  return refusalOf(type.slice(type.lastIndexOf('.') + 1), value);
}

function refusalOf(type: string, value: Buffer): Answer | Error {
  switch (type) {
    case 'WrongExpectedVersion':
      return { kind: 'wrong-version' };
    case 'MaximumAppendSizeExceeded':
      return refused('too-large', `an append has at most ${wholeIn(value)} bytes on this server (MaxAppendSize)`);
    // Newer servers name the event and not the append.
    case 'MaximumAppendEventSizeExceeded':
      return refused('too-large', 'an event is larger than this server takes (MaxAppendEventSize)');
    case 'AccessDenied':
      return refused(
        'denied',
        'the server refused the append: AccessDenied. The user needs the right to write this stream, see $userStreamAcl in $settings',
      );
    case 'StreamDeleted':
      return refused('deleted', 'the server refused the append: its stream was deleted for good (tombstone)');
    case 'InvalidTransaction':
    case 'BadRequest':
      return refused('bad', `the server refused the append: ${type}`);
    default:
      return unsaid(type);
  }
}

const unsaid = (type: string): Error =>
  new Error(`the server could not say what became of the append: ${type || 'no reason'}`);

const refused = (why: Refused, reason: string): Answer => ({ kind: 'refused', why, reason });
