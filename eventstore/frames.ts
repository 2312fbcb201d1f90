/**
 * What travels between the main thread and the writer: appends and outcomes packed into one buffer a message, which is
 * handed over rather than cloned. Both ends are the same version of this file; nothing here is ever stored.
 */
import type { Append, ExpectedRevision, NewEvent, Outcome } from './store';

const FRAME_HEAD = 8;
const APPEND_HEAD = 20;
const EVENT_HEAD = 52;

/** UTF-8 never needs more than 3 bytes for a UTF-16 unit. */
const roomFor = (text: string): number => text.length * 3;

/** Upper bound of the bytes that `append` takes in a frame. */
export function roomForAppend(append: Append): number {
  let room = APPEND_HEAD + roomFor(append.stream);
  for (const e of append.events) {
    room += EVENT_HEAD + roomFor(e.source) + roomFor(e.clientId) + roomFor(e.type) + e.bytes.length;
  }
  return room;
}

const EXPECTED = { any: 0, none: 1, exact: 2 } as const;

/**
 * Packs appends one by one, so that what they were made of need not wait for the others. Of appends that `checkAppend`
 * (deciding.ts) let pass: whoever unpacks a frame does not look again.
 */
export class Packing {
  private frame: Buffer;
  private view: DataView;
  private at = FRAME_HEAD;
  private events = 0;
  private appends = 0;

  /** `room` in bytes; it grows where that is not enough. */
  constructor(room: number) {
    this.frame = Buffer.allocUnsafeSlow(FRAME_HEAD + room);
    this.view = new DataView(this.frame.buffer);
  }

  add(append: Append): void {
    this.ensure(roomForAppend(append));
    const { frame, view, at } = this;
    const { stream, expected, events } = append;
    const exact = typeof expected === 'bigint';
    const length = writeText(frame, stream, at + APPEND_HEAD);
    view.setUint32(at, length);
    view.setUint32(at + 4, events.length);
    view.setUint32(at + 8, exact ? EXPECTED.exact : EXPECTED[expected]);
    view.setBigInt64(at + 12, exact ? expected : 0n);
    let end = at + APPEND_HEAD + length;
    for (const event of events) end = packEvent(frame, view, end, event);
    this.at = end;
    this.events += events.length;
    this.appends += 1;
  }

  /** The frame; its buffer is its own. Nothing may be added any more. */
  take(): Buffer {
    this.view.setUint32(0, this.events);
    this.view.setUint32(4, this.appends);
    return this.frame.subarray(0, this.at);
  }

  private ensure(room: number): void {
    const needed = this.at + room;
    if (needed <= this.frame.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.frame.length));
    this.frame.copy(larger, 0, 0, this.at);
    this.frame = larger;
    this.view = new DataView(larger.buffer);
  }
}

/** `room` is the sum of `roomForAppend`. */
export function packAppends(appends: readonly Append[], room: number): Buffer {
  const packing = new Packing(room);
  for (const append of appends) packing.add(append);
  return packing.take();
}

/** UTF-8; answers the bytes written. Names are short and nearly always ASCII: a loop beats the call into the runtime. */
function writeText(frame: Buffer, text: string, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return frame.write(text, at);
    frame[at + i] = unit;
  }
  return text.length;
}

function packEvent(frame: Buffer, view: DataView, at: number, event: NewEvent): number {
  let end = at + EVENT_HEAD;
  const source = writeText(frame, event.source, end);
  end += source;
  const id = writeText(frame, event.clientId, end);
  end += id;
  const type = writeText(frame, event.type, end);
  end += type;
  frame.set(event.bytes, end);
  frame.set(event.fingerprint, at);
  view.setUint32(at + 16, source);
  view.setUint32(at + 20, id);
  view.setUint32(at + 24, type);
  view.setUint32(at + 28, event.bytes.length);
  view.setUint32(at + 32, event.stampAt);
  view.setFloat64(at + 36, event.occurredAt);
  view.setFloat64(at + 44, event.recordedAt);
  return end + event.bytes.length;
}

/** How many events a frame holds. */
export const eventsIn = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(0);

/** How many appends a frame holds. */
export const appendsIn = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(4);

/** The appends of a frame, in order. Their bytes are views into the frame. */
export function* unpackAppends(message: Uint8Array): Generator<Append> {
  const frame = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = FRAME_HEAD;
  while (at < frame.length) {
    const nameEnd = at + APPEND_HEAD + view.getUint32(at);
    const events = new Array<NewEvent>(view.getUint32(at + 4));
    const stream = frame.toString('utf8', at + APPEND_HEAD, nameEnd);
    const expected = unpackExpected(view, at + 8);
    at = nameEnd;
    for (let i = 0; i < events.length; i++) {
      const event = unpackEvent(frame, view, at);
      events[i] = event;
      at = event.end;
    }
    yield { stream, expected, events };
  }
}

function unpackExpected(view: DataView, at: number): ExpectedRevision {
  const kind = view.getUint32(at);
  if (kind === EXPECTED.exact) return view.getBigInt64(at + 4);
  return kind === EXPECTED.none ? 'none' : 'any';
}

function unpackEvent(frame: Buffer, view: DataView, at: number): NewEvent & { readonly end: number } {
  const idAt = at + EVENT_HEAD + view.getUint32(at + 16);
  const typeAt = idAt + view.getUint32(at + 20);
  const bytesAt = typeAt + view.getUint32(at + 24);
  const end = bytesAt + view.getUint32(at + 28);
  return {
    source: frame.toString('utf8', at + EVENT_HEAD, idAt),
    clientId: frame.toString('utf8', idAt, typeAt),
    type: frame.toString('utf8', typeAt, bytesAt),
    fingerprint: frame.subarray(at, at + 16),
    occurredAt: view.getFloat64(at + 36),
    recordedAt: view.getFloat64(at + 44),
    stampAt: view.getUint32(at + 32),
    bytes: frame.subarray(bytesAt, end),
    end,
  };
}

const OUTCOME_HEAD = 32;
const KINDS = ['appended', 'duplicate', 'conflict', 'partly-known', 'wrong-version', 'failed'] as const;
const NONE = new Uint8Array();

/** Record: kind, length of the tail, three numbers; then the tail (fingerprints, indexes or a sentence). */
export function packOutcomes(outcomes: readonly Outcome[]): Buffer {
  const tails = outcomes.map(tailOf);
  const frame = Buffer.allocUnsafeSlow(tails.reduce((sum, tail) => sum + OUTCOME_HEAD + tail.length, 0));
  const view = new DataView(frame.buffer);
  let at = 0;
  for (const [i, outcome] of outcomes.entries()) {
    const tail = tails[i] ?? NONE;
    view.setUint32(at, KINDS.indexOf(outcome.kind));
    view.setUint32(at + 4, tail.length);
    if (outcome.kind === 'appended' || outcome.kind === 'duplicate') {
      view.setBigInt64(at + 8, outcome.position);
      view.setBigInt64(at + 16, outcome.revision);
      view.setFloat64(at + 24, outcome.recordedAt);
    } else if (outcome.kind === 'conflict') {
      view.setFloat64(at + 24, outcome.index);
    } else if (outcome.kind === 'wrong-version') {
      view.setBigInt64(at + 16, outcome.actual === 'none' ? -1n : outcome.actual);
    }
    frame.set(tail, at + OUTCOME_HEAD);
    at += OUTCOME_HEAD + tail.length;
  }
  return frame;
}

function tailOf(outcome: Outcome): Uint8Array {
  if (outcome.kind === 'conflict') return Buffer.concat([outcome.known, outcome.sent]);
  if (outcome.kind === 'partly-known') return new Uint8Array(Uint32Array.from(outcome.known).buffer);
  if (outcome.kind === 'failed') return Buffer.from(outcome.reason);
  return NONE;
}

export function unpackOutcomes(message: Uint8Array): Outcome[] {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const outcomes: Outcome[] = [];
  for (let at = 0; at < message.byteLength; ) {
    const end = at + OUTCOME_HEAD + view.getUint32(at + 4);
    outcomes.push(unpackOutcome(view, at, message.subarray(at + OUTCOME_HEAD, end)));
    at = end;
  }
  return outcomes;
}

function unpackOutcome(view: DataView, at: number, tail: Uint8Array): Outcome {
  const kind = KINDS[view.getUint32(at)];
  const revision = view.getBigInt64(at + 16);
  switch (kind) {
    case 'appended':
    case 'duplicate':
      return { kind, position: view.getBigInt64(at + 8), revision, recordedAt: view.getFloat64(at + 24) };
    case 'conflict':
      return { kind, index: view.getFloat64(at + 24), known: tail.slice(0, 16), sent: tail.slice(16) };
    case 'partly-known':
      return { kind, known: [...new Uint32Array(tail.slice().buffer)] };
    case 'wrong-version':
      return { kind, actual: revision < 0n ? 'none' : revision };
    default:
      return { kind: 'failed', reason: Buffer.from(tail).toString() };
  }
}
