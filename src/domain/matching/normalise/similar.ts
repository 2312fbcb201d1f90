/** How alike two texts are. Both measures are symmetric and need no memory of what was compared before. */

/**
 * Optimal string alignment distance (Damerau 1964: insert, delete, replace, swap of neighbours), or `limit + 1` as soon
 * as it is larger than `limit`.
 */
export function edits(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  const n = a.length;
  const m = b.length;
  if (n - m > limit || m - n > limit) return limit + 1;
  let start = 0;
  while (start < n && start < m && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  let endA = n;
  let endB = m;
  while (endA > start && endB > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA--;
    endB--;
  }
  if (start === endA || start === endB) return Math.min(endA + endB - start - start, limit + 1);
  if (limit === 1) return oneEdit(a, b, start, endA - start, endB - start);
  const [one, other] = [lettersOf(a), lettersOf(b)];
  if (bitsIn(one & ~other) > limit || bitsIn(other & ~one) > limit) return limit + 1;
  return between(a.slice(start, endA), b.slice(start, endB), limit);
}

/** Which letters occur, a bit each; letters may share a bit, so that it tells of too few differences and never of too many. */
function lettersOf(text: string): number {
  let letters = 0;
  for (let i = 0; i < text.length; i++) letters |= 1 << (text.charCodeAt(i) & 31);
  return letters;
}

function bitsIn(letters: number): number {
  const pairs = letters - ((letters >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Three rows of the table of distances, used again by every call. */
let rows: [Int32Array, Int32Array, Int32Array] = [new Int32Array(64), new Int32Array(64), new Int32Array(64)];

function between(a: string, b: string, limit: number): number {
  const n = a.length;
  const m = b.length;
  if (m >= rows[0].length) rows = [new Int32Array(m * 2), new Int32Array(m * 2), new Int32Array(m * 2)];
  let [older, last, row] = rows;
  for (let j = 0; j <= m; j++) last[j] = j;
  for (let i = 1; i <= n; i++) {
    row[0] = i;
    let least = i;
    const code = a.charCodeAt(i - 1);
    const before = i > 1 ? a.charCodeAt(i - 2) : -1;
    for (let j = 1; j <= m; j++) {
      const other = b.charCodeAt(j - 1);
      let cost = (last[j - 1] ?? 0) + (code === other ? 0 : 1);
      const dropped = (last[j] ?? 0) + 1;
      const added = (row[j - 1] ?? 0) + 1;
      if (dropped < cost) cost = dropped;
      if (added < cost) cost = added;
      if (j > 1 && before === other && code === b.charCodeAt(j - 2)) cost = Math.min(cost, (older[j - 2] ?? 0) + 1);
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    [older, last, row] = [last, row, older];
  }
  return Math.min(last[m] ?? 0, limit + 1);
}

/** Neither first nor last characters are equal any more: one edit is one replaced character or two that changed places. */
function oneEdit(a: string, b: string, at: number, n: number, m: number): number {
  if (n !== m || n > 2) return 2;
  if (n === 1) return 1;
  return a.charCodeAt(at) === b.charCodeAt(at + 1) && a.charCodeAt(at + 1) === b.charCodeAt(at) ? 1 : 2;
}

/**
 * Jaro-Winkler similarity (Winkler 1990), 0 to 1, for texts of at most 31 characters; longer ones are cut. 0 for what is
 * seen at once to be below `least`.
 */
export function jaroWinkler(a: string, b: string, least = 0): number {
  if (a === b) return 1;
  const n = Math.min(a.length, 31);
  const m = Math.min(b.length, 31);
  if (n === 0 || m === 0) return 0;
  let prefix = 0;
  while (prefix < 4 && prefix < n && prefix < m && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix++;
  if (least > 0 && a.length < 32 && b.length < 32) {
    const [one, other] = [lettersOf(a), lettersOf(b)];
    const most = Math.min(n - bitsIn(one & ~other), m - bitsIn(other & ~one));
    if (boosted((most / n + most / m + 1) / 3, prefix) < least) return 0;
  }
  const window = Math.max(0, (Math.max(n, m) >> 1) - 1);
  let usedA = 0;
  let usedB = 0;
  let common = 0;
  for (let i = 0; i < n; i++) {
    const to = Math.min(m, i + window + 1);
    for (let j = Math.max(0, i - window); j < to; j++) {
      if ((usedB & (1 << j)) !== 0 || a.charCodeAt(i) !== b.charCodeAt(j)) continue;
      usedA |= 1 << i;
      usedB |= 1 << j;
      common++;
      break;
    }
  }
  if (common === 0) return 0;
  const moved = transpositions(a, b, usedA, usedB, n);
  return boosted((common / n + common / m + (common - moved) / common) / 3, prefix);
}

const boosted = (jaro: number, prefix: number): number => jaro + prefix * 0.1 * (1 - jaro);

function transpositions(a: string, b: string, usedA: number, usedB: number, n: number): number {
  let j = 0;
  let moved = 0;
  for (let i = 0; i < n; i++) {
    if ((usedA & (1 << i)) === 0) continue;
    while ((usedB & (1 << j)) === 0) j++;
    if (a.charCodeAt(i) !== b.charCodeAt(j)) moved++;
    j++;
  }
  return moved >> 1;
}
