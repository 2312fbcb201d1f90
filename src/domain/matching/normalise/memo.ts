/**
 * Remembers what a pure function gave. The memory is bounded: a full one is emptied, so that an answer never depends on
 * what was asked before.
 */

/** `compute` with a memory of at most `limit` texts. */
export function memo<T>(limit: number, compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (text) => {
    const found = known.get(text);
    if (found) return found.value;
    const value = compute(text);
    if (known.size >= limit) known.clear();
    known.set(text, { value });
    return value;
  };
}
