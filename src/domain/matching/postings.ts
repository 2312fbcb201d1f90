/**
 * Which records are in which block, in typed arrays: half a million records with a dozen blocks each fit into some hundred
 * megabytes. What belongs together lies together: nearly all time here is spent waiting for memory.
 */
import { grown, Runs } from './runs';

const NONE = -1;

/**
 * Cells of a block: its number (hash51) in two halves, where its members begin, and how many they are × 4 + its marks. A
 * block of one, as every second is, has its member in place of a run.
 */
const HIGH = 0;
const LOW = 1;
const AT = 2;
const SIZE = 3;
const CELLS = 4;

export class Postings {
  private blocks: Int32Array = new Int32Array(1024 * CELLS);
  private blockCount = 0;
  /** Index of a block by the lower bits of its number. */
  private table = new Int32Array(4096).fill(NONE);
  /** Members of each block in the order in which they came; its run has the length of the next power of two. */
  private readonly lists = new Runs();
  /** Blocks of each record. */
  private readonly owned = new Runs();
  /** First cell and number of its blocks by record. */
  private runs: Int32Array = new Int32Array(2048);

  /** Puts the record into its blocks, each given once; `blocksOf` has their indexes in the same order. */
  add(record: number, numbers: readonly number[]): void {
    const first = this.owned.take(numbers.length);
    if (record * 2 + 2 > this.runs.length) this.runs = grown(this.runs, Math.max(record * 2 + 2, this.runs.length * 2));
    this.runs[record * 2] = first;
    this.runs[record * 2 + 1] = numbers.length;
    for (let i = 0; i < numbers.length; i++) {
      const block = this.indexOf(numbers[i] ?? 0);
      this.owned.cells[first + i] = block;
      this.join(record, block);
    }
  }

  private join(record: number, block: number): void {
    const { blocks, lists } = this;
    const of = block * CELLS;
    const size = this.size(block);
    const at = blocks[of + AT] ?? NONE;
    blocks[of + SIZE] = (blocks[of + SIZE] ?? 0) + 4;
    if (size === 0) {
      blocks[of + AT] = record;
      return;
    }
    let first = at;
    if (isPowerOfTwo(size)) {
      first = lists.take(size * 2);
      blocks[of + AT] = first;
      if (size === 1) lists.cells[first] = at;
      else {
        lists.cells.copyWithin(first, at, at + size);
        lists.give(at, size);
      }
    }
    lists.cells[first + size] = record;
  }

  private leave(record: number, block: number): void {
    const { blocks, lists } = this;
    const of = block * CELLS;
    const left = this.size(block) - 1;
    blocks[of + SIZE] = (blocks[of + SIZE] ?? 0) - 4;
    if (left === 0) return;
    const first = blocks[of + AT] ?? NONE;
    const place = lists.cells.indexOf(record, first);
    lists.cells.copyWithin(place, place + 1, first + left + 1);
    if (!isPowerOfTwo(left)) return;
    // Half of the run is free again, or all of it where one member is left.
    if (left === 1) blocks[of + AT] = lists.cells[first] ?? NONE;
    lists.give(left === 1 ? first : first + left, Math.max(2, left));
  }

  /** Takes the record out of all its blocks. */
  drop(record: number): void {
    const first = this.runs[record * 2] ?? 0;
    const length = this.runs[record * 2 + 1] ?? 0;
    this.runs[record * 2 + 1] = 0;
    if (length === 0) return;
    for (let cell = first; cell < first + length; cell++) this.leave(record, this.owned.cells[cell] ?? 0);
    this.owned.give(first, length);
  }

  size(block: number): number {
    return (this.blocks[block * CELLS + SIZE] ?? 0) >> 2;
  }

  mark(block: number): number {
    return (this.blocks[block * CELLS + SIZE] ?? 0) & 3;
  }

  /** 0 to 3. */
  setMark(block: number, mark: number): void {
    this.blocks[block * CELLS + SIZE] = this.size(block) * 4 + mark;
  }

  /** The index of a block that was seen before; −1 for others. */
  find(number: number): number {
    return this.table[this.slot(number)] ?? NONE;
  }

  /** The latest first. */
  members(block: number): number[] {
    const size = this.size(block);
    const at = this.blocks[block * CELLS + AT] ?? NONE;
    if (size === 1) return [at];
    const found: number[] = [];
    for (let cell = at + size - 1; cell >= at; cell--) found.push(this.lists.cells[cell] ?? NONE);
    return found;
  }

  blocksOf(record: number): number[] {
    const first = this.runs[record * 2] ?? 0;
    const end = first + (this.runs[record * 2 + 1] ?? 0);
    const found: number[] = [];
    for (let cell = first; cell < end; cell++) found.push(this.owned.cells[cell] ?? NONE);
    return found;
  }

  /** The number under which records were put into the block of this index. */
  number(block: number): number {
    const of = block * CELLS;
    return (this.blocks[of + HIGH] ?? 0) * 4_294_967_296 + ((this.blocks[of + LOW] ?? 0) >>> 0);
  }

  /** Calls `visit` with every other member of the blocks of `record` that `enter` allows; of two blocks it comes twice. */
  around(record: number, enter: (block: number) => boolean, visit: (other: number) => void): void {
    const { cells } = this.owned;
    const first = this.runs[record * 2] ?? 0;
    for (let cell = first + (this.runs[record * 2 + 1] ?? 0) - 1; cell >= first; cell--) {
      const block = cells[cell] ?? NONE;
      const size = this.size(block);
      if (size < 2 || !enter(block)) continue;
      const { cells: members } = this.lists;
      const at = this.blocks[block * CELLS + AT] ?? NONE;
      for (let place = at + size - 1; place >= at; place--) {
        const other = members[place] ?? NONE;
        if (other !== record) visit(other);
      }
    }
  }

  /** Whether one of the blocks that hold both passes the test. */
  share(a: number, b: number, test: (block: number) => boolean): boolean {
    const { cells } = this.owned;
    const from = this.runs[b * 2] ?? 0;
    const to = from + (this.runs[b * 2 + 1] ?? 0);
    const end = (this.runs[a * 2] ?? 0) + (this.runs[a * 2 + 1] ?? 0);
    for (let own = this.runs[a * 2] ?? 0; own < end; own++) {
      for (let other = from; other < to; other++) {
        if (cells[own] === cells[other] && test(cells[own] ?? NONE)) return true;
      }
    }
    return false;
  }

  private slot(number: number): number {
    const { table, blocks } = this;
    const mask = table.length - 1;
    const low = number | 0;
    const high = Math.floor(number / 4_294_967_296);
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const block = table[slot] ?? NONE;
      if (block === NONE) return slot;
      if (blocks[block * CELLS + LOW] === low && blocks[block * CELLS + HIGH] === high) return slot;
    }
  }

  private indexOf(number: number): number {
    const slot = this.slot(number);
    const found = this.table[slot] ?? NONE;
    if (found !== NONE) return found;
    const block = this.blockCount++;
    const of = block * CELLS;
    if (of >= this.blocks.length) this.blocks = grown(this.blocks, Math.ceil(this.blockCount * 1.5) * CELLS);
    this.blocks[of + HIGH] = Math.floor(number / 4_294_967_296);
    this.blocks[of + LOW] = number | 0;
    this.table[slot] = block;
    if (this.blockCount * 3 > this.table.length * 2) this.rehash();
    return block;
  }

  private rehash(): void {
    const { blocks } = this;
    const table = new Int32Array(this.table.length * 2).fill(NONE);
    const mask = table.length - 1;
    for (let block = 0; block < this.blockCount; block++) {
      let slot = (blocks[block * CELLS + LOW] ?? 0) & mask;
      while (table[slot] !== NONE) slot = (slot + 1) & mask;
      table[slot] = block;
    }
    this.table = table;
  }
}

const isPowerOfTwo = (size: number): boolean => (size & (size - 1)) === 0;
