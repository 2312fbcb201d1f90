/** `kith match`: who is one customer in files alone; no server, no data folder, nothing is stored but what is asked for. */
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { Refusal } from '../domain/refusals';
import { choiceOf } from '../match/plan';
import { meaningWords } from '../match/meanings';
import { matchJson, matchWords } from '../match/report';
import { matchFiles, type Matched, type Stage } from '../match/run';
import { clusterLines, pairLines, reviewLines } from '../match/writing';
import { acting, group, print, printJson, progress } from './running';

interface Options {
  readonly columns?: string;
  readonly column: readonly string[];
  readonly id?: string;
  readonly out?: string;
  readonly pairs?: string;
  readonly review?: string;
  readonly model?: string;
  readonly train?: boolean;
  readonly saveModel?: string;
  readonly region?: string;
  readonly truth?: string;
  readonly explain?: readonly string[];
  readonly json?: boolean;
}

const gather = (one: string, before: readonly string[]): readonly string[] => [...before, one];

export const match = (): Command =>
  new Command('match')
    .description('Find out which rows of CSV files are one customer, without a server')
    .argument('[files...]', 'CSV in UTF-8 with a header, also packed as .gz; each file is a source')
    .option('--columns <file>', 'JSON that says which column means what; columns it does not name are not compared')
    .option('--column <meaning=column>', 'say it of one column, over the guess; may be repeated', gather, [])
    .option('--id <column>', 'column that names the records (default: guessed, else the number of the row)')
    .option('--region <code>', 'country in which phone numbers without one are read (ISO 3166, as in AU)')
    .option('--out <file>', 'every row with its customer')
    .option('--pairs <file>', 'accepted links with their weight and evidence')
    .option('--review <file>', 'pairs to look at, the most promising first')
    .option('--model <file>', 'decide by a frozen model')
    .option('--train', 'train on these files, and fail where they are too few to learn from')
    .option('--no-train', 'do not train: use the default model')
    .option('--save-model <file>', 'freeze the model that decided')
    .option('--truth <column>', 'column that says who it really is: never compared, only measured against')
    .option('--explain <ids...>', 'say why two records are one customer, or why not')
    .option('--json', 'print JSON instead of words')
    .addHelpText(
      'after',
      `\nMeanings: ${meaningWords.join(', ')}; street#2, name#2 for another one.\nWithout --model and --train the model is trained where there is enough to learn from.\nExit codes: 0 done · 2 wrong use, or a file, column or model that cannot be used`,
    )
    .action(acting((files: readonly string[], options: Options) => act(files, options)));

/** `--explain a b file.csv` is as good as `file.csv --explain a b`. */
function explained(
  files: readonly string[],
  { explain }: Options,
): { paths: readonly string[]; pair?: readonly [string, string] } {
  if (explain === undefined) return { paths: files };
  const [a, b, ...more] = explain;
  if (a === undefined || b === undefined) throw new Refusal('bad-parameter', '--explain wants the ids of two records');
  return { paths: [...files, ...more], pair: [a, b] };
}

function check({ model, train, out, pairs, review, saveModel, columns }: Options, paths: readonly string[]): void {
  if (paths.length === 0) throw new Refusal('bad-parameter', 'say which files: kith match <file.csv> …');
  if (model !== undefined && train !== undefined) {
    throw new Refusal('bad-parameter', 'a frozen model is not trained: say either --model or --train');
  }
  const used = new Set(
    [...paths, ...[model, columns].filter((path) => path !== undefined)].map((path) => resolve(path)),
  );
  for (const path of [out, pairs, review, saveModel].filter((one) => one !== undefined)) {
    if (used.has(resolve(path))) {
      throw new Refusal('bad-parameter', `${path} is used twice, and would be written over; choose another file`);
    }
    used.add(resolve(path));
  }
}

async function act(files: readonly string[], options: Options): Promise<void> {
  const { paths, pair } = explained(files, options);
  check(options, paths);
  const region = options.region?.toUpperCase();
  if (region !== undefined && !/^[A-Z]{2}$/.test(region)) {
    throw new Refusal('bad-parameter', `--region ${options.region} is no country of two letters, as in AU`);
  }
  const shown = meter();
  const matched = await matchFiles({
    paths,
    choice: choiceOf({
      pairs: options.column,
      ...(options.columns !== undefined && { file: textOf(options.columns) }),
      ...(options.id !== undefined && { id: options.id }),
    }),
    ...(options.truth !== undefined && { truth: options.truth }),
    model: {
      ...(options.model !== undefined && { file: textOf(options.model) }),
      ...(options.train !== undefined && { train: options.train }),
      ...(region !== undefined && { region }),
    },
    ...(pair && { explain: pair }),
    onProgress: shown.at,
  }).finally(shown.end);
  await write(matched, options);
  say(matched, options);
}

const textOf = (path: string): { readonly path: string; readonly text: string } => ({
  path,
  text: readFileSync(path, 'utf8').replace(/^\uFEFF/, ''),
});

async function write(matched: Matched, { out, pairs, review, saveModel }: Options): Promise<void> {
  if (out !== undefined) await writeLines(out, clusterLines(matched));
  if (pairs !== undefined) await writeLines(pairs, pairLines(matched));
  if (review !== undefined) await writeLines(review, reviewLines(matched));
  if (saveModel !== undefined) writeFileSync(saveModel, `${JSON.stringify(matched.chosen.model, null, 1)}\n`);
}

async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  await once(file, 'open');
  for (const line of lines) if (!file.write(line)) await once(file, 'drain');
  file.end();
  await once(file, 'finish');
}

function say(matched: Matched, { json, out, pairs, review, saveModel }: Options): void {
  const { explanation, links, candidates, files } = matched;
  if (json) return printJson(explanation ?? matchJson(matched));
  if (explanation) {
    print(`${explanation.a} and ${explanation.b}: ${explanation.score.toFixed(1)} bits`);
    for (const line of explanation.words) print(`  ${line}`);
    return;
  }
  for (const line of matchWords(matched)) print(line);
  const rows = files.reduce((sum, file) => sum + file.rows.length, 0);
  if (out !== undefined) print(`${out}: rows with their customers, ${group(rows)}`);
  if (pairs !== undefined) print(`${pairs}: accepted links, ${group(links.length)}`);
  if (review !== undefined) print(`${review}: pairs to look at, ${group(candidates.length)}`);
  if (saveModel !== undefined) print(`${saveModel}: the model; --model ${saveModel} decides by it again`);
  if (out === undefined) print('Nothing was written; --out <file> writes every row with its customer');
}

/** One line on a terminal for each stage; elsewhere plain lines, and only where it takes long. */
function meter(): { at: (stage: Stage, done: number, of: number) => void; end: () => void } {
  let current: Stage | undefined;
  let bar = progress('reading kB');
  return {
    at: (stage, done, of) => {
      if (stage !== current) {
        bar.end();
        bar = progress(stage === 'reading' ? 'reading kB' : stage);
        current = stage;
        if (stage === 'training' && (process.stderr.isTTY || of >= 10_000)) {
          process.stderr.write(`choosing the model for ${group(of)} records\n`);
        }
      }
      // Bytes in thousands, so that only what takes its time is told where there is no terminal.
      if (stage === 'reading') bar.at(Math.ceil(done / 1000), Math.ceil(of / 1000));
      if (stage === 'comparing') bar.at(done, of);
    },
    end: () => bar.end(),
  };
}
