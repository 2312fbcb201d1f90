/** What changed since somebody last asked. What changed back in between did not change; the order is that of the keys. */

import { inOrder } from './ordering';

export interface Noted<T> {
  readonly key: string;
  readonly before: T | undefined;
  readonly after: T | undefined;
}

const NOTHING: readonly never[] = [];

export class Journal<T> {
  private readonly entries = new Map<string, { before: T | undefined; after: T | undefined }>();

  note(key: string, before: T | undefined, after: T | undefined): void {
    const entry = this.entries.get(key);
    if (entry) entry.after = after;
    else this.entries.set(key, { before, after });
  }

  /** Gives what is other than before, sorted by key, and starts anew. `same` says whether two values say the same. */
  drain(same: (a: T, b: T) => boolean): readonly Noted<T>[] {
    if (this.entries.size === 0) return NOTHING;
    const found: Noted<T>[] = [];
    for (const [key, { before, after }] of this.entries) {
      const isOther = before === undefined || after === undefined ? before !== after : !same(before, after);
      if (isOther) found.push({ key, before, after });
    }
    this.entries.clear();
    return inOrder(found, (x, y) => (x.key < y.key ? -1 : 1));
  }
}

/** What is told of a pair of ids; `undefined` where nothing is any more. */
export interface PairNote {
  readonly a: string;
  readonly b: string;
  readonly what: string | undefined;
}

export class PairJournal {
  private readonly entries = new Map<string, PairEntry>();

  note(a: string, b: string, what: string, present: boolean): void {
    const key = `${a}\u0000${b}`;
    const after = present ? what : undefined;
    const entry = this.entries.get(key);
    if (entry) entry.what = after;
    else this.entries.set(key, { key, a, b, before: present ? undefined : what, what: after });
  }

  /** In the order of the ids. */
  drain(): readonly PairNote[] {
    if (this.entries.size === 0) return NOTHING;
    const found: PairEntry[] = [];
    for (const entry of this.entries.values()) if (entry.before !== entry.what) found.push(entry);
    this.entries.clear();
    return inOrder(found, (x, y) => (x.key < y.key ? -1 : 1));
  }
}

interface PairEntry extends PairNote {
  readonly key: string;
  readonly before: string | undefined;
  what: string | undefined;
}
