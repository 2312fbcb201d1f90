/**
 * What the double of EventStoreDB keeps: one log of records, streams as lists into it, and the server's rules for appends
 * and deletions. Of a record it keeps the answer that a read sends, already encoded.
 */
import { randomUUID } from 'node:crypto';
import { FOREIGN_SIZE, FOREIGN_STREAMS, ForeignRecord } from './foreign';
import { decodeRecord, encodeRecord } from './messages';
import { RecordFile } from './record-file';
import { RecordIndex } from './record-index';
import { DELETED, type Expected, type Proposed, type Recorded, type Written } from './shapes';
import { StreamRules } from './stream-rules';
import { metadataStreamOf, type StreamSettings, withBefore } from './stream-settings';

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
const NOTHING = new Uint8Array();

export class Records {
  private readonly index = new RecordIndex();
  private readonly rules = new StreamRules(this.index);
  readonly all = this.index.all;
  private readonly listeners = new Set<() => void>();
  private readonly file: RecordFile | undefined;
  /** Where the next record will stand. */
  next: bigint;
  /** Before it any position can be read. */
  scavengedTo = 0n;
  /** How often records were taken away: then indexes are others. */
  rewrites = 0;
  /** How many records a quorum has, where it is not all of them. */
  private replicated: number | undefined;
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
    const again = this.index.writtenBefore(stream, expected, events);
    if (again) return again;
    const refused = this.rules.refusal(stream, expected);
    if (refused) return refused;
    const wasDeleted = this.rules.isSoftlyDeleted(stream);
    const first = (this.index.lastOf(stream)?.revision ?? -1n) + 1n;
    const records = events.map((event) => this.record(stream, event));
    this.file?.add(records);
    const { revision, position } = this.all.at(-1) as Recorded;
    // What was deleted softly begins again behind what it hides.
    if (wasDeleted) this.ended(this.hide(stream, first));
    if (this.all.length % STATISTICS_EVERY < events.length) this.writeStatistics();
    this.tell();
    return { kind: 'written', revision, position };
  }

  /** Softly: its events are hidden from who reads the stream. */
  delete(stream: string, expected: Expected): Written {
    return this.rules.refusal(stream, expected) ?? this.ended(this.hide(stream, DELETED));
  }

  /** For good. */
  tombstone(stream: string, expected: Expected): Written {
    const event = { ...ofServer('$streamDeleted'), contentType: 'application/octet-stream' };
    return this.rules.refusal(stream, expected) ?? this.ended(this.record(stream, event, DELETED));
  }

  /** Takes from the log what its streams hide. `now`: milliseconds since 1970 UTC. */
  scavenge(now = Date.now()): void {
    const gone = this.rules.scavenged(now);
    this.restore({ all: this.all.filter((record) => !gone.has(record)), next: this.next });
    this.scavengedTo = this.next;
  }

  /** Adds `count` records of other tenants, of about 200 bytes each. */
  foreign(count: number): void {
    this.keepForeign(count);
    this.file?.addForeign(count);
    this.tell();
  }

  /** What a read of the stream finds among the first `end` records of the log. `now`: milliseconds since 1970 UTC. */
  shown(stream: string, now: number, end = this.end): readonly Recorded[] | 'not-found' | 'deleted' {
    return this.rules.shown(stream, end < this.all.length ? this.all[end]?.position : undefined, now);
  }

  settingsOf(stream: string): StreamSettings {
    return this.rules.settingsOf(stream);
  }

  /** Index behind the last record that is shown. */
  get end(): number {
    return this.replicated ?? this.all.length;
  }

  isReplicated(position: bigint): boolean {
    const at = this.indexOf(position);
    return at < this.end && this.all[at]?.position === position;
  }

  /** Index of the first record at or after `position`. */
  indexOf(position: bigint): number {
    return this.index.at(position);
  }

  listen(heard: () => void): () => void {
    this.listeners.add(heard);
    return () => this.listeners.delete(heard);
  }

  /** From now on there is no quorum: what is written is not shown. */
  hold(): void {
    this.replicated ??= this.all.length;
  }

  /** There is a quorum again. */
  replicate(): void {
    this.replicated = undefined;
    this.tell();
  }

  /** Another node leads: what no quorum has is gone. */
  truncate(): void {
    const all = this.all.slice(0, this.end);
    const next = this.all[this.end]?.position ?? this.next;
    this.replicated = undefined;
    this.restore({ all, next });
  }

  backup(): Backup {
    return { all: [...this.all], next: this.next };
  }

  /** The log and its streams become those of then. What is written from now on stands where other records stood. */
  restore({ all, next }: Backup): void {
    if (this.file) throw new Error('a log that is kept in a file cannot be put back');
    this.index.replace(all);
    this.foreigners = all.filter((record) => record instanceof ForeignRecord).length;
    this.next = next;
    this.rewrites += 1;
    this.tell();
  }

  close(): void {
    this.file?.close();
  }

  private tell(): void {
    for (const heard of this.listeners) heard();
  }

  private ended(record: Recorded): Written {
    const { revision, position } = record;
    this.file?.add([record]);
    this.tell();
    return { kind: 'written', revision, position };
  }

  private hide(stream: string, before: bigint): Recorded {
    const data = withBefore(this.settingsOf(stream), before);
    return this.record(metadataStreamOf(stream), { ...ofServer('$metadata'), data });
  }

  private record(stream: string, event: Proposed, at?: bigint): Recorded {
    const revision = at ?? (this.index.lastOf(stream)?.revision ?? -1n) + 1n;
    const position = this.next;
    const created = Date.now();
    const wire = encodeRecord({ stream, revision, position, created }, event);
    const record = { id: event.id, stream, type: event.type, revision, position, created, wire };
    this.keep(record);
    return record;
  }

  private keepForeign(count: number): void {
    for (let i = 0; i < count; i++, this.foreigners++) {
      const revision = BigInt(Math.floor(this.foreigners / FOREIGN_STREAMS));
      this.index.add(new ForeignRecord(this.foreigners, revision, this.next));
      this.next += FOREIGN_SIZE;
    }
  }

  private keep(record: Recorded): void {
    this.index.add(record);
    this.next = record.position + FRAME + BigInt(record.wire.length);
  }

  private writeStatistics(): void {
    const event = { ...ofServer('$statsCollected'), data: Buffer.from('{}') };
    const record = this.record('$stats-127.0.0.1:2113', event);
    this.file?.add([record]);
  }
}

/** What the server writes itself. */
const ofServer = (type: string): Proposed => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  metadata: NOTHING,
  data: NOTHING,
});
