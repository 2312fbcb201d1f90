/**
 * The rows that did not become facts, as they stood in the file, with their line and the reason: to be put right and
 * sent again with the same mapping. The numbers that were counted for a row travel with it, so that its facts keep
 * their ids.
 */
import { closeSync, existsSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import type { JsonObject } from '../domain/kernel';
import { type Cells, type Columns, LINE_COLUMN, REASON_COLUMN } from './columns';
import { writeCell } from './csv';
import type { SourceRow, Table } from './rows';
import { isObject } from './shapes';

export interface ErrorFileOptions {
  readonly file: string;
  /** Bytes that an interrupted run had written when it was last sure; what stands behind is written again. */
  readonly keep: number;
}

export class ErrorFile {
  private handle: number | undefined;
  private size: number;

  constructor(
    private readonly options: ErrorFileOptions,
    private readonly table: Pick<Table, 'header' | 'delimiter'>,
    private readonly columns: Columns,
  ) {
    const { file, keep } = options;
    this.size = keep > 0 && existsSync(file) ? Math.min(keep, statSync(file).size) : 0;
  }

  /** Bytes written. */
  get bytes(): number {
    return this.size;
  }

  /** `complete` are the row's cells with the counted ones. A clean import leaves no file. */
  add(row: SourceRow, complete: Cells, reason: string): void {
    const { header, delimiter } = this.table;
    const kept = this.columns.keptOf(complete);
    const { kept: names } = this.columns;
    if (!header) return this.write(`${JSON.stringify(objectOf(row, names, kept, reason))}\n`);
    if (this.size === 0) this.write(line(headerOf(header, names), delimiter));
    // A row of a wrong length stays one, so that it is refused again until somebody puts it right.
    const stood = row.problem === undefined ? complete.slice(0, header.length) : row.cells;
    const cells = stood.filter((_, i) => header[i] !== REASON_COLUMN);
    const number = header.includes(LINE_COLUMN) ? [] : [String(row.line)];
    this.write(line([...cells, ...kept, ...number, reason], delimiter));
  }

  close(): void {
    if (this.handle !== undefined) closeSync(this.handle);
    this.handle = undefined;
  }

  private write(text: string): void {
    this.handle ??= this.open();
    const bytes = Buffer.from(text);
    writeSync(this.handle, bytes, 0, bytes.length, this.size);
    this.size += bytes.length;
  }

  private open(): number {
    const handle = openSync(this.options.file, this.size > 0 ? 'r+' : 'w');
    ftruncateSync(handle, this.size);
    return handle;
  }
}

const line = (cells: Cells, delimiter: string): string =>
  `${cells.map((cell) => writeCell(cell, delimiter)).join(delimiter)}\n`;

/** The columns of the file, those that were counted, then line and reason; none of ours twice. */
function headerOf(header: readonly string[], kept: readonly string[]): readonly string[] {
  const number = header.includes(LINE_COLUMN) ? [] : [LINE_COLUMN];
  return [...header.filter((name) => name !== REASON_COLUMN), ...kept, ...number, REASON_COLUMN];
}

function objectOf(
  { object, text, line }: SourceRow,
  names: readonly string[],
  kept: Cells,
  reason: string,
): JsonObject {
  const counted = Object.fromEntries(names.map((name, i) => [name, kept[i]]));
  const whole: JsonObject = isObject(object) ? object : { kith_text: text };
  return { ...counted, [LINE_COLUMN]: line, ...whole, [REASON_COLUMN]: reason };
}
