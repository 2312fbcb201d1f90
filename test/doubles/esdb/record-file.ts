/** The file in which the double keeps its records: each behind its length, so that a double that was killed finds them again. */
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';

/** Stands where the length of a record would. */
const FOREIGN = 0xffff_ffff;

export interface RecordFileContent {
  readonly record: (wire: Buffer) => void;
  /** So many records of others, which need not be stored. */
  readonly foreign: (count: number) => void;
}

export class RecordFile {
  private constructor(private readonly file: number) {}

  /** Hands over what the file holds. A record that a kill cut off is no record. */
  static open(path: string, { record, foreign }: RecordFileContent): RecordFile {
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    for (let at = 0; at + 4 <= bytes.length; ) {
      const head = bytes.readUInt32BE(at);
      const end = at + 4 + (head === FOREIGN ? 4 : head);
      if (end > bytes.length) break;
      if (head === FOREIGN) foreign(bytes.readUInt32BE(at + 4));
      else record(Buffer.from(bytes.subarray(at + 4, end)));
      at = end;
    }
    return new RecordFile(openSync(path, 'a'));
  }

  /** In one go, so that a kill never parts an append. */
  add(records: readonly { readonly wire: Buffer }[]): void {
    writeSync(this.file, Buffer.concat(records.flatMap(({ wire }) => [uint32(wire.length), wire])));
  }

  addForeign(count: number): void {
    writeSync(this.file, Buffer.concat([uint32(FOREIGN), uint32(count)]));
  }

  close(): void {
    closeSync(this.file);
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
