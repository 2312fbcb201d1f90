/** `kith model`: by which weights records are matched; training on the records that are there, trying before it holds, rolling back. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Kith } from '../app/kith';
import { defaultOf, publishedModels, publishModel, republishModel } from '../app/models';
import { trained, type WhatIf, whatIf } from '../app/trying';
import { defaultModel, type Model, modelHash } from '../domain/matching/model';
import { isModel } from '../domain/policy';
import { Refusal } from '../domain/refusals';
import { acting, type Common, group, print, printJson, verb, withSettled } from './running';

interface Options extends Common {
  readonly train?: boolean;
  readonly seed: string;
  readonly file?: string;
  readonly save?: string;
  readonly publish?: boolean;
  readonly rollback?: string;
  readonly reason?: string;
  readonly actor?: string;
}

export const model = (): Command =>
  verb('model', 'Show the models that held; train one, try what it would change, publish it, roll back')
    .option('--train', 'train one on the records of this folder, without labels')
    .option('--seed <n>', 'where chance begins in training', '1')
    .option('--file <file>', 'take the model from this file')
    .option('--save <file>', 'write the model to this file')
    .option('--publish', 'make it hold; without this, only what it would change is shown')
    .option('--rollback <hash>', 'make a model hold again that held before, or the default')
    .option('--reason <text>', 'why, for --publish and --rollback')
    .option('--actor <name>', 'who decides it')
    .action(
      acting(async (options: Options) => {
        await withSettled(options, async (kith) => {
          if (options.rollback !== undefined) return rollBack(kith, options.rollback, options);
          if (options.train || options.file !== undefined) return tryOut(kith, options);
          return list(kith, options);
        });
      }),
    );

async function list({ log, seal }: Kith, { json }: Common): Promise<void> {
  const published = await publishedModels(log, seal);
  if (json) return printJson(published);
  const held = modelHash(await defaultOf(log, seal));
  print(`${held}  the default of this log, from literature`);
  const latest = modelHash(defaultModel);
  if (latest !== held) print(`${latest}  the default of new logs; --rollback makes it hold here`);
  for (const { hash, recordedAt, trainedOn, reason, actor } of published)
    print(`${hash}  ${recordedAt}  trained on ${group(trainedOn)} records  by ${actor ?? 'nobody named'}: ${reason}`);
  print('the last one holds');
}

async function tryOut(kith: Kith, options: Options): Promise<void> {
  const { views } = kith;
  const made =
    options.file === undefined ? await trained(views, Number.parseInt(options.seed, 10) || 1) : read(options.file);
  if (options.save !== undefined) writeFileSync(options.save, `${JSON.stringify(made)}\n`);
  const report = await whatIf(views, made);
  if (options.json) printJson({ hash: modelHash(made), ...report });
  else {
    print(`model ${modelHash(made)}, trained on ${group(made.trainedOn)} records`);
    print(
      `${group(report.customers.now)} customers now, ${group(report.customers.tried)} with it; ${group(report.proposals)} pairs to review, ${suspected(report)}`,
    );
    for (const { into, from } of report.merged.slice(0, 20)) print(`  would merge  ${from.join(' ')} → ${into}`);
    for (const { customer, into } of report.split.slice(0, 20)) print(`  would split  ${customer} → ${into.join(' ')}`);
    const more = Math.max(0, report.merged.length - 20) + Math.max(0, report.split.length - 20);
    if (more > 0) print(`  and ${group(more)} more; --json shows all`);
  }
  if (!options.publish) return print(options.json ? '' : 'nothing was changed; --publish makes it hold');
  const { hash } = await publishModel(kith, made, reasonOf(options), options.actor);
  await kith.settled(600_000);
  print(`${hash} holds`);
}

const suspected = ({ suspected: count }: WhatIf): string =>
  count === 1 ? '1 customer that looks like several' : `${group(count)} customers that look like several`;

async function rollBack(kith: Kith, hash: string, options: Options): Promise<void> {
  await republishModel(kith, hash, reasonOf(options), options.actor);
  await kith.settled(600_000);
  print(`${hash} holds`);
}

function reasonOf({ reason }: Options): string {
  if (reason !== undefined && reason !== '') return reason;
  throw new Refusal('bad-parameter', 'say why with --reason; it stands in the log for ever');
}

function read(file: string): Model {
  const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (isModel(read)) return read;
  throw new Refusal('bad-parameter', `${file} holds no model of version 1; kith model --save writes one`);
}
