/** The wire format of Protocol Buffers, as much of it as events need: the generated classes make many objects of each. */

/** The fields of one message. */
export class Fields {
  number = 0;
  private kind = 0;
  private at = 0;

  constructor(private readonly buffer: Buffer) {}

  /** False at the end; else `number` names the field whose value comes next. */
  next(): boolean {
    if (this.at >= this.buffer.length) return false;
    const tag = this.short();
    this.number = tag >>> 3;
    this.kind = tag & 7;
    return true;
  }

  /** A string, bytes, or a message: a view into the buffer, not a copy. */
  bytes(): Buffer {
    if (this.kind !== 2) {
      this.skip();
      return Buffer.alloc(0);
    }
    const length = this.short();
    const from = this.at;
    this.at += length;
    if (this.at > this.buffer.length) throw new RangeError('a message of the server ends in the middle of a field');
    return this.buffer.subarray(from, this.at);
  }

  /** An unsigned number of 64 bits. */
  whole(): bigint {
    let [low, shift] = [0, 0];
    // 49 bits are exact in a double, which is where nearly all numbers end.
    for (; shift < 49; shift += 7) {
      const byte = this.byte();
      low += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return BigInt(low);
    }
    let found = BigInt(low);
    for (; ; shift += 7) {
      const byte = this.byte();
      found |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return BigInt.asUintN(64, found);
    }
  }

  skip(): void {
    if (this.kind === 0) this.whole();
    else if (this.kind === 1) this.at += 8;
    else if (this.kind === 2) this.bytes();
    else if (this.kind === 5) this.at += 4;
    else throw new RangeError(`a message of the server has a field of the unknown kind ${this.kind}`);
  }

  /** A number that fits into 32 bits: tags and lengths. */
  private short(): number {
    let [found, shift] = [0, 0];
    for (;;) {
      const byte = this.byte();
      found += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return found;
      shift += 7;
    }
  }

  private byte(): number {
    const byte = this.buffer[this.at++];
    if (byte === undefined) throw new RangeError('a message of the server ends in the middle of a field');
    return byte;
  }
}

/** Bytes of a field of so many bytes, its number below 16. */
export const sizeOf = (length: number): number => 1 + sizeOfNumber(length) + length;

function sizeOfNumber(number: number): number {
  let [left, size] = [number, 1];
  for (; left >= 0x80; left = Math.floor(left / 0x80)) size += 1;
  return size;
}

/** Writes a message whose size is known before. Numbers of fields are below 16. */
export class Writer {
  readonly buffer: Buffer;
  private at = 0;

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size);
  }

  /** A message of `size` bytes: its own fields are to follow. */
  begin(number: number, size: number): void {
    this.buffer[this.at++] = (number << 3) | 2;
    this.number(size);
  }

  bytes(number: number, bytes: Uint8Array): void {
    this.begin(number, bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** `size` is that of the text in UTF-8. */
  text(number: number, text: string, size: number): void {
    this.begin(number, size);
    this.at += this.buffer.write(text, this.at);
  }

  true(number: number): void {
    this.buffer[this.at++] = number << 3;
    this.buffer[this.at++] = 1;
  }

  /** Unsigned, of 64 bits. */
  whole(number: number, value: bigint): void {
    this.buffer[this.at++] = number << 3;
    let left = value;
    for (; left >= 0x80n; left >>= 7n) this.buffer[this.at++] = Number(left & 0x7fn) | 0x80;
    this.buffer[this.at++] = Number(left);
  }

  private number(value: number): void {
    let left = value;
    for (; left >= 0x80; left = Math.floor(left / 0x80)) this.buffer[this.at++] = (left % 0x80) | 0x80;
    this.buffer[this.at++] = left;
  }
}

/** Bytes of an unsigned number of 64 bits, with its tag. */
export function sizeOfWhole(value: bigint): number {
  let [left, size] = [value, 2];
  for (; left >= 0x80n; left >>= 7n) size += 1;
  return size;
}
