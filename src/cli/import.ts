/**
 * `kith import`: a file of rows becomes facts, by a mapping. Shows how far it is, says what became of every row, and takes
 * an import back as a whole.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Kith } from '../app/kith';
import { totalOf, refusedOf } from '../import/tally';
import { importsOf } from '../import/course';
import { dryRun } from '../import/dry-run';
import { dryRunWords, importWords, listWords, undoWords } from '../import/report';
import { importFile as runImport, type ImportOptions, type Progress } from '../import/run';
import { mappingSchema } from '../import/schema';
import { redoImport, undoImport } from '../import/undo';
import { holdsLog } from '../compose/folder';
import { Refusal } from '../domain/refusals';
import {
  acting,
  type Common,
  configOf,
  eventsUpTo,
  exits,
  group,
  print,
  printJson,
  progress,
  verb,
  withKith,
} from './running';

interface Options extends Common {
  readonly mapping?: string;
  readonly dryRun?: boolean;
  readonly errors?: string;
  readonly undo?: string;
  readonly redo?: string;
  readonly list?: boolean;
  readonly schema?: boolean;
}

export const importFile = (): Command =>
  verb('import', 'bring a CSV or NDJSON file in by a mapping, or take an import back')
    .argument('[file]', 'CSV or NDJSON in UTF-8, also packed as .gz')
    .option('--mapping <file>', 'how rows become facts; docs/reference/mapping.md explains it')
    .option('--dry-run', 'read everything, write nothing, say what would happen')
    .option('--errors <file>', 'where rows go that did not come in (default: <file>.errors.csv in the current folder)')
    .option('--undo <import>', 'retract every fact of an import')
    .option('--redo <import>', 'put back what an undo retracted')
    .option('--list', 'list the imports of this folder')
    .option('--schema', 'print the JSON Schema of mapping files')
    .addHelpText(
      'after',
      '\nExit codes: 0 every row is in · 1 some rows were refused, or there is no such import · 2 the mapping or the file is wrong · 3 the folder cannot be used\nThe same command again goes on where it was interrupted, and adds nothing that is in already.',
    )
    .action(acting((file: string | undefined, options: Options) => act(file, options)));

async function act(file: string | undefined, options: Options): Promise<void> {
  if (options.schema) return printJson(mappingSchema());
  if (options.list) return withKith(options, async (kith) => say(options, await importsOf(kith), listWords));
  if (options.undo !== undefined) return undo(options.undo, 'undo', options);
  if (options.redo !== undefined) return undo(options.redo, 'redo', options);
  if (file === undefined || options.mapping === undefined) {
    throw new Refusal(
      'bad-parameter',
      'say which file and which mapping: kith import <file> --mapping <file>; kith import --help tells more',
    );
  }
  const errors =
    options.errors ??
    `${basename(file).replace(/\.gz$/, '')}.errors${/\.ndjson(\.gz)?$/.test(file) ? '.ndjson' : '.csv'}`;
  const whole = {
    file,
    mapping: readFileSync(options.mapping, 'utf8'),
    errors,
    maxBytes: configOf(options).maxEventBytes,
  };
  return options.dryRun ? tryOut(whole, options) : bringIn(whole, options);
}

const bringIn = (whole: ImportOptions, options: Options): Promise<void> =>
  withKith(
    options,
    async (kith) => {
      const shown = meter();
      const report = await runImport(kith, { ...whole, onProgress: shown.at });
      shown.end();
      await match(kith);
      say(options, report, importWords);
      if (report.outcome === 'stopped') process.exitCode = exits.usage;
      else if (refusedOf(report.tally) + totalOf(report.tally, 'conflict') > 0) process.exitCode = exits.notFound;
    },
    { create: true },
  );

/** What came in may say who is one customer; whoever looks next shall see it. */
async function match(kith: Kith): Promise<void> {
  const shown = progress('matching');
  while (!(await kith.settled(500))) {
    const [{ projected, position }, { size }] = [await kith.status(), await kith.log.tree()];
    shown.at(eventsUpTo(projected, position, size), size);
  }
  shown.end();
}

/** Where there is no log yet nothing is made: the try runs in memory. */
const tryOut = (whole: ImportOptions, options: Options): Promise<void> =>
  withKith(holdsLog(options.data) ? options : { ...options, data: 'memory' }, async (kith) => {
    const shown = meter();
    const report = await dryRun(kith, { ...whole, onProgress: shown.at });
    shown.end();
    say(options, report, dryRunWords);
    if (report.problem) process.exitCode = exits.usage;
    else if (refusedOf(report.tally) + totalOf(report.tally, 'conflict') > 0) process.exitCode = exits.notFound;
  });

const undo = (id: string, act: 'undo' | 'redo', options: Options): Promise<void> =>
  withKith(options, async (kith) => {
    const shown = progress(act);
    const { size } = await kith.log.tree();
    const onProgress = ({ position, of }: { position: bigint; of: bigint }): void =>
      shown.at(eventsUpTo(position, of, size), size);
    const report = await (act === 'undo' ? undoImport : redoImport)(kith, id, { onProgress });
    shown.end();
    await match(kith);
    say(options, report, undoWords);
  });

function say<T>({ json }: Options, report: T, words: (report: T) => readonly string[]): void {
  if (json) printJson(report);
  else for (const line of words(report)) print(line);
}

/** How far, how fast and how long still: on a terminal in one line that replaces itself, elsewhere every tenth. */
function meter(): { at: (progress: Progress) => void; end: () => void } {
  const began = performance.now();
  let told = 0;
  let first: Progress | undefined;
  const terminal = process.stderr.isTTY;
  return {
    at: (progress) => {
      const { rows, accepted, bytesRead, bytes } = progress;
      // What an interrupted run had brought in is passed over quickly and says nothing about the speed.
      first ??= progress;
      const seconds = Math.max((performance.now() - began) / 1_000, 0.001);
      const part = bytesRead === 0 || bytes === 0 ? 1 : bytesRead / bytes;
      const tenth = Math.floor(part * 10);
      if (!terminal && tenth <= told) return;
      told = tenth;
      const rate = (rows - first.resumedAt) / seconds;
      const left = Math.ceil(rate === 0 ? 0 : ((rows / Math.max(part, 0.001)) * (1 - part)) / rate);
      const bar = '█'.repeat(Math.floor(part * 25)).padEnd(25, '░');
      const text = `${Math.floor(part * 100)} %, ${group(rows)} rows, ${group(accepted)} new facts, ${group(Math.round(rate))} rows/s, ${left} s left`;
      process.stderr.write(terminal ? `\r${bar} ${text} ` : `import ${text}\n`);
    },
    end: () => void (terminal && first !== undefined && process.stderr.write('\n')),
  };
}
