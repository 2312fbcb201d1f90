/** The records of the double in the order of the log, by stream and by id. */
import { ForeignRecord } from './foreign';
import type { Expected, Proposed, Recorded, Written } from './shapes';

export class RecordIndex {
  readonly all: Recorded[] = [];
  private readonly streams = new Map<string, Recorded[]>();
  private readonly known = new Map<string, Recorded>();

  add(record: Recorded): void {
    const { stream } = record;
    const records = this.streams.get(stream);
    if (records) records.push(record);
    else this.streams.set(stream, [record]);
    this.all.push(record);
    if (!(record instanceof ForeignRecord)) this.known.set(record.id, record);
  }

  replace(all: readonly Recorded[]): void {
    this.all.length = 0;
    this.streams.clear();
    this.known.clear();
    for (const record of all) this.add(record);
  }

  stream(name: string): readonly Recorded[] {
    return this.streams.get(name) ?? [];
  }

  lastOf(name: string): Recorded | undefined {
    return this.streams.get(name)?.at(-1);
  }

  /** Index of the first record at or after `position`. */
  at(position: bigint): number {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle] as Recorded).position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The server's own idempotence: the same ids where they would have been written count as written. */
  writtenBefore(stream: string, expected: Expected, events: readonly Proposed[]): Written | undefined {
    const records = this.stream(stream);
    const first = this.known.get(events[0]?.id ?? '');
    const start = Number((first?.revision ?? 0n) - (records[0]?.revision ?? 0n));
    if (!first || records[start] !== first) return undefined;
    const wanted = expected === 'none' ? 0n : typeof expected === 'bigint' ? expected + 1n : first.revision;
    if (wanted !== first.revision) return undefined;
    if (!events.every((event, i) => records[start + i]?.id === event.id)) return undefined;
    const { revision, position } = records[start + events.length - 1] as Recorded;
    return { kind: 'written', revision, position, repeated: true };
  }
}
