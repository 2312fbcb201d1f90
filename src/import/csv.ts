/**
 * Rows out of CSV text (RFC 4180), block by block, with the line each row begins on. Rows without a quote are cut at the
 * delimiter; every row with one is read by csv-parse, which decides what quotes mean. Broken quoting ends the file at
 * that row, and the rows before it are handed over.
 */
import { CsvError, parse } from 'csv-parse/sync';

export interface Row {
  /** Line of the file on which it begins, from 1. */
  readonly line: number;
  readonly cells: string[];
}

export interface Rows {
  readonly rows: readonly Row[];
  /** What is wrong behind these rows, and where; nothing can be read after it. */
  readonly broken?: { readonly line: number; readonly detail: string };
}

/** A quoted row of this many characters is a quote that was never closed. */
const LONGEST_ROW = 1024 * 1024;

/** A row with quotes, and its place among the others. */
interface Quoted {
  readonly at: number;
  readonly line: number;
  readonly text: string;
}

export class CsvReader {
  private rest = '';
  private lines = 0;

  /** `trim`: white space around cells is dropped, also in front of an opening quote. */
  constructor(
    private readonly delimiter: string,
    private readonly trim: boolean,
  ) {}

  /** Lines read so far. */
  get line(): number {
    return this.lines;
  }

  /** Rows that are whole with this text; `last` says that no more follows. */
  read(text: string, last: boolean): Rows {
    const all = this.rest + text;
    const rows: Row[] = [];
    const quoted: Quoted[] = [];
    let quote = all.indexOf('"');
    let at = 0;
    let broken: Rows['broken'];
    while (at < all.length && !broken) {
      if (quote >= 0 && quote < at) quote = all.indexOf('"', at);
      const newline = all.indexOf('\n', at);
      if (newline < 0 && !last) break;
      const lineEnd = newline < 0 ? all.length : newline;
      const plain = quote < 0 || quote > lineEnd;
      const end = plain ? lineEnd : endOfQuoted(all, quote, last);
      if (end < 0) {
        const tooLong = all.length - at > LONGEST_ROW;
        if (last || tooLong) broken = { line: this.lines + 1, detail: 'a quote opens here that is never closed' };
        break;
      }
      const row = all.slice(at, all[end - 1] === '\r' ? end - 1 : end);
      const line = this.lines + 1;
      this.lines += plain ? 1 : linesIn(row);
      if (!plain) quoted.push({ at: rows.length, line, text: row });
      if (row !== '') rows.push({ line, cells: plain ? row.split(this.delimiter) : [] });
      at = end + 1;
    }
    this.rest = all.slice(at);
    const bad = this.readQuoted(rows, quoted);
    return bad
      ? { rows: rows.slice(0, bad.at), broken: { line: bad.line, detail: bad.detail } }
      : { rows, ...(broken && { broken }) };
  }

  /** Reads all quoted rows at once; only where that fails, one by one, to find the first broken one. */
  private readQuoted(rows: Row[], quoted: readonly Quoted[]): { at: number; line: number; detail: string } | undefined {
    if (quoted.length === 0) return undefined;
    const read = this.parse(quoted.map(({ text }) => text).join('\n'));
    const whole = read instanceof CsvError || read.length !== quoted.length ? undefined : read;
    for (const [i, { at, line, text }] of quoted.entries()) {
      const cells = whole ? whole[i] : this.one(text);
      if (cells instanceof CsvError) return { at, line: line + lineOf(cells) - 1, detail: said(cells, line) };
      rows[at] = { line, cells: cells ?? [] };
    }
    return undefined;
  }

  private one(text: string): string[] | CsvError | undefined {
    const read = this.parse(text);
    return read instanceof CsvError ? read : read[0];
  }

  private parse(text: string): string[][] | CsvError {
    try {
      const { delimiter, trim } = this;
      return parse(text, { delimiter, trim, relax_column_count: true, record_delimiter: ['\r\n', '\n'] });
    } catch (error) {
      if (error instanceof CsvError) return error;
      throw error;
    }
  }
}

/** Where the row of an opening quote ends: the first line end outside of quotes; −1 when it is not in `text`. */
function endOfQuoted(text: string, quote: number, last: boolean): number {
  for (let open = quote; ; ) {
    const close = text.indexOf('"', open + 1);
    if (close < 0) return -1;
    const newline = text.indexOf('\n', close + 1);
    const next = text.indexOf('"', close + 1);
    if (next >= 0 && (newline < 0 || next < newline)) open = next;
    else return newline >= 0 ? newline : last ? text.length : -1;
  }
}

function linesIn(row: string): number {
  let lines = 1;
  for (let at = row.indexOf('\n'); at >= 0; at = row.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

const lineOf = (error: CsvError): number => (typeof error['lines'] === 'number' ? error['lines'] : 1);

function said({ code }: CsvError, line: number): string {
  switch (code) {
    case 'CSV_INVALID_CLOSING_QUOTE':
      return `the row that begins in line ${line} has a closing quote that no delimiter follows; double a quote that is part of a cell`;
    case 'INVALID_OPENING_QUOTE':
      return 'a quote stands in the middle of a cell without quotes; put the whole cell in quotes and double the inner one';
    default:
      return `the row that begins in line ${line} cannot be read (${code})`;
  }
}

/** The most frequent of `,`, `;`, tab and `|` in the header, outside of quotes; a comma where there is none. */
export function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '');
  const counts = [',', ';', '\t', '|'].map((mark) => ({ mark, times: bare.split(mark).length }));
  return counts.reduce((most, one) => (one.times > most.times ? one : most)).mark;
}

/** A cell as it must be written to be read again. */
export const writeCell = (cell: string, delimiter: string): string =>
  /["\r\n]/.test(cell) || cell.includes(delimiter) || cell.trim() !== cell ? `"${cell.replaceAll('"', '""')}"` : cell;
