/**
 * Which records are in which block, in typed arrays, so that half a million records with a dozen blocks each fit into
 * some hundred megabytes. A block is known by its number (hash53 of its text) and, once seen, by a small index.
 */

const NONE = -1;

const grown = <T extends Int32Array | Float64Array | Uint8Array>(old: T, next: T): T => {
  next.set(old);
  return next;
};

/** Members of a block are a doubly linked list of nodes; the nodes of a record are a linked list the other way. */
export class Postings {
  private hashes = new Float64Array(1024);
  private heads = new Int32Array(1024);
  private sizes = new Int32Array(1024);
  private marks = new Uint8Array(1024);
  private blocks = 0;
  private table = new Int32Array(4096).fill(NONE);

  private nodeRecord = new Int32Array(4096);
  private nodeBlock = new Int32Array(4096);
  private nodeNext = new Int32Array(4096);
  private nodeBefore = new Int32Array(4096);
  private nodeOfRecord = new Int32Array(4096);
  private nodes = 0;
  private free = NONE;
  private firstOf = new Int32Array(1024).fill(NONE);

  /** Puts the record into the block; gives the index of the block. Not to be called twice for the same two. */
  add(record: number, hash: number): number {
    const block = this.indexOf(hash);
    const node = this.node();
    const head = this.heads[block] ?? NONE;
    this.nodeRecord[node] = record;
    this.nodeBlock[node] = block;
    this.nodeNext[node] = head;
    this.nodeBefore[node] = NONE;
    if (head !== NONE) this.nodeBefore[head] = node;
    this.heads[block] = node;
    this.sizes[block] = (this.sizes[block] ?? 0) + 1;
    if (record >= this.firstOf.length) {
      this.firstOf = grown(this.firstOf, new Int32Array(Math.max(record + 1, this.firstOf.length * 2)).fill(NONE));
    }
    this.nodeOfRecord[node] = this.firstOf[record] ?? NONE;
    this.firstOf[record] = node;
    return block;
  }

  /** Takes the record out of all its blocks. */
  drop(record: number): void {
    let node = this.firstOf[record] ?? NONE;
    this.firstOf[record] = NONE;
    while (node !== NONE) {
      const [next, before] = [this.nodeNext[node] ?? NONE, this.nodeBefore[node] ?? NONE];
      const block = this.nodeBlock[node] ?? 0;
      if (before === NONE) this.heads[block] = next;
      else this.nodeNext[before] = next;
      if (next !== NONE) this.nodeBefore[next] = before;
      this.sizes[block] = (this.sizes[block] ?? 0) - 1;
      const after = this.nodeOfRecord[node] ?? NONE;
      this.nodeNext[node] = this.free;
      this.free = node;
      node = after;
    }
  }

  size(block: number): number {
    return this.sizes[block] ?? 0;
  }

  mark(block: number): number {
    return this.marks[block] ?? 0;
  }

  setMark(block: number, mark: number): void {
    this.marks[block] = mark;
  }

  /** The index of a block that was seen before; −1 for others. */
  find(hash: number): number {
    return this.table[this.slot(hash)] ?? NONE;
  }

  members(block: number): number[] {
    const found: number[] = [];
    for (let node = this.heads[block] ?? NONE; node !== NONE; node = this.nodeNext[node] ?? NONE) {
      found.push(this.nodeRecord[node] ?? 0);
    }
    return found;
  }

  blocksOf(record: number): number[] {
    const found: number[] = [];
    for (let node = this.firstOf[record] ?? NONE; node !== NONE; node = this.nodeOfRecord[node] ?? NONE) {
      found.push(this.nodeBlock[node] ?? 0);
    }
    return found;
  }

  /** Calls `visit` with every other member of the blocks of `record` that `isLive`; a member of two blocks comes twice. */
  around(record: number, isLive: (block: number) => boolean, visit: (other: number) => void): void {
    for (let node = this.firstOf[record] ?? NONE; node !== NONE; node = this.nodeOfRecord[node] ?? NONE) {
      const block = this.nodeBlock[node] ?? 0;
      if (!isLive(block)) continue;
      for (let other = this.heads[block] ?? NONE; other !== NONE; other = this.nodeNext[other] ?? NONE) {
        if (other !== node) visit(this.nodeRecord[other] ?? 0);
      }
    }
  }

  private slot(hash: number): number {
    const mask = this.table.length - 1;
    let slot = (hash % 4_294_967_291) & mask;
    for (;;) {
      const block = this.table[slot] ?? NONE;
      if (block === NONE || this.hashes[block] === hash) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private indexOf(hash: number): number {
    const slot = this.slot(hash);
    const found = this.table[slot] ?? NONE;
    if (found !== NONE) return found;
    const block = this.blocks++;
    if (block >= this.hashes.length) {
      const size = Math.ceil(this.hashes.length * 1.6);
      this.hashes = grown(this.hashes, new Float64Array(size));
      this.heads = grown(this.heads, new Int32Array(size));
      this.sizes = grown(this.sizes, new Int32Array(size));
      this.marks = grown(this.marks, new Uint8Array(size));
    }
    this.hashes[block] = hash;
    this.heads[block] = NONE;
    this.table[slot] = block;
    if (this.blocks * 3 > this.table.length * 2) this.rehash();
    return block;
  }

  private rehash(): void {
    this.table = new Int32Array(this.table.length * 2).fill(NONE);
    for (let block = 0; block < this.blocks; block++) this.table[this.slot(this.hashes[block] ?? 0)] = block;
  }

  private node(): number {
    if (this.free !== NONE) {
      const node = this.free;
      this.free = this.nodeNext[node] ?? NONE;
      return node;
    }
    const node = this.nodes++;
    if (node >= this.nodeRecord.length) {
      const size = Math.ceil(node * 1.6) + 1;
      this.nodeRecord = grown(this.nodeRecord, new Int32Array(size));
      this.nodeBlock = grown(this.nodeBlock, new Int32Array(size));
      this.nodeNext = grown(this.nodeNext, new Int32Array(size));
      this.nodeBefore = grown(this.nodeBefore, new Int32Array(size));
      this.nodeOfRecord = grown(this.nodeOfRecord, new Int32Array(size));
    }
    return node;
  }
}
