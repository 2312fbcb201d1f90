/** `kith policy`: by which rules one value of a field survives; trying another policy before it holds, publishing it, rolling back. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { currentPolicy, policyWithHash, publishedPolicies, publishPolicy } from '../app/policies';
import { type Difference, tryPolicy } from '../app/trying-policy';
import { reasonOf, Refusal } from '../domain/refusals';
import { defaultPolicy, parsePolicy, type Policy, policyHash } from '../domain/survivorship';
import { acting, type Common, group, print, printJson, verb, withReading, withSettled } from './running';
import { reasoned, type Steward } from './steward';
import { said } from './wording';

export const policy = (): Command =>
  new Command('policy')
    .description('Which value a customer shows where sources differ: show the policy, try another, publish, roll back')
    .addCommand(show())
    .addCommand(list())
    .addCommand(tryOut())
    .addCommand(publish())
    .addCommand(rollBack());

const show = (): Command =>
  verb('show', 'Print a policy as JSON, to keep in a file and change')
    .argument('[hash]', 'one that held before; the one that holds when absent')
    .action(
      acting(async (hash: string | undefined, options: Common) => {
        await withReading(options, async ({ log, seal }) => {
          printJson(await (hash === undefined ? currentPolicy(log, seal) : policyWithHash(log, seal, hash)));
        });
      }),
    );

const list = (): Command =>
  verb('list', 'List the policies that held').action(
    acting(async (options: Common) => {
      await withReading(options, async ({ log, seal }) => {
        const published = await publishedPolicies(log, seal);
        if (options.json) return printJson(published);
        print(`${policyHash(defaultPolicy)}  the default`);
        for (const { hash, recordedAt, reason, actor } of published)
          print(`${hash}  ${recordedAt}  by ${actor ?? 'nobody named'}: ${reason}`);
        print('the last one holds');
      });
    }),
  );

const tryOut = (): Command =>
  verb('try', 'Say which customers would show something else; nothing is published')
    .argument('<file>', 'a policy as JSON; kith policy show prints one to begin with')
    .action(
      acting(async (file: string, options: Common) => {
        const draft = read(file);
        await withReading(options, async (kith) => {
          const trial = await tryPolicy(kith, draft, options.json ? undefined : 20);
          if (options.json) return printJson(trial);
          print(`policy ${trial.hash}, beside ${trial.holds}, which holds`);
          print(
            `${group(trial.customers.changed)} of ${group(trial.customers.all)} customers would show something else`,
          );
          for (const [field, customers] of Object.entries(trial.fields)) print(`  ${field}: ${group(customers)}`);
          for (const line of trial.differences.flatMap(lines)) print(line);
          if (trial.unnamed > 0) print(`and ${group(trial.unnamed)} more; --json names the first thousand`);
          print('nothing was changed; kith policy publish makes it hold');
        });
      }),
    );

const lines = ({ customer, field, place, now, tried }: Difference): string[] => [
  `${customer}  ${field}${place > 0 ? `, place ${place + 1}` : ''}`,
  `    now   ${said(now.value)}  by ${now.rule}, ${now.from.source}`,
  `    then  ${said(tried.value)}  by ${tried.rule}, ${tried.from.source}`,
];

const publish = (): Command =>
  reasoned(verb('publish', 'Make a policy hold; every customer is shown by it from now on'))
    .argument('<file>', 'a policy as JSON')
    .action(acting(async (file: string, options: Steward) => hold(async () => read(file), options)));

const rollBack = (): Command =>
  reasoned(verb('roll-back', 'Make a policy hold again that held before, or the default'))
    .argument('<hash>', 'as kith policy list has it')
    .action(
      acting(async (hash: string, options: Steward) =>
        hold(({ log, seal }) => policyWithHash(log, seal, hash), options),
      ),
    );

type Opened = Parameters<Parameters<typeof withSettled>[1]>[0];

async function hold(wanted: (kith: Opened) => Promise<Policy>, options: Steward): Promise<void> {
  await withSettled(options, async (kith) => {
    const { hash } = await publishPolicy(kith, await wanted(kith), options.reason, options.actor);
    await kith.settled(600_000);
    if (options.json) return printJson({ hash });
    print(`${hash} holds`);
  });
}

function read(file: string): Policy {
  const text = readFileSync(file, 'utf8');
  try {
    return parsePolicy(JSON.parse(text));
  } catch (problem) {
    if (problem instanceof Refusal) throw new Refusal(problem.code, `${file}: ${problem.message}`, problem.errors);
    throw new Refusal('not-json', `${file} is not JSON: ${reasonOf(problem)}`);
  }
}
