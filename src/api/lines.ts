/**
 * Bytes in pieces → lines, with flat memory: a line over the limit is dropped while it comes in, and only its number
 * is kept. It does not read what a line says.
 */

export interface Line {
  /** 1, 2, 3 …; empty lines count and are left out. */
  readonly number: number;
  /** Without its end; `undefined` when it is longer than the limit. */
  readonly bytes: Buffer | undefined;
}

const NEWLINE = 0x0a;

export class LineReader {
  private number = 0;
  private parts: Buffer[] = [];
  private length = 0;

  constructor(private readonly maxBytes: number) {}

  /** Lines that end in this piece. */
  push(piece: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      this.keep(piece.subarray(start, end));
      lines.push(...this.take());
      start = end + 1;
    }
    this.keep(piece.subarray(start));
    return lines;
  }

  /** The last line, where the stream does not end with a newline. */
  end(): Line[] {
    return this.take();
  }

  private keep(part: Buffer): void {
    this.length += part.length;
    if (this.length > this.maxBytes) this.parts = [];
    else if (part.length > 0) this.parts.push(part);
  }

  private take(): Line[] {
    const [first = Buffer.alloc(0), ...more] = this.parts;
    const bytes = more.length === 0 ? first : Buffer.concat(this.parts);
    const tooLong = this.length > this.maxBytes;
    this.parts = [];
    this.length = 0;
    this.number++;
    if (tooLong) return [{ number: this.number, bytes: undefined }];
    return isBlank(bytes) ? [] : [{ number: this.number, bytes }];
  }
}

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
