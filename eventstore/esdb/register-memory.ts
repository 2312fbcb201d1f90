/** The register in arrays: for tests, and for a node that reads its log again each time it starts. */
import type { Known, Position } from '../store';
import { type Checkpoint, type Entry, type Id, NOTHING, type Register } from './register';

export class MemoryRegister implements Register {
  private logId: string | undefined;
  private head = NOTHING;
  private readonly entries: Entry[] = [];
  private readonly ids = new Map<string, Entry>();

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
      if (!this.ids.has(key)) this.ids.set(key, entry);
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

const keyOf = ({ source, clientId }: Id): string => `${source.length}:${source}${clientId}`;

export const isAhead = (one: Checkpoint, other: Checkpoint): boolean =>
  one.size > other.size || (one.size === other.size && one.scanned > other.scanned);
