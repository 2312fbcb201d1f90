/**
 * Texts with holes: `invoice-{InvoiceNo}` takes the cell of that column, `{StockCode | upper}` changes it on the way.
 * An empty cell says nothing: a text whose holes are all empty is absent, it is never a half-made text.
 */
import type { Cells, Columns } from './columns';
import { type Problems, rowMalformed } from './shapes';

/** What may stand behind a bar in a hole. */
export const filters: Readonly<Record<string, { readonly says: string; readonly change: (cell: string) => string }>> = {
  upper: { says: 'in capitals', change: (cell) => cell.toUpperCase() },
  lower: { says: 'in small letters', change: (cell) => cell.toLowerCase() },
  trim: {
    says: 'without white space around it, where the mapping says `"trim": false`',
    change: (cell) => cell.trim(),
  },
  whole: { says: 'without a fraction of zeros: 17850.0 becomes 17850', change: (cell) => cell.replace(/[.,]0+$/, '') },
  digits: { says: 'only its digits', change: (cell) => cell.replace(/\D/g, '') },
};

interface Hole {
  readonly name: string;
  readonly at: number;
  readonly change: ((cell: string) => string) | undefined;
}

export interface Template {
  /** `undefined` when it has holes and all of them are empty. */
  readonly text: (cells: Cells) => string | undefined;
  /** Every hole filled; throws `row-malformed`, naming `what` and the empty column. */
  readonly whole: (cells: Cells, what: string) => string;
  readonly columns: readonly string[];
}

/** Literal parts and holes by turns: `parts[0] holes[0] parts[1] … parts[n]`. */
interface Pieces {
  readonly parts: readonly string[];
  readonly holes: readonly Hole[];
}

/** `guard` is applied to each cell, so that a cell cannot pretend to be part of the literal text. */
export function compileTemplate(
  written: string,
  pointer: string,
  columns: Columns,
  problems: Problems,
  guard?: (cell: string) => string,
): Template {
  const pieces = readPieces(written, (name) => readHole(name, pointer, columns, problems, guard));
  if (typeof pieces === 'string') {
    problems.add(pointer, pieces);
    return { text: () => undefined, whole: () => '', columns: [] };
  }
  return {
    text: textOf(pieces),
    whole: (cells, what) => wholeOf(pieces, cells, what),
    columns: pieces.holes.map(({ name }) => name),
  };
}

const cellOf = ({ at, change }: Hole, cells: Cells): string => {
  const cell = cells[at] ?? '';
  return change ? change(cell) : cell;
};

function textOf({ parts, holes }: Pieces): Template['text'] {
  const [first = '', second = ''] = parts;
  const [hole] = holes;
  if (!hole) return () => first;
  if (holes.length > 1) return (cells) => joined(parts, holes, cells);
  return (cells) => {
    const cell = cellOf(hole, cells);
    return cell === '' ? undefined : first + cell + second;
  };
}

function joined(parts: readonly string[], holes: readonly Hole[], cells: Cells): string | undefined {
  let text = parts[0] ?? '';
  let filled = false;
  for (const [i, hole] of holes.entries()) {
    const cell = cellOf(hole, cells);
    if (cell !== '') filled = true;
    text += cell + (parts[i + 1] ?? '');
  }
  return filled ? text.trim() : undefined;
}

function wholeOf({ parts, holes }: Pieces, cells: Cells, what: string): string {
  let text = parts[0] ?? '';
  for (let i = 0; i < holes.length; i++) {
    const hole = holes[i];
    const cell = hole ? cellOf(hole, cells) : '';
    if (cell === '') throw rowMalformed(`${what} needs the column ${JSON.stringify(hole?.name)}, which is empty here`);
    text += cell + (parts[i + 1] ?? '');
  }
  return text;
}

/** A sentence when the braces do not fit. `{{` and `}}` stand for braces. */
function readPieces(written: string, hole: (name: string) => Hole): Pieces | string {
  const parts = [''];
  const holes: Hole[] = [];
  const literal = (text: string): void => {
    parts.push((parts.pop() ?? '') + text);
  };
  for (const [piece] of written.matchAll(/\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/g)) {
    if (piece === '{' || piece === '}')
      return `a lone ${piece} in ${JSON.stringify(written)}; write ${piece}${piece} for the character itself`;
    if (piece === '{{' || piece === '}}' || !piece.startsWith('{'))
      literal(piece === '{{' ? '{' : piece === '}}' ? '}' : piece);
    else {
      holes.push(hole(piece.slice(1, -1).trim()));
      parts.push('');
    }
  }
  return { parts, holes };
}

function readHole(
  written: string,
  pointer: string,
  columns: Columns,
  problems: Problems,
  guard: ((cell: string) => string) | undefined,
): Hole {
  const bar = written.lastIndexOf('|');
  const plain = bar < 0 || columns.has(written);
  const name = plain ? written : written.slice(0, bar).trim();
  const filter = plain ? undefined : written.slice(bar + 1).trim();
  const change = filter === undefined ? undefined : filters[filter]?.change;
  if (filter !== undefined && !change) {
    problems.add(pointer, `${JSON.stringify(filter)} is no filter; known are ${Object.keys(filters).join(', ')}`);
  }
  const at = columns.find(name);
  if (typeof at === 'string') problems.add(pointer, at);
  const guarded = guard && change ? (cell: string) => guard(change(cell)) : (guard ?? change);
  return { name, at: typeof at === 'string' ? -1 : at, change: guarded };
}

/** A cell inside of a subject: its % and : mean themselves. */
export const escapeCell = (part: string): string => part.replaceAll('%', '%25').replaceAll(':', '%3A');
