/**
 * The tables that `kith match` writes, line by line: rows with their customers, accepted links, pairs to look at. The
 * same files and the same model give the same bytes.
 */
import { told } from '../domain/matching/evidence';
import { writeCell } from '../import/csv';
import type { MatchFile, MatchRow } from './reading';
import type { Matched } from './run';

const line = (cells: readonly string[], delimiter = ','): string =>
  `${cells.map((cell) => written(cell, delimiter)).join(delimiter)}\n`;

/** As in the file, white space around a cell included; in quotes only where it could not be read otherwise. */
const written = (cell: string, delimiter: string): string =>
  /["\r\n]/.test(cell) || cell.includes(delimiter) ? writeCell(cell, delimiter) : cell;

/** Columns that are added behind those of the files. */
export const ADDED = ['kith_record', 'kith_customer'] as const;
const SOURCE = 'kith_source';

/** Every row in the order of the files, with all of its columns; of several files the columns of all, each once. */
export function* clusterLines({ files, groups }: Pick<Matched, 'files' | 'groups'>): Generator<string> {
  const customerOf = new Map(groups.flatMap(({ id, records }) => records.map((record) => [record, id] as const)));
  const added = ({ id }: MatchRow): readonly string[] => [id, customerOf.get(id) ?? id];
  const [only] = files;
  if (only && files.length === 1) {
    yield line([...only.header, ...ADDED], only.delimiter);
    for (const row of only.rows) yield line([...row.cells, ...added(row)], only.delimiter);
    return;
  }
  const header = [...new Set(files.flatMap((file) => file.header))];
  yield line([...header, SOURCE, ...ADDED]);
  for (const file of files) {
    const places = header.map((column) => file.header.indexOf(column));
    for (const row of file.rows) yield line([...places.map((at) => row.cells[at] ?? ''), file.source, ...added(row)]);
  }
}

/** Accepted links, which tie the records of a customer together; the customer comes last. */
export function* pairLines({ links, groups }: Pick<Matched, 'links' | 'groups'>): Generator<string> {
  const customerOf = new Map(groups.flatMap(({ id, records }) => records.map((record) => [record, id] as const)));
  yield line(['a', 'b', 'bits', 'evidence', 'customer']);
  for (const { a, b, weight, evidence } of links) {
    yield line([a, b, weight.toFixed(2), told(evidence).join('; '), customerOf.get(a) ?? a]);
  }
}

/** Pairs to look at, the most promising first, with what both records say. */
export function* reviewLines({ candidates, files }: Pick<Matched, 'candidates' | 'files'>): Generator<string> {
  const said = new Map(files.flatMap((file) => file.rows.map((row) => [row.id, sayings(file, row)] as const)));
  yield line(['rank', 'likely', 'bits', 'a', 'b', 'a_says', 'b_says', 'evidence']);
  for (const [at, { a, b, precision, weight, evidence }] of candidates.entries()) {
    const words = told(evidence).join('; ');
    yield line([
      String(at + 1),
      precision.toFixed(3),
      weight.toFixed(2),
      a,
      b,
      said.get(a) ?? '',
      said.get(b) ?? '',
      words,
    ]);
  }
}

/** The compared cells of a row, those that are empty left out. */
const sayings = ({ plan }: MatchFile, { cells }: MatchRow): string =>
  plan.columns
    .filter(({ meaning }) => meaning.into !== 'id')
    .map(({ at }) => (cells[at] ?? '').trim())
    .filter((cell) => cell !== '')
    .join(' | ');
