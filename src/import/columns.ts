/**
 * Which cell of a row a name in the mapping means: a column of the header, a path into an NDJSON object, or one of the
 * numbers that are counted while reading (`line`, `ordinal of <column>`). A name that means nothing never becomes an
 * empty text; it is an error before the first row.
 */
import type { JsonValue } from '../domain/kernel';
import { isObject } from './shapes';

/** The cells of one row: those of the file, then the counted ones. Trimmed where the mapping says so. */
export type Cells = readonly string[];

/** Columns that an error file adds. With them a row that was put right keeps the numbers of the first file. */
export const LINE_COLUMN = 'kith_line';
export const REASON_COLUMN = 'kith_reason';
const ordinalColumn = (column: string): string => `kith_ordinal of ${column}`;

const ORDINAL = 'ordinal of ';

/** A cell that is made while reading. */
type Made =
  | { readonly kind: 'line'; readonly name: string }
  | { readonly kind: 'ordinal'; readonly name: string; readonly of: number; readonly counts: Map<string, number> }
  | { readonly kind: 'path'; readonly name: string; readonly path: readonly string[] };

export class Columns {
  private readonly made: Made[] = [];

  private constructor(private readonly header: readonly string[] | undefined) {}

  static ofHeader(header: readonly string[]): Columns {
    return new Columns(header);
  }

  /** NDJSON: any path may be there in one object and lack in the next. */
  static ofPaths(): Columns {
    return new Columns(undefined);
  }

  /** True for a column of the header, whatever its name looks like. */
  has(name: string): boolean {
    return this.header?.includes(name) ?? false;
  }

  /** Where the cell stands, or a sentence that says why there is none. */
  find(name: string): number | string {
    const at = this.header?.indexOf(name) ?? -1;
    if (at >= 0) {
      const twice = this.header?.indexOf(name, at + 1) ?? -1;
      return twice < 0 ? at : `the file has two columns named ${JSON.stringify(name)} (${at + 1} and ${twice + 1})`;
    }
    if (name === 'line') return this.findLine();
    if (name.startsWith(ORDINAL)) return this.findOrdinal(name.slice(ORDINAL.length));
    if (this.header) return missing(name, this.header);
    return this.make({ kind: 'path', name, path: name.split('.') });
  }

  private findLine(): number {
    const kept = this.header?.indexOf(LINE_COLUMN) ?? -1;
    return kept >= 0 ? kept : this.make({ kind: 'line', name: LINE_COLUMN });
  }

  private findOrdinal(column: string): number | string {
    const name = ordinalColumn(column);
    const kept = this.header?.indexOf(name) ?? -1;
    if (kept >= 0) return kept;
    const of = this.find(column);
    return typeof of === 'string' ? of : this.make({ kind: 'ordinal', name, of, counts: new Map() });
  }

  private make(cell: Made): number {
    const known = this.made.findIndex(({ name }) => name === cell.name);
    return (this.header?.length ?? 0) + (known >= 0 ? known : this.made.push(cell) - 1);
  }

  /** Cells that a row of the file has; 0 for NDJSON. */
  get width(): number {
    return this.header?.length ?? 0;
  }

  /** Names of the counted cells, which an error file must keep. */
  get kept(): readonly string[] {
    return this.made.flatMap(({ kind, name }) => (kind === 'ordinal' ? [name] : []));
  }

  /** The values of `kept` in a finished row. */
  keptOf(cells: Cells): readonly string[] {
    const width = this.header?.length ?? 0;
    return this.made.flatMap(({ kind }, i) => (kind === 'ordinal' ? [cells[width + i] ?? ''] : []));
  }

  /** Adds the cells that are made, in place. To be called once for each row, in the order of the file: ordinals count. */
  complete(cells: string[], line: number, object?: JsonValue): void {
    const width = this.header?.length ?? 0;
    for (const [i, made] of this.made.entries()) cells[width + i] = valueOf(made, cells, line, object);
  }
}

function valueOf(made: Made, cells: Cells, line: number, object: JsonValue | undefined): string {
  switch (made.kind) {
    case 'line':
      return textAt(object, [LINE_COLUMN]) || String(line);
    case 'path':
      return textAt(object, made.path);
    case 'ordinal':
      return textAt(object, [made.name]) || String(count(made.counts, cells[made.of] ?? ''));
  }
}

/** V8 keeps the whole block of the file alive for a long text cut out of it; what stays in memory is a copy. */
const SLICED = 13;

function count(counts: Map<string, number>, value: string): number {
  const n = (counts.get(value) ?? 0) + 1;
  counts.set(n === 1 && value.length >= SLICED ? Buffer.from(value).toString() : value, n);
  return n;
}

/** '' for what is not there; objects and lists as JSON. */
function textAt(object: JsonValue | undefined, path: readonly string[]): string {
  let at: JsonValue | undefined = object;
  for (const name of path) at = isObject(at) ? at[name] : undefined;
  if (at === undefined || at === null) return '';
  return typeof at === 'object' ? JSON.stringify(at) : String(at);
}

function missing(name: string, header: readonly string[]): string {
  const near = nearest(name, header);
  const hint = near === undefined ? '' : `, the nearest one is ${JSON.stringify(near)}`;
  return `the file has no column ${JSON.stringify(name)}${hint}; it has ${header.map((h) => JSON.stringify(h)).join(', ')}`;
}

/** The word with the fewest changed letters, upper and lower case alike. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const far = words.map((w) => ({ w, distance: distance(word.toLowerCase(), w.toLowerCase()) }));
  return far.sort((a, b) => a.distance - b.distance)[0]?.w;
}

/** Levenshtein 1966: insertions, deletions and substitutions. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
