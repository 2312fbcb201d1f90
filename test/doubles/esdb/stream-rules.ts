/** What the server shows of a stream and what it takes: by its records, and by what its metadata hide. */
import type { RecordIndex } from './record-index';
import { type Actual, DELETED, type Expected, type Recorded, type Written } from './shapes';
import {
  hiddenOf,
  isSoftlyDeleted,
  metadataStreamOf,
  originalOf,
  settingsOf,
  type StreamSettings,
} from './stream-settings';

export class StreamRules {
  constructor(private readonly index: RecordIndex) {}

  settingsOf(stream: string): StreamSettings {
    return settingsOf(stream, this.index.lastOf(metadataStreamOf(stream)));
  }

  isSoftlyDeleted(stream: string): boolean {
    return isSoftlyDeleted(this.settingsOf(stream));
  }

  /** Why the stream takes nothing, if so. */
  refusal(stream: string, expected: Expected): Written | undefined {
    if (this.isTombstoned(stream)) return { kind: 'refused', why: 'deleted' };
    const actual: Actual = this.index.lastOf(stream)?.revision ?? 'none';
    const isGone = actual === 'none' || this.isSoftlyDeleted(stream);
    if (expected === 'any' || expected === actual) return undefined;
    if (isGone ? expected === 'none' : expected === 'exists') return undefined;
    return { kind: 'wrong-version', actual };
  }

  /** What a read of the stream finds, of the records before a position. `now`: milliseconds since 1970 UTC. */
  shown(stream: string, before: bigint | undefined, now: number): readonly Recorded[] | 'not-found' | 'deleted' {
    if (this.isTombstoned(stream)) return 'deleted';
    const all = this.index.stream(stream);
    const records = before === undefined ? all : all.filter(({ position }) => position < before);
    const settings = this.settingsOf(stream);
    if (records.length === 0 || isSoftlyDeleted(settings)) return 'not-found';
    const hidden = hiddenOf(records, settings, now);
    return hidden === 0 ? records : records.slice(hidden);
  }

  /** What a scavenge takes: what is hidden, but for the last record of each stream. */
  scavenged(now: number): ReadonlySet<Recorded> {
    const gone = new Set<Recorded>();
    for (const stream of new Set(this.index.all.map((record) => record.stream))) {
      const records = this.index.stream(stream);
      const hidden = this.isTombstoned(stream) ? records.length : hiddenOf(records, this.settingsOf(stream), now);
      for (const record of records.slice(0, Math.min(hidden, records.length - 1))) gone.add(record);
    }
    return gone;
  }

  private isTombstoned(stream: string): boolean {
    return this.index.lastOf(originalOf(stream) ?? stream)?.revision === DELETED;
  }
}
