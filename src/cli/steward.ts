/** `kith merge`, `kith unmerge`, `kith apart`: what a person knows about who is one customer, each with its reason. */
import type { Command } from 'commander';
import type { Because, Decided } from '../app/stewarding';
import type { CustomerView } from '../projections/customer';
import { card } from './card';
import { acting, type Common, idsOf, print, printJson, verb, withSettled } from './running';

export interface Steward extends Common {
  readonly reason: string;
  readonly actor?: string;
}

export const reasoned = (command: Command): Command =>
  command
    .requiredOption('--reason <text>', 'why; it stands in the log for ever')
    .option('--actor <name>', 'who decides it');

export const becauseOf = ({ reason, actor }: Steward): Because => ({ reason, ...(actor !== undefined && { actor }) });

export const merge = (): Command =>
  reasoned(verb('merge', 'Make several customers one'))
    .argument('<customers...>', 'two or more ids, or identifiers such as email:ada@example.org')
    .option('--dry-run', 'show the customer as it would be, and decide nothing')
    .action(
      acting(async (who: readonly string[], options: Steward & { dryRun?: boolean }) => {
        await withSettled(options, async (kith) => {
          const found = await Promise.all(who.map((one) => idsOf(one, (identifier) => kith.reading.find(identifier))));
          const merged = await kith.stewarding.merge([...new Set(found.flat())], becauseOf(options), options.dryRun);
          if (options.json) return printJson(merged);
          if (options.dryRun) {
            print('Before:');
            for (const view of merged.before) printCard(view);
            print('After:');
          }
          printCard(merged.after);
          for (const id of merged.merges) print(`undo it with: kith unmerge ${id} --reason …`);
          if (merged.merges.length === 0 && !options.dryRun) print('they are one customer already');
        });
      }),
    );

export const unmerge = (): Command =>
  reasoned(verb('unmerge', 'Undo one merge, also an old one under later ones'))
    .argument('<merge>', 'the id that merging answered; kith decisions shows what there is')
    .action(
      acting(async (id: string, options: Steward) => {
        await withSettled(options, async (kith) => tell(await kith.stewarding.undo(id, becauseOf(options)), options));
      }),
    );

export const apart = (): Command =>
  reasoned(verb('apart', 'Hold two records apart: they are not one party, neither through others'))
    .argument('<a>', 'id of a record, as kith show lists them')
    .argument('<b>', 'the other one')
    .option('--release', 'take that back')
    .action(
      acting(async (a: string, b: string, options: Steward & { release?: boolean }) => {
        await withSettled(options, async (kith) =>
          tell(await kith.stewarding.say(a, b, options.release ? 'released' : 'apart', becauseOf(options)), options),
        );
      }),
    );

function tell({ a, b, outcome }: Decided, { json }: Common): void {
  if (json) return printJson({ records: [a, b], outcome });
  print(outcome === 'decided' ? `decided about ${a} and ${b}` : 'it stood so already');
}

const printCard = (view: CustomerView): void => {
  for (const line of card(view, { why: false })) print(line);
};
