/** Which import a file and a mapping are, before a row is read: what cannot be read or mapped is refused here. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { type FileSeen, importIdOf } from '../domain/importing';
import { Columns } from './columns';
import { type CompiledMapping, compileMapping, type Mapping, readMapping } from './mapping';
import { openTable } from './rows';

export interface Identified {
  readonly id: string;
  readonly file: FileSeen;
  readonly mapping: Mapping;
  readonly compiled: Pick<CompiledMapping, 'rules' | 'facts'>;
}

/** `mapping` is the text of the mapping file. Throws `mapping-malformed`, `file-malformed`, or what the file system says. */
export async function identify(file: string, mapping: string): Promise<Identified> {
  const read = readMapping(mapping);
  const table = await openTable(file, read);
  await table.close();
  const compiled = compileMapping(read, table.header ? Columns.ofHeader(table.header) : Columns.ofPaths());
  const seen = await look(file);
  return { id: importIdOf(seen.sha256, read.json), file: seen, mapping: read, compiled };
}

async function look(file: string): Promise<FileSeen> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    if (!(chunk instanceof Uint8Array)) continue;
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { name: basename(file), bytes, sha256: hash.digest('hex') };
}
