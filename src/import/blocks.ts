/**
 * A text file as blocks of whole lines: unpacked where it is gzip, checked to be UTF-8. It holds one block at a time, and
 * hands over every line before the place where the file turns out to be broken.
 */
import { isUtf8 } from 'node:buffer';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { reasonOf, Refusal } from '../domain/refusals';

export interface Block {
  /** Whole lines with their line ends; the last one of a file may lack it. */
  readonly text: string;
  /** Bytes of the file that were read so far, packed where it is gzip. */
  readonly bytesRead: number;
  /** What is wrong right behind `text`; nothing follows such a block. */
  readonly broken?: string;
}

const BLOCK_BYTES = 256 * 1024;
/** A line of this size is no line of a table. */
const MOST_LINE_BYTES = 16 * 1024 * 1024;
const NEWLINE = 10;

/** Throws `file-malformed` for what is no text at all. */
export async function* blocksOf(file: string): AsyncGenerator<Block> {
  const packed = sniff(file) === 'gzip';
  const raw = createReadStream(file, { highWaterMark: BLOCK_BYTES });
  // `pipeline` destroys both ends when either fails; the failure itself is met below, while reading.
  const stream = packed ? pipeline(raw, createGunzip({ chunkSize: BLOCK_BYTES }), () => undefined) : raw;
  const rest = new Rest();
  let broken: string | undefined;
  try {
    for await (const chunk of stream) {
      const lines = rest.add(bytesOf(chunk));
      const block = lines && textOf(lines, raw.bytesRead);
      if (block) yield block;
      if (block?.broken !== undefined) return;
      if (rest.size > MOST_LINE_BYTES)
        throw new Refusal('line-too-long', `a line is longer than ${MOST_LINE_BYTES} bytes`);
    }
  } catch (problem) {
    if (problem instanceof Refusal || !packed) throw problem;
    broken = `the packed file is damaged: ${reasonOf(problem)}`;
  }
  // What stands behind the last line end of a damaged file may be half a line.
  const last = broken === undefined ? rest.take() : Buffer.alloc(0);
  yield { ...textOf(last, raw.bytesRead), ...(broken !== undefined && { broken }) };
}

function textOf(bytes: Buffer, bytesRead: number): Block {
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), bytesRead };
  const good = bytes.toString('utf8', 0, goodLines(bytes));
  return { text: good, bytesRead, broken: 'it is not UTF-8; save the file as UTF-8' };
}

/** How many bytes the lines before the first broken one have. */
function goodLines(bytes: Buffer): number {
  for (let at = 0; ; ) {
    const end = bytes.indexOf(NEWLINE, at);
    const next = end < 0 ? bytes.length : end + 1;
    if (end < 0 || !isUtf8(bytes.subarray(at, next))) return at;
    at = next;
  }
}

/** What stands behind the last line end so far. */
class Rest {
  private parts: Buffer[] = [];
  size = 0;

  /** The whole lines that are there now. */
  add(chunk: Buffer): Buffer | undefined {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      this.keep(chunk);
      return undefined;
    }
    const lines = Buffer.concat([...this.parts, chunk.subarray(0, end)]);
    this.parts = [];
    this.size = 0;
    if (end < chunk.length) this.keep(chunk.subarray(end));
    return lines;
  }

  take(): Buffer {
    return Buffer.concat(this.parts);
  }

  private keep(chunk: Buffer): void {
    this.parts.push(chunk);
    this.size += chunk.length;
  }
}

const bytesOf = (chunk: unknown): Buffer =>
  chunk instanceof Uint8Array ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.alloc(0);

/** By the first bytes; what no CSV can be is refused with what to do. */
function sniff(file: string): 'text' | 'gzip' {
  const head = Buffer.alloc(4);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, head, 0, 4, 0);
  } finally {
    closeSync(handle);
  }
  const starts = head.toString('hex');
  if (starts.startsWith('1f8b')) return 'gzip';
  if (starts === '504b0304')
    throw new Refusal('file-malformed', `${file} is a ZIP file or a spreadsheet; save it as CSV in UTF-8`);
  if (starts.startsWith('fffe') || starts.startsWith('feff'))
    throw new Refusal('file-malformed', `${file} is UTF-16; save it as UTF-8`);
  return 'text';
}
