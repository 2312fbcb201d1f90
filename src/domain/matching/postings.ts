/**
 * Which records are in which block, in two typed arrays, so that half a million records with a dozen blocks each fit into
 * some hundred megabytes. What belongs together lies together: nearly all time here is spent waiting for memory.
 */

const NONE = -1;

/** Cells of a block: its number (hash51) in two halves, its first node, its members × 4 + its marks. */
const HIGH = 0;
const LOW = 1;
const HEAD = 2;
const SIZE = 3;
/** Cells of a node: a record in a block, and its neighbours there. The nodes of a record lie side by side. */
const RECORD = 0;
const BLOCK = 1;
const NEXT = 2;
const BEFORE = 3;
const CELLS = 4;

const grown = (old: Int32Array, cells: number): Int32Array => {
  const next = new Int32Array(cells);
  next.set(old);
  return next;
};

export class Postings {
  private blocks: Int32Array = new Int32Array(1024 * CELLS);
  private blockCount = 0;
  /** Index of a block by the lower bits of its number. */
  private table = new Int32Array(4096).fill(NONE);
  private nodes: Int32Array = new Int32Array(4096 * CELLS);
  private nodeCount = 0;
  /** First node and number of nodes by record. */
  private runs: Int32Array = new Int32Array(2048);
  /** Runs of nodes that nobody uses, by their length. */
  private readonly free = new Map<number, number[]>();

  /** Puts the record into its blocks, each given once; `blocksOf` has their indexes in the same order. */
  add(record: number, numbers: readonly number[]): void {
    const first = this.run(numbers.length);
    if (record * 2 + 2 > this.runs.length) this.runs = grown(this.runs, Math.max(record * 2 + 2, this.runs.length * 2));
    this.runs[record * 2] = first;
    this.runs[record * 2 + 1] = numbers.length;
    for (let i = 0; i < numbers.length; i++) this.join(record, first + i, this.indexOf(numbers[i] ?? 0));
  }

  private join(record: number, node: number, block: number): void {
    const { nodes, blocks } = this;
    const at = node * CELLS;
    const of = block * CELLS;
    const head = blocks[of + HEAD] ?? NONE;
    nodes[at + RECORD] = record;
    nodes[at + BLOCK] = block;
    nodes[at + NEXT] = head;
    nodes[at + BEFORE] = NONE;
    if (head !== NONE) nodes[head * CELLS + BEFORE] = node;
    blocks[of + HEAD] = node;
    blocks[of + SIZE] = (blocks[of + SIZE] ?? 0) + 4;
  }

  /** Takes the record out of all its blocks. */
  drop(record: number): void {
    const { nodes, blocks } = this;
    const first = this.runs[record * 2] ?? 0;
    const length = this.runs[record * 2 + 1] ?? 0;
    this.runs[record * 2 + 1] = 0;
    if (length === 0) return;
    for (let node = first; node < first + length; node++) {
      const next = nodes[node * CELLS + NEXT] ?? NONE;
      const before = nodes[node * CELLS + BEFORE] ?? NONE;
      const of = (nodes[node * CELLS + BLOCK] ?? 0) * CELLS;
      if (before === NONE) blocks[of + HEAD] = next;
      else nodes[before * CELLS + NEXT] = next;
      if (next !== NONE) nodes[next * CELLS + BEFORE] = before;
      blocks[of + SIZE] = (blocks[of + SIZE] ?? 0) - 4;
    }
    const same = this.free.get(length);
    if (same) same.push(first);
    else this.free.set(length, [first]);
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

  members(block: number): number[] {
    const found: number[] = [];
    for (let node = this.head(block); node !== NONE; node = this.cell(node, NEXT)) found.push(this.cell(node, RECORD));
    return found;
  }

  blocksOf(record: number): number[] {
    const first = this.runs[record * 2] ?? 0;
    const end = first + (this.runs[record * 2 + 1] ?? 0);
    const found: number[] = [];
    for (let node = first; node < end; node++) found.push(this.cell(node, BLOCK));
    return found;
  }

  /** The number under which records were put into the block of this index. */
  number(block: number): number {
    const of = block * CELLS;
    return (this.blocks[of + HIGH] ?? 0) * 4_294_967_296 + ((this.blocks[of + LOW] ?? 0) >>> 0);
  }

  /** Calls `visit` with every other member of the blocks of `record` that `enter` allows; of two blocks it comes twice. */
  around(record: number, enter: (block: number) => boolean, visit: (other: number) => void): void {
    const first = this.runs[record * 2] ?? 0;
    for (let node = first + (this.runs[record * 2 + 1] ?? 0) - 1; node >= first; node--) {
      const block = this.cell(node, BLOCK);
      if (!enter(block)) continue;
      for (let other = this.head(block); other !== NONE; other = this.cell(other, NEXT)) {
        if (other !== node) visit(this.cell(other, RECORD));
      }
    }
  }

  private cell(node: number, cell: number): number {
    return this.nodes[node * CELLS + cell] ?? NONE;
  }

  private head(block: number): number {
    return this.blocks[block * CELLS + HEAD] ?? NONE;
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
    this.blocks[of + HEAD] = NONE;
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

  /** First of so many nodes side by side. */
  private run(length: number): number {
    const found = this.free.get(length)?.pop();
    if (found !== undefined) return found;
    const first = this.nodeCount;
    this.nodeCount += length;
    if (this.nodeCount * CELLS > this.nodes.length)
      this.nodes = grown(this.nodes, Math.ceil(this.nodeCount * 1.5) * CELLS);
    return first;
  }
}
