/** Texts as whole numbers, for blocks: not cryptographic, the same on every machine. */

/**
 * Below 2^51. cyrb53 (bryc, public domain), two bits shorter. Two texts of ten million share a number with odds of about 1
 * in 50. A text may come in up to four pieces, so that nobody has to join them for their number.
 */
export function hash51(first: string, second = '', third = '', fourth = ''): number {
  let high = 0xdeadbeef | 0;
  let low = 0x41c6ce57;
  for (let piece = 0; piece < 4; piece++) {
    const text = piece === 0 ? first : piece === 1 ? second : piece === 2 ? third : fourth;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      high = Math.imul(high ^ code, 2_654_435_761);
      low = Math.imul(low ^ code, 1_597_334_677);
    }
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return 4_294_967_296 * (0x7ffff & low) + (high >>> 0);
}

/** mulberry32: whole numbers from 0 to `below` − 1, the same for the same seed. */
export function drawing(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
