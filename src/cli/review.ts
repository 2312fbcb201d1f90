/** `kith review`, `kith why`, `kith decisions`: what the rules propose, and why two records are, or are not, one customer. */
import type { Command } from 'commander';
import type { Kith } from '../app/kith';
import { type JsonObject, membersOf, textOf } from '../domain/kernel';
import { suspicion } from '../domain/matching/suspecting';
import { Refusal } from '../domain/refusals';
import type { CustomerView } from '../projections/customer';
import { acting, type Common, group, idsOf, print, printJson, verb, withSettled } from './running';
import { said } from './wording';

export const review = (): Command =>
  verb('review', 'List pairs of records that may be one customer, the most promising first')
    .option('--limit <n>', 'how many', '20')
    .option('--evidence', 'say what speaks for each')
    .action(
      acting(async (options: Common & { limit: string; evidence?: boolean }) => {
        await withSettled(options, async (kith) => {
          const found = await kith.stewarding.candidates(Math.max(1, Number.parseInt(options.limit, 10) || 20));
          if (options.json) return printJson(found);
          if (found.length === 0) return print('nothing waits for a person to look');
          for (const { a, b, precision, weight } of found) {
            print(`${Math.round(100 * precision)} %  ${weight.toFixed(1)} bits  ${a}  ${b}`);
            print(`      ${await nameOf(kith, a)}  ≟  ${await nameOf(kith, b)}`);
            const { words, conflict } = await kith.stewarding.explain(a, b);
            for (const line of options.evidence ? words : words.slice(0, 1)) print(`      ${line}`);
            if (conflict) print(`      ${conflict.third} is ${await nameOf(kith, conflict.third)}`);
          }
          print('\naccept: kith merge <a> <b> --reason …   reject: kith apart <a> <b> --reason …');
        });
      }),
    );

export const why = (): Command =>
  verb('why', 'Say why two records are, or are not, one customer')
    .argument('<a>', 'id of a record or customer, or an identifier such as email:ada@example.org')
    .argument('<b>', 'the other one')
    .action(
      acting(async (a: string, b: string, options: Common) => {
        await withSettled(options, async (kith) => {
          const [x, y] = [await recordOf(kith, a), await recordOf(kith, b)];
          const explanation = await kith.stewarding.explain(x, y);
          if (options.json) return printJson(explanation);
          print(`${await nameOf(kith, x)}  and  ${await nameOf(kith, y)}`);
          for (const line of explanation.words) print(`  ${line}`);
          for (const { kind, hash } of explanation.silent ?? []) print(`  silent: ${kind} ${hash}`);
          print(`  together ${explanation.score.toFixed(2)} bits, by model ${explanation.modelHash.slice(0, 12)}`);
        });
      }),
    );

export const decisions = (): Command =>
  verb('decisions', 'Show everything that was decided about the records of a customer')
    .argument('<customer>', 'customer id, or an identifier such as email:ada@example.org')
    .action(
      acting(async (who: string, options: Common) => {
        await withSettled(options, async (kith) => {
          const [id = ''] = await idsOf(who, (identifier) => kith.reading.find(identifier));
          const found = await kith.stewarding.decisions(id);
          if (options.json) return printJson(found);
          if (found.length === 0) print('nothing was decided about this customer');
          for (const { type, record, other, recordedAt, actor, data } of found) {
            print(
              `${recordedAt}  ${type.slice('kith.'.length).replace(/\.v\d+$/, '')}  ${record} ${other}  by ${actor ?? 'rule'}${reasonIn(data)}`,
            );
          }
        });
      }),
    );

export const badKeys = (): Command =>
  verb('bad-keys', 'List e-mails, phones and addresses that too many people share to find anybody by').action(
    acting(async (options: Common) => {
      await withSettled(options, async (kith) => {
        const { generic, statistics, model } = await kith.matchingState();
        if (options.json) return printJson({ generic, statistics, model });
        for (const { kind, value, distinctNames, since = '' } of generic)
          print(`${kind.padEnd(8)} ${distinctNames} names  ${since.slice(0, 10).padEnd(10)}  ${value}`);
        const { records, customers, largest, proposals, suspects, suspected } = statistics;
        for (const suspect of suspects) print(`look at  ${suspect.customer}  ${suspicion(suspect)}`);
        if (suspected > suspects.length) print(`and at ${group(suspected - suspects.length)} more customers`);
        print(
          `${generic.length} values; ${group(records)} records, ${group(customers)} customers, the largest of ${largest}; ${group(proposals)} pairs to review`,
        );
      });
    }),
  );

/** With the values that fell silent, by the hashes that name them in the log. */
function reasonIn({ reason, silent }: JsonObject): string {
  if (reason === undefined) return '';
  const values = Array.isArray(silent) ? ` (${silent.map(membersOf).map(nameOfValue).join(', ')})` : '';
  return `: ${said(reason)}${values}`;
}

const nameOfValue = ({ kind, hash }: JsonObject): string => `${textOf(kind)} ${textOf(hash)}`;

/** The record that is meant: of an identifier, the only one that has or had it. */
async function recordOf(kith: Kith, who: string): Promise<string> {
  if (!who.includes(':')) return who;
  const [customer, ...more] = await idsOf(who, (identifier) => kith.reading.find(identifier));
  if (customer === undefined || more.length > 0)
    throw new Refusal('identifier-malformed', `${who} belongs to ${more.length + 1} customers; name one by its id`);
  return customer;
}

async function nameOf({ reading }: Kith, id: string): Promise<string> {
  const view: CustomerView = JSON.parse((await reading.customer(id)).body);
  return `${said(view.fields['name']?.value)} (${view.records.map(({ subject }) => `${subject?.key} in ${subject?.source}`).join(', ')})`;
}
