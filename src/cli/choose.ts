/** `kith choose`, `kith unchoose`: a steward's word about which value of a customer is shown, with its reason. */
import type { Command } from 'commander';
import type { JsonValue } from '../domain/kernel';
import { acting, print, printJson, verb, withSettled } from './running';
import { becauseOf, reasoned, type Steward } from './steward';

export const choose = (): Command =>
  reasoned(verb('choose', 'Show one of the values that a customer has, whatever the policy would choose'))
    .argument('<customer>', 'its id')
    .argument('<field>', 'name, birthDate, contact/email, address/home … as kith show --json has it')
    .argument('<value>', 'as kith show --json has it: JSON, or a plain text')
    .action(
      acting(async (customer: string, field: string, value: string, options: Steward) => {
        await withSettled(options, async (kith) => {
          const { override } = await kith.choosing.choose(customer, field, read(value), becauseOf(options));
          if (options.json) return printJson({ override });
          print(override === undefined ? 'it stood so already' : `undo it with: kith unchoose ${override} --reason …`);
        });
      }),
    );

export const unchoose = (): Command =>
  reasoned(verb('unchoose', 'Take such a choice back'))
    .argument('<override>', 'the id that choosing answered')
    .action(
      acting(async (override: string, options: Steward) => {
        await withSettled(options, async (kith) => {
          const { position } = await kith.choosing.undo(override, becauseOf(options));
          if (options.json) return printJson({ undone: position !== undefined });
          print(position === undefined ? 'it stood so already' : 'taken back');
        });
      }),
    );

/** What is no JSON is the text itself. */
function read(value: string): JsonValue {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
