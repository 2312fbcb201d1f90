/**
 * The rows of a file, CSV or NDJSON, with their header, in batches that do not grow with the file. A row that has too
 * many or too few cells, or is no JSON, is handed over with what is wrong with it; it never ends the file.
 */
import type { JsonValue } from '../domain/kernel';
import { reasonOf, Refusal } from '../domain/refusals';
import { type Block, blocksOf } from './blocks';
import { CsvReader, delimiterOf, type Row, type Rows } from './csv';
import type { Format, Mapping } from './mapping';
import { isObject } from './shapes';

export interface SourceRow {
  readonly line: number;
  /** Of CSV; the counted cells are added later. */
  readonly cells: string[];
  /** Of NDJSON: the line as it was, and what it says. */
  readonly text?: string;
  readonly object?: JsonValue;
  /** Why no fact can be read from it. */
  readonly problem?: string;
}

export interface RowBlock {
  readonly rows: readonly SourceRow[];
  readonly bytesRead: number;
  /** The file cannot be read behind these rows. */
  readonly broken?: { readonly line: number; readonly detail: string };
}

export interface Table {
  /** Absent for NDJSON. */
  readonly header: readonly string[] | undefined;
  readonly delimiter: string;
  /** To be read once. */
  readonly blocks: AsyncGenerator<RowBlock>;
  /** For who reads no further. */
  readonly close: () => Promise<void>;
}

/** Throws `file-malformed` when there is nothing to begin with, and what the file system says when there is no file. */
export async function openTable(file: string, { format, trim }: Pick<Mapping, 'format' | 'trim'>): Promise<Table> {
  const blocks = blocksOf(file);
  const first = await blocks.next();
  if (first.done) throw nothing(file);
  const start = { ...first.value, text: first.value.text.replace(/^\uFEFF/, '') };
  const close = async (): Promise<void> => void (await blocks.return(undefined));
  if (format.type === 'ndjson') return { header: undefined, delimiter: ',', blocks: objects(start, blocks), close };
  return { ...openCsv(file, start, blocks, format, trim), close };
}

function openCsv(
  file: string,
  start: Block,
  blocks: AsyncGenerator<Block>,
  format: Format,
  trim: boolean,
): Omit<Table, 'close'> {
  const firstLine = start.text.split('\n', 1)[0] ?? '';
  if (firstLine.includes('\r') && !start.text.includes('\n')) {
    throw new Refusal('file-malformed', `${file} ends its lines with CR alone; save it with LF or CRLF`);
  }
  const delimiter = format.delimiter ?? delimiterOf(firstLine);
  const reader = new CsvReader(delimiter, trim);
  const read = reader.read(start.text, start.broken !== undefined);
  const [head, ...rows] = read.rows;
  if (!head) throw read.broken ? brokenHeader(file, read) : nothing(file);
  const header = head.cells.map((name) => name.trim());
  return { header, delimiter, blocks: tabular(reader, header.length, { ...read, rows }, start, blocks) };
}

const nothing = (file: string): Refusal => new Refusal('file-malformed', `${file} is empty; a header row is wanted`);

const brokenHeader = (file: string, { broken }: Rows): Refusal =>
  new Refusal('file-malformed', `${file}, line ${broken?.line ?? 1}: ${broken?.detail ?? ''}`);

async function* tabular(
  reader: CsvReader,
  width: number,
  first: Rows,
  start: Block,
  blocks: AsyncGenerator<Block>,
): AsyncGenerator<RowBlock> {
  let [read, block] = [first, start];
  for (let last = false; ; ) {
    const broken = read.broken ?? brokenAt(block, reader.line);
    yield { rows: read.rows.map((row) => counted(row, width)), bytesRead: block.bytesRead, ...(broken && { broken }) };
    if (broken || last) return;
    const next = await blocks.next();
    if (next.done) last = true;
    else block = next.value;
    read = next.done ? reader.read('', true) : reader.read(block.text, block.broken !== undefined);
  }
}

const counted = (row: Row, width: number): SourceRow =>
  row.cells.length === width
    ? row
    : { ...row, problem: `the row has ${row.cells.length} cells, the header has ${width}` };

const brokenAt = ({ broken }: Block, line: number): RowBlock['broken'] =>
  broken === undefined ? undefined : { line: line + 1, detail: broken };

async function* objects(start: Block, blocks: AsyncGenerator<Block>): AsyncGenerator<RowBlock> {
  let line = 0;
  for (let block: Block = start; ; ) {
    const rows: SourceRow[] = [];
    for (const text of block.text === '' ? [] : block.text.replace(/\r?\n$/, '').split(/\r?\n/)) {
      line += 1;
      if (text.trim() !== '') rows.push(objectOf(text, line));
    }
    const broken = brokenAt(block, line);
    yield { rows, bytesRead: block.bytesRead, ...(broken && { broken }) };
    const next = await blocks.next();
    if (next.done || broken) return;
    block = next.value;
  }
}

function objectOf(text: string, line: number): SourceRow {
  try {
    const object: unknown = JSON.parse(text);
    return isObject(object)
      ? { line, cells: [], text, object }
      : { line, cells: [], text, problem: 'the line is no JSON object' };
  } catch (error) {
    return {
      line,
      cells: [],
      text,
      problem: `the line is no JSON: ${reasonOf(error)}`,
    };
  }
}
