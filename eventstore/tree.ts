/**
 * The Merkle tree of RFC 9162 over the events' bytes in log order. It grows by its frontier alone: the roots of the
 * perfect subtrees that make up n leaves, largest first; one hash for the leaf and, on average, one for a node.
 */
import { hash } from 'node:crypto';

const NODE = 0x01;

/** By way of a string: on Node 20 and 22 `hash` answers one in a third of the time that it takes to answer a Buffer. */
const sha256 = (bytes: Uint8Array): Buffer => Buffer.from(hash('sha256', bytes, 'binary'), 'binary');

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
export type OnNode = (level: number, index: number, node: Uint8Array) => void;

export class Frontier {
  private constructor(
    /** A number, not a bigint: nobody has 2^53 events, and this is on the way of each. */
    private leaves: number,
    private readonly peaks: Uint8Array[],
    private readonly onNode?: OnNode,
  ) {}

  static empty(onNode?: OnNode): Frontier {
    return new Frontier(0, [], onNode);
  }

  /** From what `peaksBytes` gave for a tree of `size` leaves. */
  static of(size: bigint, peaks: Uint8Array, onNode?: OnNode): Frontier {
    const count = ones(size);
    if (peaks.length !== count * 32)
      throw new RangeError(`a tree of ${size} leaves has ${count} peaks, not ${peaks.length / 32}`);
    return new Frontier(
      Number(size),
      Array.from({ length: count }, (_, i) => peaks.slice(i * 32, i * 32 + 32)),
      onNode,
    );
  }

  get size(): bigint {
    return BigInt(this.leaves);
  }

  add(leaf: Uint8Array): void {
    let node = leaf;
    let level = 0;
    let index = this.leaves;
    for (let left = odd(index) && this.peaks.pop(); left; left = odd(index) && this.peaks.pop()) {
      node = nodeHash(left, node);
      level += 1;
      index = (index - 1) / 2;
      this.onNode?.(level, index, node);
    }
    this.peaks.push(node);
    this.leaves += 1;
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

const odd = (n: number): boolean => n % 2 === 1;
