/** What changed since somebody last asked. What changed back in between did not change; the order is that of the keys. */

export class Journal<T> {
  private readonly entries = new Map<string, { before: T | undefined; after: T | undefined }>();

  note(key: string, before: T | undefined, after: T | undefined): void {
    const entry = this.entries.get(key);
    if (entry) entry.after = after;
    else this.entries.set(key, { before, after });
  }

  /** Gives what is other than before, sorted by key, and starts anew. `same` says whether two values say the same. */
  drain(
    same: (a: T, b: T) => boolean,
  ): readonly { readonly key: string; readonly before: T | undefined; readonly after: T | undefined }[] {
    if (this.entries.size === 0) return [];
    const found = [...this.entries].filter(([, { before, after }]) =>
      before === undefined || after === undefined ? before !== after : !same(before, after),
    );
    this.entries.clear();
    return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { before, after }]) => ({ key, before, after }));
  }
}
