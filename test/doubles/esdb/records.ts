/**
 * What the double of EventStoreDB keeps: one log of records, streams as lists into it, and the server's rules for an
 * append, idempotence included. Of a record it keeps the answer that a read sends, already encoded.
 */
import { FOREIGN_SIZE, FOREIGN_STREAMS, ForeignRecord } from './foreign';
import { decodeRecord, encodeRecord } from './messages';
import { RecordFile } from './record-file';
import type { Actual, Expected, Proposed, Recorded, Written } from './shapes';

export interface RecordsOptions {
  /** Where the first record stands. */
  readonly firstPosition?: bigint;
  /** Keeps the records here, so that a double that was killed finds them again. */
  readonly file?: string;
}

/** A state of the log, to come back to. */
export interface Backup {
  readonly all: readonly Recorded[];
  readonly next: bigint;
}

/** A server writes statistics of its own into the same log. */
const STATISTICS_EVERY = 400;
/** About what a record's frame takes in the log file: positions have gaps. */
const FRAME = 90n;

export class Records {
  readonly all: Recorded[] = [];
  private readonly streams = new Map<string, Recorded[]>();
  private readonly known = new Map<string, Recorded>();
  private readonly listeners = new Set<() => void>();
  private readonly file: RecordFile | undefined;
  /** Where the next record will stand. */
  private next: bigint;
  private foreigners = 0;

  constructor({ firstPosition = 0n, file }: RecordsOptions = {}) {
    this.next = firstPosition;
    if (file !== undefined) {
      this.file = RecordFile.open(file, {
        record: (wire) => this.keep(decodeRecord(wire)),
        foreign: (count) => this.keepForeign(count),
      });
    }
    if (this.all.length === 0) this.writeStatistics();
  }

  append(stream: string, expected: Expected, events: readonly Proposed[]): Written {
    const records = this.streams.get(stream) ?? [];
    const actual: Actual = records.at(-1)?.revision ?? 'none';
    const again = this.writtenBefore(records, expected, events);
    if (again) return again;
    if (!meets(expected, actual)) return { kind: 'wrong-version', actual };
    for (const event of events) this.record(stream, event);
    const last = this.all.at(-1) as Recorded;
    const written: Written = { kind: 'written', revision: last.revision, position: last.position };
    if (this.all.length % STATISTICS_EVERY < events.length) this.writeStatistics();
    this.tell();
    return written;
  }

  /** Adds `count` records of other tenants, of about 200 bytes each. */
  foreign(count: number): void {
    this.keepForeign(count);
    this.file?.addForeign(count);
    this.tell();
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

  backup(): Backup {
    return { all: [...this.all], next: this.next };
  }

  /** The log and its streams become those of then. What is written from now on stands where other records stood. */
  restore({ all, next }: Backup): void {
    if (this.file) throw new Error('a log that is kept in a file cannot be put back');
    this.all.length = 0;
    this.streams.clear();
    this.known.clear();
    for (const record of all) this.place(record);
    this.foreigners = all.filter((record) => record instanceof ForeignRecord).length;
    this.next = next;
  }

  close(): void {
    this.file?.close();
  }

  private tell(): void {
    for (const heard of this.listeners) heard();
  }

  /** The server's own idempotence: the same ids where they would have been written count as written. */
  private writtenBefore(
    records: readonly Recorded[],
    expected: Expected,
    events: readonly Proposed[],
  ): Written | undefined {
    const first = this.known.get(events[0]?.id ?? '');
    const start = Number((first?.revision ?? 0n) - (records[0]?.revision ?? 0n));
    if (!first || records[start] !== first) return undefined;
    const wanted = expected === 'none' ? 0n : typeof expected === 'bigint' ? expected + 1n : first.revision;
    if (wanted !== first.revision) return undefined;
    if (!events.every((event, i) => records[start + i]?.id === event.id)) return undefined;
    const { revision, position } = records[start + events.length - 1] as Recorded;
    return { kind: 'written', revision, position, repeated: true };
  }

  private record(stream: string, event: Proposed): void {
    const revision = (this.streams.get(stream)?.at(-1)?.revision ?? -1n) + 1n;
    const position = this.next;
    const wire = encodeRecord(stream, revision, position, event);
    this.keep({ id: event.id, stream, type: event.type, revision, position, wire });
    this.file?.add(wire);
  }

  private keepForeign(count: number): void {
    for (let i = 0; i < count; i++, this.foreigners++) {
      const revision = BigInt(Math.floor(this.foreigners / FOREIGN_STREAMS));
      this.place(new ForeignRecord(this.foreigners, revision, this.next));
      this.next += FOREIGN_SIZE;
    }
  }

  private keep(record: Recorded): void {
    this.place(record);
    this.next = record.position + FRAME + BigInt(record.wire.length);
  }

  private place(record: Recorded): void {
    const { stream } = record;
    const records = this.streams.get(stream);
    if (records) records.push(record);
    else this.streams.set(stream, [record]);
    this.all.push(record);
    if (!(record instanceof ForeignRecord)) this.known.set(record.id, record);
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
}

function meets(expected: Expected, actual: Actual): boolean {
  if (expected === 'any') return true;
  if (expected === 'exists') return actual !== 'none';
  return expected === actual;
}
