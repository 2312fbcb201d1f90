/**
 * Chunks of bytes that follow one another along the log, which all threads of a process share: the newest ones, as many as there
 * is room for. Their bytes stand in memory or in a file without a name, so that whoever lags far behind costs no memory. A
 * thread that ends in the midst of a change leaves it locked: the others do without it from then on.
 */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import type { Position } from '../store';

/** What threads are told of a ring. */
export interface RingParts {
  /** Where each chunk stands, and who changes that. */
  readonly index: SharedArrayBuffer;
  /** Room for their bytes: memory, or a file of this process by its descriptor. */
  readonly room: SharedArrayBuffer | { readonly file: number; readonly bytes: number };
}

/** All events with `after` < position ≤ `until`, in a form of the caller's. */
export interface Chunk {
  readonly after: Position;
  readonly until: Position;
  readonly count: number;
  readonly bytes: Uint8Array;
}

const LOCK = 0;
const TURN = 1;
/** Of the 64-bit words: numbers of the first chunk and of the one behind the last, and where its bytes go. */
const [FIRST, NEXT, FREE] = [1, 2, 3];
const HEAD_BYTES = 64;
/** Words of a chunk: after, until, count, where its bytes begin, how many they are. */
const [AFTER, UNTIL, COUNT, FROM, LENGTH, WORDS] = [0, 1, 2, 3, 4, 5];
const CHUNKS = 4_096;
const INDEX_BYTES = HEAD_BYTES + CHUNKS * WORDS * 8;
/** Milliseconds: nobody changes it for as long as that. */
const LOCKED = 1_000;
/** Milliseconds that a turn may last before the next one begins beside it. */
const TURN_MS = 2_000;

export const ringInMemory = (bytes: number): RingParts => ({
  index: new SharedArrayBuffer(INDEX_BYTES),
  room: new SharedArrayBuffer(bytes),
});

/** `path` is free again at once; what was written is gone with the process, or with `closeRing`. */
export function ringInFile(path: string, bytes: number): RingParts {
  const file = openSync(path, 'w+', 0o600);
  try {
    unlinkSync(path);
  } catch {
    // Some systems keep the name of a file that is open; the next one writes over it.
  }
  return { index: new SharedArrayBuffer(INDEX_BYTES), room: { file, bytes } };
}

/** Once no thread has it any more. */
export function closeRing({ room }: RingParts): void {
  if ('file' in room) closeSync(room.file);
}

export class Ring {
  private readonly flags: Int32Array;
  private readonly words: BigInt64Array;
  private readonly bytes: number;
  private readonly write: (bytes: Uint8Array, at: number) => void;
  private readonly read: (bytes: Uint8Array, at: number) => void;
  private broken = false;

  constructor({ index, room }: RingParts) {
    this.flags = new Int32Array(index, 0, 2);
    this.words = new BigInt64Array(index);
    if ('file' in room) {
      const { file } = room;
      this.bytes = room.bytes;
      this.write = (bytes, at) => moved(bytes, (done) => writeSync(file, bytes, done, bytes.length - done, at + done));
      this.read = (bytes, at) => moved(bytes, (done) => readSync(file, bytes, done, bytes.length - done, at + done));
    } else {
      const memory = new Uint8Array(room);
      this.bytes = room.byteLength;
      this.write = (bytes, at) => memory.set(bytes, at);
      this.read = (bytes, at) => bytes.set(memory.subarray(at, at + bytes.length));
    }
  }

  /** From where to where it goes. */
  span(): Pick<Chunk, 'after' | 'until'> {
    return this.locked(() => this.bounds()) ?? { after: 0n, until: 0n };
  }

  /** Adds a chunk where `ends` is what it still goes to; whatever does not go to where this one begins is forgotten. */
  push({ after, until, count, bytes }: Chunk, ends: Position): boolean {
    const pushed = this.locked(() => {
      if (this.bounds().until !== ends) return false;
      if (after !== ends) this.put(FIRST, this.get(NEXT));
      const from = this.room(bytes.length);
      if (from === undefined) return true;
      const next = this.get(NEXT);
      const at = wordOf(next);
      this.write(bytes, from);
      for (const [word, value] of [after, until, count, from, bytes.length].entries())
        this.put(at + word, BigInt(value));
      this.put(NEXT, next + 1n);
      this.put(FREE, BigInt(from + bytes.length));
      return true;
    });
    return pushed ?? true;
  }

  /** Copies of the chunks behind `after`, until they hold `count`; undefined where that begins before the first one. */
  from(after: Position, count: number): readonly Chunk[] | undefined {
    return this.locked(() => {
      const bounds = this.bounds();
      if (after < bounds.after || after >= bounds.until) return undefined;
      const found: Chunk[] = [];
      let held = 0;
      for (let n = this.chunkBehind(after); n < this.get(NEXT) && held < count; n++) {
        const at = wordOf(n);
        const [from, length] = [Number(this.get(at + FROM)), Number(this.get(at + LENGTH))];
        const bytes = Buffer.allocUnsafeSlow(length);
        this.read(bytes, from);
        const chunk = {
          after: this.get(at + AFTER),
          until: this.get(at + UNTIL),
          count: Number(this.get(at + COUNT)),
          bytes,
        };
        held += chunk.count;
        found.push(chunk);
      }
      return found;
    });
  }

  /** One at a time, of all threads, where nobody takes too long: what one of them fetches, the others find. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const until = performance.now() + TURN_MS;
    while (Atomics.compareExchange(this.flags, TURN, 0, 1) !== 0) {
      const left = until - performance.now();
      if (left <= 0) break;
      await waitAsync(this.flags, TURN, 1, left).value;
    }
    try {
      return await work();
    } finally {
      Atomics.store(this.flags, TURN, 0);
      Atomics.notify(this.flags, TURN, 1);
    }
  }

  private bounds(): Pick<Chunk, 'after' | 'until'> {
    const [first, next] = [this.get(FIRST), this.get(NEXT)];
    if (first === next) return { after: 0n, until: 0n };
    return { after: this.get(wordOf(first) + AFTER), until: this.get(wordOf(next - 1n) + UNTIL) };
  }

  private chunkBehind(after: Position): bigint {
    let [low, high] = [this.get(FIRST), this.get(NEXT)];
    while (low < high) {
      const middle = (low + high) / 2n;
      if (this.get(wordOf(middle) + UNTIL) <= after) low = middle + 1n;
      else high = middle;
    }
    return low;
  }

  /** Where `length` bytes go, at the cost of the oldest chunks; undefined, and nothing is kept, where they never fit. */
  private room(length: number): number | undefined {
    const next = this.get(NEXT);
    if (length > this.bytes) {
      this.put(FIRST, next);
      return undefined;
    }
    const free = Number(this.get(FREE));
    const from = free + length > this.bytes ? 0 : free;
    // From `free` on stand the oldest: those to the end where it begins anew, and those in its way.
    const isInWay = (n: bigint): boolean => {
      const [at, size] = [Number(this.get(wordOf(n) + FROM)), Number(this.get(wordOf(n) + LENGTH))];
      return (from < free && at >= free) || (at < from + length && at + size > from);
    };
    let first = this.get(FIRST);
    while (first < next && (next - first >= BigInt(CHUNKS) || isInWay(first))) first += 1n;
    this.put(FIRST, first);
    return from;
  }

  private get(word: number): bigint {
    return this.words[word] as bigint;
  }

  private put(word: number, value: bigint): void {
    this.words[word] = value;
  }

  private locked<T>(work: () => T): T | undefined {
    if (this.broken) return undefined;
    while (Atomics.compareExchange(this.flags, LOCK, 0, 1) !== 0)
      if (Atomics.wait(this.flags, LOCK, 1, LOCKED) === 'timed-out') {
        this.broken = true;
        return undefined;
      }
    try {
      return work();
    } catch {
      // The disk is full, or worse: the server has it all.
      this.put(FIRST, this.get(NEXT));
      return undefined;
    } finally {
      Atomics.store(this.flags, LOCK, 0);
      Atomics.notify(this.flags, LOCK, 1);
    }
  }
}

/** Files are read and written in parts. */
function moved(bytes: Uint8Array, move: (done: number) => number): void {
  for (let done = 0; done < bytes.length; ) {
    const more = move(done);
    if (more === 0) throw new Error('the file ends before its chunk does');
    done += more;
  }
}

const wordOf = (chunk: bigint): number => HEAD_BYTES / 8 + Number(chunk % BigInt(CHUNKS)) * WORDS;

type WaitAsync = (
  on: Int32Array,
  at: number,
  value: number,
  ms: number,
) => { readonly value: PromiseLike<string> | string };
/** Node has it; the compiler's library of this year does not know it yet. */
const { waitAsync } = Atomics as typeof Atomics & { readonly waitAsync: WaitAsync };
