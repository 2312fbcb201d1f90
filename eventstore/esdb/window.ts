/** The newest events in memory: what one reader of a process fetched, the others need not fetch again, in whatever thread they are. */
import type { LoggedEvent, Position } from '../store';
import { type Chunk, Ring, ringInFile, ringInMemory, type RingParts } from './ring';

/** Of a window that threads share: whoever decides much lags hundreds of thousands of events behind an import. */
const SHARED_BYTES = 512 * 1024 * 1024;
const OWN_BYTES = 4 * 1024 * 1024;
/** Events that are asked for at once. */
const ENOUGH = 1_000;

/** A window for several threads, over a file that nobody sees. */
export const sharedWindow = (file: string): RingParts => ringInFile(file, SHARED_BYTES);

export class Window {
  private readonly ring: Ring;

  constructor(shared: RingParts = ringInMemory(OWN_BYTES)) {
    this.ring = new Ring(shared);
  }

  /** All events with `after` < position ≤ `until`. */
  add(after: Position, until: Position, events: readonly LoggedEvent[]): void {
    for (;;) {
      const span = this.ring.span();
      if (after >= span.after && until <= span.until) return;
      const from = after < span.until && after >= span.after ? span.until : after;
      const more = events.filter(({ position }) => position > from);
      if (this.ring.push({ after: from, until, count: more.length, bytes: pack(more) }, span.until)) return;
    }
  }

  /** Events behind `after`, and to where these are all; undefined where they are not here. */
  from(after: Position): { readonly events: readonly LoggedEvent[]; readonly until: Position } | undefined {
    const chunks = this.ring.from(after, ENOUGH);
    if (!chunks) return undefined;
    const events = chunks.flatMap(unpack).filter(({ position }) => position > after);
    return { events, until: chunks.at(-1)?.until ?? after };
  }

  /** One at a time, of all who share it. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.ring.inTurn(work);
  }
}

/** Position, revision, two stamps, and how long stream, type and bytes are. */
const HEAD = 44;

function pack(events: readonly LoggedEvent[]): Buffer {
  const room = ({ stream, type, bytes }: LoggedEvent) => HEAD + 3 * (stream.length + type.length) + bytes.length;
  const packed = Buffer.allocUnsafe(events.reduce((sum, event) => sum + room(event), 0));
  let at = 0;
  for (const { position, revision, occurredAt, recordedAt, stream, type, bytes } of events) {
    const streamLength = packed.write(stream, at + HEAD);
    const typeLength = packed.write(type, at + HEAD + streamLength);
    packed.writeBigInt64LE(position, at);
    packed.writeBigInt64LE(revision, at + 8);
    packed.writeDoubleLE(occurredAt, at + 16);
    packed.writeDoubleLE(recordedAt, at + 24);
    packed.writeUInt32LE(streamLength, at + 32);
    packed.writeUInt32LE(typeLength, at + 36);
    packed.writeUInt32LE(bytes.length, at + 40);
    at += HEAD + streamLength + typeLength;
    packed.set(bytes, at);
    at += bytes.length;
  }
  return packed.subarray(0, at);
}

function unpack({ count, bytes }: Chunk): LoggedEvent[] {
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events = new Array<LoggedEvent>(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const typeAt = at + HEAD + packed.readUInt32LE(at + 32);
    const bytesAt = typeAt + packed.readUInt32LE(at + 36);
    const end = bytesAt + packed.readUInt32LE(at + 40);
    events[i] = {
      position: packed.readBigInt64LE(at),
      stream: packed.toString('utf8', at + HEAD, typeAt),
      revision: packed.readBigInt64LE(at + 8),
      type: packed.toString('utf8', typeAt, bytesAt),
      occurredAt: packed.readDoubleLE(at + 16),
      recordedAt: packed.readDoubleLE(at + 24),
      bytes: packed.subarray(bytesAt, end),
    };
    at = end;
  }
  return events;
}
