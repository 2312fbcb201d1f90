/**
 * A spill in one temporary file. Each part gathers its events in a block in memory, and full blocks are written one behind
 * another; which part a block is of is known in memory alone. The file loses its name as soon as it is open, so that the
 * system takes it away whatever ends the process. A log that fits into the blocks writes no file.
 */
import { closeSync, mkdirSync, openSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { LoggedEvent, Position } from '../../eventstore/store';
import type { OpenSpill, Spill } from '../app/spill';

/** Bytes that all blocks in memory may take together, and the least and the most that one takes. */
const MEMORY = 16 * 1024 * 1024;
const BLOCK = { least: 8 * 1024, most: 128 * 1024 };

/** Position, revision, occurredAt, recordedAt, then the lengths of stream and bytes, and the type by number. */
const HEADER = 4 * 8 + 3 * 4;

/** UTF-8 takes at most so many bytes for a UTF-16 code unit. */
const BYTES_A_UNIT = 3;

interface Block {
  /** Of its first event. */
  readonly position: Position;
  readonly offset: number;
  readonly length: number;
}

interface Part {
  readonly written: Block[];
  /** What is not written yet. */
  block: Buffer;
  used: number;
  first: Position;
}

/** Opens spills in a folder, which is made where there is none. */
export const spillsIn =
  (folder: string): OpenSpill =>
  (parts) =>
    new FileSpill(folder, parts);

export class FileSpill implements Spill {
  private readonly parts: Part[];
  private readonly size: number;
  private readonly types: string[] = [];
  private readonly numbers = new Map<string, number>();
  private file: number | undefined;
  private length = 0;
  /** The block that was looked into last: neighbours are asked for together. */
  private latest: { readonly of: Block; readonly bytes: Buffer } | undefined;

  constructor(
    private readonly folder: string,
    parts: number,
  ) {
    this.size = Math.min(Math.max(Math.floor(MEMORY / parts), BLOCK.least), BLOCK.most);
    this.parts = Array.from({ length: parts }, () => ({ written: [], block: EMPTY, used: 0, first: 0n }));
  }

  put(index: number, event: LoggedEvent): void {
    const part = this.of(index);
    const most = HEADER + event.stream.length * BYTES_A_UNIT + event.bytes.length;
    if (part.used + most > part.block.length) {
      this.write(part);
      const size = Math.max(this.size, most);
      if (part.block.length !== size) part.block = Buffer.allocUnsafeSlow(size);
    }
    if (part.used === 0) part.first = event.position;
    part.used = pack(event, this.numberOf(event.type), part.block, part.used);
  }

  *read(index: number): Generator<readonly LoggedEvent[]> {
    const part = this.of(index);
    for (const block of part.written) yield [...this.unpacked(this.load(block))];
    if (part.used > 0) yield [...this.unpacked(part.block.subarray(0, part.used))];
  }

  at(index: number, positions: readonly Position[]): readonly LoggedEvent[] {
    const part = this.of(index);
    return positions.flatMap((position) => {
      for (const event of this.unpacked(this.around(part, position)))
        if (event.position === position) return [event];
        else if (event.position > position) break;
      return [];
    });
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
    this.parts.length = 0;
    this.latest = undefined;
  }

  private of(index: number): Part {
    const part = this.parts[index];
    if (!part) throw new RangeError(`this spill has no part ${index}, or is closed`);
    return part;
  }

  private numberOf(type: string): number {
    const known = this.numbers.get(type);
    if (known !== undefined) return known;
    this.numbers.set(type, this.types.length);
    return this.types.push(type) - 1;
  }

  private write(part: Part): void {
    if (part.used === 0) return;
    const file = (this.file ??= openNameless(this.folder));
    for (let done = 0; done < part.used; )
      done += writeSync(file, part.block, done, part.used - done, this.length + done);
    part.written.push({ position: part.first, offset: this.length, length: part.used });
    this.length += part.used;
    part.used = 0;
  }

  private load({ offset, length }: Block): Buffer {
    const bytes = Buffer.allocUnsafeSlow(length);
    for (let done = 0; done < length; ) {
      const more = this.file === undefined ? 0 : readSync(this.file, bytes, done, length - done, offset + done);
      if (more === 0) throw new Error('the temporary file of a build is shorter than what was written to it');
      done += more;
    }
    return bytes;
  }

  /** The block in which the event at a position is, if the part holds it. */
  private around({ written, block, used, first }: Part, position: Position): Buffer {
    if (used > 0 && first <= position) return block.subarray(0, used);
    const of = written[lastAt(written, position)];
    if (!of) return EMPTY;
    if (this.latest?.of !== of) this.latest = { of, bytes: this.load(of) };
    return this.latest.bytes;
  }

  private *unpacked(block: Buffer): Generator<LoggedEvent> {
    for (let at = 0; at < block.length; ) {
      const stream = at + HEADER;
      const bytes = stream + block.readUInt32LE(at + 32);
      const end = bytes + block.readUInt32LE(at + 36);
      yield {
        position: block.readBigInt64LE(at),
        revision: block.readBigInt64LE(at + 8),
        occurredAt: block.readDoubleLE(at + 16),
        recordedAt: block.readDoubleLE(at + 24),
        type: this.types[block.readUInt32LE(at + 40)] as string,
        stream: block.toString('utf8', stream, bytes),
        bytes: block.subarray(bytes, end),
      };
      at = end;
    }
  }
}

const EMPTY = Buffer.alloc(0);

/** Answers where the next event begins. */
function pack(event: LoggedEvent, type: number, block: Buffer, at: number): number {
  const stream = block.write(event.stream, at + HEADER, 'utf8');
  block.writeBigInt64LE(event.position, at);
  block.writeBigInt64LE(event.revision, at + 8);
  block.writeDoubleLE(event.occurredAt, at + 16);
  block.writeDoubleLE(event.recordedAt, at + 24);
  block.writeUInt32LE(stream, at + 32);
  block.writeUInt32LE(event.bytes.length, at + 36);
  block.writeUInt32LE(type, at + 40);
  block.set(event.bytes, at + HEADER + stream);
  return at + HEADER + stream + event.bytes.length;
}

/** Index of the last block that begins at or before a position; −1 where all begin behind it. */
function lastAt(blocks: readonly Block[], position: Position): number {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((blocks[middle] as Block).position <= position) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const isSpill = (name: string): boolean => /^build-[0-9a-f-]{36}\.tmp$/.test(name);

/**
 * A new file that nobody finds by name. One that was not yet nameless when its process ended goes too; whoever has just
 * opened another one keeps it.
 */
function openNameless(folder: string): number {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder).filter(isSpill)) rmSync(join(folder, name), { force: true });
  const path = join(folder, `build-${randomUUID()}.tmp`);
  const file = openSync(path, 'wx+', 0o600);
  rmSync(path, { force: true });
  return file;
}
