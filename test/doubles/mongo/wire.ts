/** The frames of MongoDB's wire protocol, as far as the driver speaks it: OP_MSG, and OP_QUERY for the first hello. */
import { BSON } from 'mongodb';

export type Doc = Record<string, unknown>;

export interface Request {
  readonly id: number;
  readonly legacy: boolean;
  readonly body: Doc;
}

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const MORE_TO_COME = 2;

/** Takes bytes as they come and gives out whole requests. */
export class Frames {
  private held: Buffer = Buffer.alloc(0);

  take(bytes: Buffer): readonly Request[] {
    this.held = Buffer.concat([this.held, bytes]);
    const requests: Request[] = [];
    while (this.held.length >= 4 && this.held.length >= this.held.readInt32LE(0)) {
      const length = this.held.readInt32LE(0);
      requests.push(parse(this.held.subarray(0, length)));
      this.held = this.held.subarray(length);
    }
    return requests;
  }
}

const bson = (bytes: Buffer): Doc => BSON.deserialize(bytes, { useBigInt64: true });

function parse(frame: Buffer): Request {
  const [id, code] = [frame.readInt32LE(4), frame.readInt32LE(12)];
  if (code === OP_QUERY) {
    const name = frame.indexOf(0, 20);
    return { id, legacy: true, body: bson(frame.subarray(name + 9)) };
  }
  if (code !== OP_MSG) throw new Error(`no double of opcode ${code}`);
  if (frame.readInt32LE(16) & MORE_TO_COME) throw new Error('a write that wants no answer is a write nobody knows of');
  const body: Doc = {};
  for (let at = 20; at < frame.length; ) {
    const size = frame.readInt32LE(at + 1);
    const section = frame.subarray(at + 1, at + 1 + size);
    if (frame[at] === 0) Object.assign(body, bson(section));
    else {
      const end = section.indexOf(0, 4);
      body[section.toString('utf8', 4, end)] = documents(section.subarray(end + 1));
    }
    at += 1 + size;
  }
  return { id, legacy: false, body };
}

function documents(bytes: Buffer): readonly Doc[] {
  const found: Doc[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at)) {
    found.push(bson(bytes.subarray(at, at + bytes.readInt32LE(at))));
  }
  return found;
}

export function answer({ id, legacy }: Request, body: Doc): Buffer {
  const document = BSON.serialize(body);
  const head = Buffer.alloc(legacy ? 36 : 21);
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(id, 8);
  head.writeInt32LE(legacy ? OP_REPLY : OP_MSG, 12);
  if (legacy) head.writeInt32LE(1, 32);
  return Buffer.concat([head, document]);
}
