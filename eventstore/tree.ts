/**
 * The Merkle tree of RFC 9162 over the events' bytes in log order. It grows by its frontier alone: the roots of the
 * perfect subtrees that make up n leaves, largest first; one hash for the leaf and, on average, one for a node.
 */
import { hash } from 'node:crypto';

const NODE = 0x01;

const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

let scratch = Buffer.alloc(4096);

/** RFC 9162 2.1.1: SHA-256(0x00 ‖ bytes). */
export function leafHash(bytes: Uint8Array): Buffer {
  if (scratch.length <= bytes.length) scratch = Buffer.alloc(bytes.length * 2 + 1);
  scratch[0] = 0x00;
  scratch.set(bytes, 1);
  return sha256(scratch.subarray(0, bytes.length + 1));
}

const pair = Buffer.alloc(65);
pair[0] = NODE;

/** RFC 9162 2.1.1: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  pair.set(left, 1);
  pair.set(right, 33);
  return sha256(pair);
}

/** Called with each perfect subtree as it completes: `level` 1 has two leaves; `index` counts subtrees of that level from the left. */
export type OnNode = (level: number, index: bigint, node: Uint8Array) => void;

export class Frontier {
  private constructor(
    private leaves: bigint,
    private readonly peaks: Uint8Array[],
    private readonly onNode?: OnNode,
  ) {}

  static empty(onNode?: OnNode): Frontier {
    return new Frontier(0n, [], onNode);
  }

  /** From what `peaksBytes` gave for a tree of `size` leaves. */
  static of(size: bigint, peaks: Uint8Array, onNode?: OnNode): Frontier {
    const count = ones(size);
    if (peaks.length !== count * 32) throw new RangeError(`a tree of ${size} leaves has ${count} peaks, not ${peaks.length / 32}`);
    return new Frontier(size, Array.from({ length: count }, (_, i) => peaks.slice(i * 32, i * 32 + 32)), onNode);
  }

  get size(): bigint {
    return this.leaves;
  }

  add(leaf: Uint8Array): void {
    let node = leaf;
    let level = 0;
    for (let n = this.leaves; (n & 1n) === 1n; n >>= 1n) {
      node = nodeHash(this.peaks.pop() as Uint8Array, node);
      level += 1;
      this.onNode?.(level, this.leaves >> BigInt(level), node);
    }
    this.peaks.push(node);
    this.leaves += 1n;
  }

  /** RFC 9162 root; SHA-256 of nothing for the empty tree. */
  root(): Uint8Array {
    if (this.peaks.length === 0) return sha256(new Uint8Array());
    return this.peaks.reduceRight((right, left) => nodeHash(left, right));
  }

  /** The peaks one after the other, 32 bytes each, largest subtree first. */
  peaksBytes(): Uint8Array {
    return Buffer.concat(this.peaks);
  }

  clone(): Frontier {
    return new Frontier(this.leaves, [...this.peaks], this.onNode);
  }
}

function ones(n: bigint): number {
  let count = 0;
  for (let rest = n; rest > 0n; rest >>= 1n) if (rest & 1n) count += 1;
  return count;
}
