/**
 * Reads the files whole, each as a source: its rows, what they say, and the ids of the records. A file that cannot be
 * understood to its last row is an error that names the line; no row is left out silently.
 */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Described } from '../domain/matching/described';
import { Refusal } from '../domain/refusals';
import { openTable, type SourceRow } from '../import/rows';
import { describe } from './describing';
import { ofOrganisations } from './organisations';
import { checkNames, type Choice, type Plan, planOf } from './plan';

/** A row with the record that was made of it. */
export interface MatchRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly id: string;
}

export interface MatchFile {
  readonly path: string;
  /** The name of the file without its ending; unlike that of every other file. */
  readonly source: string;
  readonly header: readonly string[];
  readonly delimiter: string;
  readonly plan: Plan;
  readonly rows: readonly MatchRow[];
  /** Column that named the records, and what is said of a guess that did not hold. */
  readonly id: { readonly column?: string; readonly note?: string };
}

export interface Files {
  readonly files: readonly MatchFile[];
  readonly described: readonly Described[];
  /** id of a record → what the column of the truth says; without entry where it says nothing. */
  readonly truth: ReadonlyMap<string, string>;
}

export type OnRead = (done: number, of: number) => void;

interface Raw {
  readonly path: string;
  readonly header: readonly string[];
  readonly delimiter: string;
  readonly rows: readonly SourceRow[];
}

/** Throws `file-malformed` and `mapping-malformed`, and what the file system says of a file that is not there. */
export async function readFiles(
  paths: readonly string[],
  choice: Choice,
  truth: string | undefined,
  onRead: OnRead,
): Promise<Files> {
  const bytes = paths.reduce((sum, path) => sum + statSync(path).size, 0);
  const raws: Raw[] = [];
  let before = 0;
  for (const path of paths) {
    raws.push(await readRaw(path, (done) => onRead(before + done, bytes)));
    before += statSync(path).size;
  }
  checkNames(choice, truth, new Map(raws.map(({ path, header }) => [path, header])));
  const sources = sourcesOf(paths);
  const files = raws.map((raw, at) => fileOf(raw, sources[at] ?? '', choice, truth, paths.length > 1));
  let order = 0;
  const described = files.flatMap(({ plan, rows }) => rows.map(({ cells, id }) => describe(plan, cells, id, order++)));
  return { files, described, truth: truthOf(files) };
}

async function readRaw(path: string, onRead: (done: number) => void): Promise<Raw> {
  const { header = [], delimiter, blocks, close } = await openTable(path, { format: { type: 'csv' }, trim: true });
  const rows: SourceRow[] = [];
  try {
    for await (const block of blocks) {
      for (const row of block.rows) {
        if (row.problem !== undefined) throw malformed(path, row.line, `${row.problem}; put the row right`);
        rows.push(row);
      }
      if (block.broken) throw malformed(path, block.broken.line, block.broken.detail);
      onRead(block.bytesRead);
    }
  } finally {
    await close();
  }
  if (rows.length === 0)
    throw new Refusal('file-malformed', `${path} has a header and no rows; there is nothing to match`);
  return { path, header, delimiter, rows };
}

const malformed = (path: string, line: number, what: string): Refusal =>
  new Refusal('file-malformed', `${path}, line ${line}: ${what}`);

/** `a/customers.csv` and `b/customers.csv.gz` are `customers` and `customers-2`. */
function sourcesOf(paths: readonly string[]): readonly string[] {
  const times = new Map<string, number>();
  return paths.map((path) => {
    const name = basename(path)
      .replace(/\.gz$/, '')
      .replace(/\.\w+$/, '');
    const n = (times.get(name) ?? 0) + 1;
    times.set(name, n);
    return n === 1 ? name : `${name}-${n}`;
  });
}

function fileOf(raw: Raw, source: string, choice: Choice, truth: string | undefined, isOneOfMany: boolean): MatchFile {
  const { path, header, delimiter } = raw;
  const plan = ofOrganisations(planOf(path, header, choice, truth), raw.rows);
  const column = plan.columns.find(({ meaning }) => meaning.into === 'id');
  const problem = column && idProblem(raw.rows, column.at);
  if (column && problem && column.by === 'said') {
    const { line, what } = problem;
    throw malformed(
      path,
      line,
      `${what} in the column ${JSON.stringify(column.column)}; ids must be there and each only once: choose another column with --id, or leave it out with --column ignore=${column.column} and the rows are numbered`,
    );
  }
  const used = problem ? undefined : column;
  const rows = raw.rows.map(({ line, cells }, at): MatchRow => {
    const own = used ? (cells[used.at] ?? '').trim() : String(at + 1);
    return { line, cells, id: isOneOfMany ? `${source}:${own}` : own };
  });
  const note =
    column &&
    problem &&
    `${column.column} does not name the records (line ${problem.line}: ${problem.what}); they are numbered`;
  return {
    path,
    source,
    header,
    delimiter,
    plan,
    rows,
    id: { ...(used && { column: used.column }), ...(note && { note }) },
  };
}

function idProblem(
  rows: readonly SourceRow[],
  at: number,
): { readonly line: number; readonly what: string } | undefined {
  const lines = new Map<string, number>();
  for (const { line, cells } of rows) {
    const id = (cells[at] ?? '').trim();
    if (id === '') return { line, what: 'there is no id' };
    const first = lines.get(id);
    if (first !== undefined) return { line, what: `the id ${JSON.stringify(id)} stands in line ${first} already` };
    lines.set(id, line);
  }
  return undefined;
}

function truthOf(files: readonly MatchFile[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { plan, rows } of files) {
    if (plan.truth === undefined) continue;
    for (const { cells, id } of rows) {
      const value = (cells[plan.truth] ?? '').trim();
      if (value !== '') found.set(id, value);
    }
  }
  return found;
}
