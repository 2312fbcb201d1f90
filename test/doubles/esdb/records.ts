/**
 * What the double of EventStoreDB keeps: one log of records, streams as lists into it, and the server's rules for an
 * append, idempotence included. Of a record it keeps the answer that a read sends, already encoded.
 */
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { FOREIGN_SIZE, FOREIGN_STREAMS, ForeignRecord } from './foreign';
import { decodeRecord, encodeRecord } from './messages';
import { type Actual, type Expected, MAX_APPEND, type Proposed, type Recorded, type Written } from './shapes';

export interface RecordsOptions {
  /** Where the first record stands. */
  readonly firstPosition?: bigint;
  /** Keeps the records here, so that a double that was killed finds them again. */
  readonly file?: string;
}

/** A server writes statistics of its own into the same log. */
const STATISTICS_EVERY = 400;
/** Stands in the file where the length of a record would. */
const FOREIGN = 0xffff_ffff;
/** About what a record's frame takes in the log file: positions have gaps. */
const FRAME = 90n;

export class Records {
  readonly all: Recorded[] = [];
  private readonly streams = new Map<string, Recorded[]>();
  private readonly known = new Map<string, Recorded>();
  private readonly listeners = new Set<() => void>();
  private readonly file: number | undefined;
  private next: bigint;
  private foreigners = 0;

  constructor({ firstPosition = 0n, file }: RecordsOptions = {}) {
    this.next = firstPosition;
    if (file !== undefined) {
      if (existsSync(file)) this.load(readFileSync(file));
      this.file = openSync(file, 'a');
    }
    if (this.all.length === 0) this.writeStatistics();
  }

  append(stream: string, expected: Expected, events: readonly Proposed[]): Written {
    const bytes = events.reduce((sum, e) => sum + e.data.length + e.metadata.length, 0);
    if (bytes > MAX_APPEND) return { kind: 'too-large' };
    const records = this.streams.get(stream) ?? [];
    const actual: Actual = records.length === 0 ? 'none' : BigInt(records.length - 1);
    const again = this.writtenBefore(records, expected, events);
    if (again) return again;
    if (!meets(expected, actual)) return { kind: 'wrong-version', actual };
    for (const event of events) this.record(stream, event);
    const last = this.all.at(-1) as Recorded;
    const written: Written = { kind: 'written', revision: last.revision, position: last.position };
    if (this.all.length % STATISTICS_EVERY < events.length) this.writeStatistics();
    for (const heard of this.listeners) heard();
    return written;
  }

  /** Adds `count` records of other tenants, of about 200 bytes each. */
  foreign(count: number): void {
    this.keepForeign(count);
    this.toFile(FOREIGN, count);
    for (const heard of this.listeners) heard();
  }

  stream(name: string): readonly Recorded[] | undefined {
    return this.streams.get(name);
  }

  /** Index of the first record at or after `position`. */
  indexOf(position: bigint): number {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle] as Recorded).position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  listen(heard: () => void): () => void {
    this.listeners.add(heard);
    return () => this.listeners.delete(heard);
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
  }

  /** The server's own idempotence: the same ids where they would have been written count as written. */
  private writtenBefore(
    records: readonly Recorded[],
    expected: Expected,
    events: readonly Proposed[],
  ): Written | undefined {
    const first = this.known.get(events[0]?.id ?? '');
    if (!first || records[Number(first.revision)] !== first) return undefined;
    const wanted = expected === 'none' ? 0n : typeof expected === 'bigint' ? expected + 1n : first.revision;
    if (wanted !== first.revision) return undefined;
    const start = Number(wanted);
    if (!events.every((event, i) => records[start + i]?.id === event.id)) return undefined;
    const revision = wanted + BigInt(events.length - 1);
    return { kind: 'written', revision, position: first.position, repeated: true };
  }

  private record(stream: string, event: Proposed): void {
    const revision = BigInt(this.streams.get(stream)?.length ?? 0);
    const position = this.next;
    const wire = encodeRecord(stream, revision, position, event);
    this.keep({ id: event.id, stream, type: event.type, revision, position, wire });
    this.toFile(wire.length, wire);
  }

  /** A number, and the record of that length, or how many there are that need not be stored. */
  private toFile(head: number, body: Buffer | number): void {
    if (this.file === undefined) return;
    writeSync(this.file, Buffer.concat([uint32(head), typeof body === 'number' ? uint32(body) : body]));
  }

  private keepForeign(count: number): void {
    for (let i = 0; i < count; i++, this.foreigners++) {
      const name = ForeignRecord.streamOf(this.foreigners);
      const revision = BigInt(Math.floor(this.foreigners / FOREIGN_STREAMS));
      const record = new ForeignRecord(this.foreigners, revision, this.next);
      const records = this.streams.get(name);
      if (records) records.push(record);
      else this.streams.set(name, [record]);
      this.all.push(record);
      this.next += FOREIGN_SIZE;
    }
  }

  private keep(record: Recorded): void {
    const records = this.streams.get(record.stream);
    if (records) records.push(record);
    else this.streams.set(record.stream, [record]);
    this.all.push(record);
    this.known.set(record.id, record);
    this.next = record.position + FRAME + BigInt(record.wire.length);
  }

  private writeStatistics(): void {
    const nothing = new Uint8Array();
    const id = `00000000-0000-4000-8000-${String(this.all.length).padStart(12, '0')}`;
    this.record('$stats-127.0.0.1:2113', {
      id,
      type: '$statsCollected',
      contentType: 'application/json',
      metadata: nothing,
      data: Buffer.from('{}'),
    });
  }

  /** A record that a kill cut off is no record. */
  private load(bytes: Buffer): void {
    for (let at = 0; at + 4 <= bytes.length; ) {
      const head = bytes.readUInt32BE(at);
      const end = at + 4 + (head === FOREIGN ? 4 : head);
      if (end > bytes.length) return;
      if (head === FOREIGN) this.keepForeign(bytes.readUInt32BE(at + 4));
      else this.keep(decodeRecord(Buffer.from(bytes.subarray(at + 4, end))));
      at = end;
    }
  }
}

function meets(expected: Expected, actual: Actual): boolean {
  if (expected === 'any') return true;
  if (expected === 'exists') return actual !== 'none';
  return expected === actual;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
