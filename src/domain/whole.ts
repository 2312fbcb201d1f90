/**
 * Whole numbers of any size, exact in JSON: a number while every reader of JSON takes it exactly (up to 2^53 − 1 either
 * way), the digits as a text beyond. One value has one form, so sums have the same bytes in any order.
 */

export type Whole = number | `${bigint}`;

/** Exact. Throws RangeError for a number that is not whole. */
export function plus(a: Whole, b: Whole): Whole {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return wholeOf(BigInt(a) + BigInt(b));
}

/** Exact. Throws RangeError for a number that is not whole. */
export const minus = (a: Whole, b: Whole): Whole => plus(a, typeof b === 'number' ? -b : wholeOf(-BigInt(b)));

export function wholeOf(exact: bigint): Whole {
  const number = Number(exact);
  return Number.isSafeInteger(number) ? number : `${exact}`;
}
