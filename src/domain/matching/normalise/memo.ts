/**
 * Remembers what a pure function gave. The memory is bounded: a full one is emptied, so that an answer never depends on
 * what was asked before.
 */

/** `compute` with a memory of at most `limit` texts. */
export function memo<T extends object | string>(limit: number, compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = compute(text);
    if (known.size >= limit) known.clear();
    known.set(text, value);
    return value;
  };
}

const NOTHING: readonly never[] = [];

/**
 * What a raw value says: a list of one, or the one empty list where it says nothing. Records share these lists with the
 * memory, so that half a million of them need none of their own.
 */
export const listed = <T>(value: T | undefined): readonly T[] => (value === undefined ? NOTHING : [value]);
