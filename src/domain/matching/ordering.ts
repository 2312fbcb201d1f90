/** Lists in order. Nearly all that are put in order here are of two or three, for which the engine's sort is dear. */

/** A copy in order; what compares equal stays as it was. */
export function inOrder<T>(list: Iterable<T>, compare: (x: T, y: T) => number): T[] {
  const found = [...list];
  if (found.length < 2) return found;
  if (found.length > 12) return found.sort(compare);
  for (const [from, one] of found.entries()) {
    let at = from;
    for (
      let before = found[at - 1];
      at > 0 && before !== undefined && compare(before, one) > 0;
      before = found[at - 1]
    ) {
      found[at--] = before;
    }
    found[at] = one;
  }
  return found;
}

export const byIds = (
  x: { readonly a: string; readonly b: string },
  y: { readonly a: string; readonly b: string },
): number => (x.a === y.a ? (x.b < y.b ? -1 : x.b > y.b ? 1 : 0) : x.a < y.a ? -1 : 1);
