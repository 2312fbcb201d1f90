/** Short lists of whole numbers, all in one typed array: a run of cells is taken, given back, and taken again by the next. */

/** A copy with room for so many cells. */
export const grown = (old: Int32Array, cells: number): Int32Array => {
  const next = new Int32Array(cells);
  next.set(old);
  return next;
};

export class Runs {
  cells: Int32Array = new Int32Array(4096);
  private end = 0;
  /** Runs that nobody uses, by their length. */
  private readonly free = new Map<number, number[]>();

  /** The first of so many cells side by side; what stands in them is left over. */
  take(length: number): number {
    const found = this.free.get(length)?.pop();
    if (found !== undefined) return found;
    const first = this.end;
    this.end += length;
    if (this.end > this.cells.length) this.cells = grown(this.cells, Math.ceil(this.end * 1.5));
    return first;
  }

  give(first: number, length: number): void {
    const same = this.free.get(length);
    if (same) same.push(first);
    else this.free.set(length, [first]);
  }
}
