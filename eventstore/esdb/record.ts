/**
 * A record as the server sends it, read from its own bytes. The client's conversion makes some thirty objects of each; a log
 * that is read in pages of a thousand needs eight fields. Field numbers are those of streams.proto and shared.proto.
 */
import { Fields } from './protobuf';

export interface ServerRecord {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  /** Of the commit; undefined where the server names none in streams (before 22.10). */
  readonly position: bigint | undefined;
  readonly type: string;
  readonly contentType: string;
  readonly metadata: Uint8Array;
  readonly data: Uint8Array;
}

/** One message of a read. */
export type ServerMessage =
  | { readonly kind: 'record'; readonly record: ServerRecord }
  | { readonly kind: 'confirmation' | 'not-found' | 'other' };

/** What a server that does not know a position says instead. */
const NO_POSITION = 1n << 63n;
const EMPTY = new Uint8Array();
const OTHER: ServerMessage = { kind: 'other' };

/** `ReadResp`: event = 1, confirmation = 2, stream_not_found = 4; whatever else comes says nothing about records. */
export function readMessage(bytes: Buffer): ServerMessage {
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.number === 1) return recordIn(fields.bytes());
    if (fields.number === 2) return { kind: 'confirmation' };
    if (fields.number === 4) return { kind: 'not-found' };
    fields.skip();
  }
  return OTHER;
}

/** `ReadEvent`: event = 1. Links are never asked for. */
function recordIn(bytes: Buffer): ServerMessage {
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.number === 1) return { kind: 'record', record: recordOf(fields.bytes()) };
    fields.skip();
  }
  return OTHER;
}

function recordOf(bytes: Buffer): ServerRecord {
  let [id, stream, type, contentType] = ['', '', '', ''];
  let [revision, position]: [bigint, bigint | undefined] = [0n, undefined];
  let [metadata, data]: [Uint8Array, Uint8Array] = [EMPTY, EMPTY];
  const fields = new Fields(bytes);
  while (fields.next()) {
    switch (fields.number) {
      case 1:
        id = uuidOf(fields.bytes());
        break;
      case 2:
        stream = streamNameOf(fields.bytes());
        break;
      case 3:
        revision = fields.whole();
        break;
      case 5: {
        const commit = fields.whole();
        position = commit >= NO_POSITION ? undefined : commit;
        break;
      }
      case 6: {
        const [key, value] = entryOf(fields.bytes());
        if (key === 'type') type = value;
        else if (key === 'content-type') contentType = value;
        break;
      }
      case 7:
        metadata = fields.bytes();
        break;
      case 8:
        data = fields.bytes();
        break;
      default:
        fields.skip();
    }
  }
  return { id, stream, revision, position, type, contentType, metadata, data };
}

/** `UUID`: structured = 1 (the two halves, most and least significant), string = 2. */
export function uuidOf(bytes: Buffer): string {
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.number === 2) return fields.bytes().toString();
    if (fields.number === 1) return fromHalves(fields.bytes());
    fields.skip();
  }
  return '';
}

function fromHalves(bytes: Buffer): string {
  const halves = [0n, 0n];
  const fields = new Fields(bytes);
  while (fields.next()) halves[fields.number - 1] = fields.whole();
  const hex = halves.map((half) => half.toString(16).padStart(16, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** `StreamIdentifier`: stream_name = 3. */
function streamNameOf(bytes: Buffer): string {
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.number === 3) return fields.bytes().toString();
    fields.skip();
  }
  return '';
}

/** An entry of a map: key = 1, value = 2. */
function entryOf(bytes: Buffer): readonly [string, string] {
  let [key, value] = ['', ''];
  const fields = new Fields(bytes);
  while (fields.next()) {
    const text = fields.bytes().toString();
    if (fields.number === 1) key = text;
    else value = text;
  }
  return [key, value];
}
