/** The register in arrays: for tests, and for a node that reads its log again each time it starts. */
import type { Doubled, Doubles, Known, Position, Revision, StreamName } from '../store';
import {
  type Checkpoint,
  doubledOf,
  type Entry,
  type Gap,
  type Id,
  keyOf,
  NOTHING,
  type Register,
  SOME_DOUBLES,
  SOME_GAPS,
} from './register';

export class MemoryRegister implements Register {
  private logId: string | undefined;
  private head = NOTHING;
  private readonly entries: Entry[] = [];
  private readonly ids = new Map<string, Entry>();
  private readonly second: Doubled[] = [];
  private readonly lastOf = new Map<StreamName, Revision>();

  async bind(logId: string): Promise<string> {
    this.logId ??= logId;
    return this.logId;
  }

  async checkpoint(): Promise<Checkpoint> {
    return this.head;
  }

  async add(entries: readonly Entry[], checkpoint: Checkpoint): Promise<void> {
    for (const entry of entries) {
      if (entry.ordinal !== this.entries.length + 1) continue;
      this.entries.push(entry);
      const key = keyOf(entry);
      const first = this.ids.get(key);
      if (first) this.second.push(doubledOf(entry, first.position));
      else this.ids.set(key, entry);
      this.lastOf.set(entry.stream, entry.revision);
    }
    if (isAhead(checkpoint, this.head)) this.head = checkpoint;
  }

  async find(ids: readonly Id[]): Promise<readonly (Known | undefined)[]> {
    return ids.map((id) => this.ids.get(keyOf(id)));
  }

  async at(positions: readonly Position[]): Promise<readonly Entry[]> {
    return positions.flatMap((position) => {
      const entry = this.entries[this.countUpTo((e) => e.position < position)];
      return entry?.position === position ? [entry] : [];
    });
  }

  async lifted(after: Position, until: Position): Promise<ReadonlyMap<Position, number>> {
    const found = new Map<Position, number>();
    for (let i = this.countUpTo((e) => e.position <= after); i < this.entries.length; i++) {
      const entry = this.entries[i] as Entry;
      if (entry.position > until) break;
      if (entry.lifted) found.set(entry.position, entry.recordedAt);
    }
    return found;
  }

  async doubled(after: Position, until: Position): Promise<ReadonlySet<Position>> {
    const within = this.second.filter(({ position }) => position > after && position <= until);
    return new Set(within.map(({ position }) => position));
  }

  async doubles(): Promise<Doubles> {
    return { count: this.second.length, some: this.second.slice(0, SOME_DOUBLES) };
  }

  async ends(streams: readonly StreamName[]): Promise<ReadonlyMap<StreamName, Revision>> {
    const found = new Map<StreamName, Revision>();
    for (const stream of streams) {
      const last = this.lastOf.get(stream);
      if (last !== undefined) found.set(stream, last);
    }
    return found;
  }

  async next(after: Position, limit: number): Promise<readonly Position[]> {
    const from = this.countUpTo((e) => e.position <= after);
    return this.entries.slice(from, from + limit).map(({ position }) => position);
  }

  async floor(position: Position): Promise<Position> {
    return this.entries[this.countUpTo((e) => e.position <= position) - 1]?.position ?? 0n;
  }

  async gaps(): Promise<readonly Gap[]> {
    return this.entries.flatMap(gapBefore).slice(0, SOME_GAPS);
  }

  async positionAt(recordedAt: number): Promise<Position> {
    return this.entries[this.countUpTo((e) => e.recordedAt <= recordedAt) - 1]?.position ?? 0n;
  }

  async leaves(from: number, limit: number): Promise<readonly Entry[]> {
    return this.entries.slice(from - 1, from - 1 + limit);
  }

  async close(): Promise<void> {}

  /** How many entries from the first on pass a test that no later one passes again. */
  private countUpTo(passes: (entry: Entry) => boolean): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (passes(this.entries[middle] as Entry)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export const gapBefore = ({
  position,
  stream,
  revision,
  missing,
}: Pick<Entry, 'position' | 'stream' | 'revision' | 'missing'>): readonly Gap[] =>
  missing === undefined ? [] : [{ position, stream, from: missing, until: revision }];

export const isAhead = (one: Checkpoint, other: Checkpoint): boolean =>
  one.size > other.size || (one.size === other.size && one.scanned > other.scanned);
