/** What an import did, in words for somebody who has never seen Kith: every row accounted for, and what to do next. */
import type { FactTally, ImportState, Tally } from '../domain/importing';
import type { DryRunReport } from './dry-run';
import type { ImportReport, Sample } from './run';
import { fates, refusedOf, totalOf } from './tally';
import type { UndoReport } from './undo';

const number = (n: number): string => n.toLocaleString('en');
const facts = (n: number): string => `${number(n)} ${n === 1 ? 'fact' : 'facts'}`;
const rows = (n: number): string => `${number(n)} ${n === 1 ? 'row' : 'rows'}`;

const words: Readonly<Record<keyof FactTally, string>> = {
  accepted: 'new',
  duplicate: 'known',
  retracted: 'retracted',
  conflict: 'conflict',
};

export function importWords(report: ImportReport): readonly string[] {
  const { tally, file, resumedAt, problem, errorFile } = report;
  const bad = refusedOf(tally) + totalOf(tally, 'conflict');
  return [
    `Import ${report.import}: ${file.name}, ${rows(tally.rows)} read${resumedAt > 0 ? ` (the first ${number(resumedAt)} in an earlier run)` : ''}`,
    '',
    ...table(tally, 'new'),
    '',
    ...conclusion(report),
    ...(bad > 0
      ? [
          `${number(bad)} did not come in${errorFile === undefined ? '' : `; put them right in ${errorFile} and import that file with the same mapping`}:`,
        ]
      : []),
    ...report.samples.map(sample),
    ...(problem
      ? [
          `The file is broken in line ${number(problem.line)}: ${problem.detail}.`,
          'All rows before it are in. Repair the file and import it again; what is in already is known then.',
        ]
      : []),
    ...(report.undone ? [`This import was undone. Put its facts back with: kith import --redo ${report.import}`] : []),
    ...(totalOf(tally, 'accepted') > 0 ? [`Take this import back with: kith import --undo ${report.import}`] : []),
  ];
}

function conclusion({ tally, again, outcome }: ImportReport): readonly string[] {
  const [accepted, known, retracted] = [
    totalOf(tally, 'accepted'),
    totalOf(tally, 'duplicate'),
    totalOf(tally, 'retracted'),
  ];
  const also = retracted > 0 ? `, ${number(retracted)} known and retracted` : '';
  const said = `${facts(accepted)} new, ${number(known)} known before${also}.`;
  if (again && accepted === 0) return [`This file was imported with this mapping before: 0 facts added. ${said}`];
  return [outcome === 'finished' ? `Finished: ${said}` : `Stopped: ${said}`];
}

const sample = ({ line, code, reason }: Sample): string => `  line ${line}: ${reason} [${code}]`;

/** One line a rule and type, then the refused rows by code; the rows add up to all that were read. */
function table(tally: Tally, accepted: string): readonly string[] {
  const head = ['rule', 'rows', 'fact', ...fates.map((fate) => (fate === 'accepted' ? accepted : words[fate]))];
  const lines = Object.entries(tally.rules).flatMap(([name, rule]) => {
    const types = Object.entries(rule.facts);
    const first = [name, number(rule.rows)];
    if (types.length === 0) return [[...first, '(skipped)', '', '', '', '']];
    return types.map(([type, counts], i) => [
      ...(i === 0 ? first : ['', '']),
      type,
      ...fates.map((fate) => number(counts[fate])),
    ]);
  });
  const refused = Object.entries(tally.refused).map(([code, n]) => [`refused: ${code}`, number(n), '', '', '', '', '']);
  return columns([head, ...lines, ...refused]);
}

/** Texts to the left, numbers to the right. */
function columns(cells: readonly (readonly string[])[]): readonly string[] {
  const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((line) => (line[i] ?? '').length)));
  const left = new Set([0, 2]);
  const pad = (cell: string, i: number): string =>
    left.has(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
  return cells.map((line) => `  ${line.map(pad).join('  ')}`.trimEnd());
}

export function dryRunWords(report: DryRunReport): readonly string[] {
  const { tally, copies, alike, problem } = report;
  return [
    `Dry run of ${report.file.name}, nothing was written. It would be import ${report.import}: ${rows(tally.rows)} read`,
    '',
    ...table(tally, 'would be new'),
    '',
    `${rows(refusedOf(tally))} would be refused, ${facts(totalOf(tally, 'conflict'))} would be in conflict.`,
    ...report.samples.map(sample),
    `${rows(copies)} are copies of earlier rows, cell for cell; the mapping decides by its ids whether they count.`,
    ...(alike.count > 0
      ? [`${number(alike.count)} times the same is said of two records; they may be one party:`]
      : []),
    ...alike.first.map(({ line, type, subject, as }) => `  line ${line}: ${subject} as ${as} (${type})`),
    ...(problem ? [`The file is broken in line ${number(problem.line)}: ${problem.detail}.`] : []),
    '',
    'The first fact of each kind:',
    ...report.facts.map(
      ({ type, subject, occurredAt, data }) => `  ${type} ${subject} ${occurredAt} ${JSON.stringify(data)}`,
    ),
  ];
}

export function undoWords({ act, facts: done, already, ...report }: UndoReport): readonly string[] {
  const other = act === 'undone' ? 'redo' : 'undo';
  const so = act === 'undone' ? 'were retracted already' : 'stood already, or were retracted by somebody else';
  return [
    `Import ${report.import} is ${act}: ${facts(done)} ${act === 'undone' ? 'retracted' : 'reinstated'}${already > 0 ? `, ${number(already)} ${so}` : ''}.`,
    `The facts stay in the log; turn this round with: kith import --${other} ${report.import}`,
  ];
}

export function listWords(imports: readonly ImportState[]): readonly string[] {
  if (imports.length === 0) return ['There is no import yet.'];
  const lines = imports.map(({ id, state, startedAt = '', tally, file }) => [
    id,
    number(tally.rows),
    state,
    number(totalOf(tally, 'accepted')),
    startedAt.slice(0, 19),
    file?.name ?? '',
  ]);
  return columns([['import', 'rows', 'state', 'new facts', 'started (UTC)', 'file'], ...lines]);
}
