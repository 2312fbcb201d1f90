/** `kith show`, `kith find`, `kith timeline`: one customer on the screen. */
import type { Command } from 'commander';
import type { Clocks } from '../app/reading';
import { Refusal } from '../domain/refusals';
import { readTime } from '../domain/times';
import type { CustomerView } from '../projections/customer';
import { card } from './card';
import { acting, type Common, idsOf, print, printJson, verb, withReading } from './running';
import { happened } from './wording';

interface Moment extends Common {
  readonly asOf?: string;
  readonly knownAt?: string;
}

const clocked = (command: Command): Command =>
  command
    .option('--as-of <time>', 'what was true then: only facts that had happened (RFC 3339)')
    .option('--known-at <time>', 'what we knew then: only facts that had been recorded (RFC 3339)');

export const clocksOf = ({ asOf, knownAt }: { asOf?: string; knownAt?: string }): Clocks => ({
  ...(asOf !== undefined && { asOf: readTime(asOf, '--as-of').ms }),
  ...(knownAt !== undefined && { knownAt: readTime(knownAt, '--known-at').ms }),
});

export const show = (): Command =>
  clocked(verb('show', 'Show a customer: who it is, what is known, and where each value comes from'))
    .argument('<customer>', 'customer id, or an identifier such as email:ada@example.org')
    .option('--why', 'say of each value by which event, source and rule it is shown, and what else was said')
    .action(
      acting(async (who: string, options: Moment & { why?: boolean }) => {
        await withReading(options, async ({ reading }) => {
          for (const id of await idsOf(who, (identifier) => reading.find(identifier))) {
            const { body, parked } = await reading.customer(id, clocksOf(options));
            const view: CustomerView = JSON.parse(body);
            if (options.json) printJson(view);
            else for (const text of card(view, { why: options.why ?? false })) print(text);
            for (const { reason } of parked) print(`behind: an event could not be folded (${reason}); see kith parked`);
          }
        });
      }),
    );

export const find = (): Command =>
  verb('find', 'Find customers by an identifier they have or had')
    .argument('<identifier>', 'kind:value, for example email:ada@example.org or phone:+431234567')
    .action(
      acting(async (identifier: string, options: Common) => {
        await withReading(options, async ({ reading }) => {
          const ids = await reading.find(identifier);
          if (options.json) return printJson(ids);
          if (ids.length === 0) throw new Refusal('customer-unknown', `nobody has or had ${identifier}`);
          for (const id of ids) print(id);
        });
      }),
    );

export const timeline = (): Command =>
  clocked(verb('timeline', 'Show what happened with a customer, newest first'))
    .argument('<customer>', 'customer id, or an identifier such as email:ada@example.org')
    .option('--limit <n>', 'how many entries', '50')
    .option('--cursor <cursor>', 'go on where the last page ended')
    .action(
      acting(async (who: string, options: Moment & { limit: string; cursor?: string }) => {
        await withReading(options, async ({ reading }) => {
          const [id = ''] = await idsOf(who, (identifier) => reading.find(identifier));
          const limit = Math.min(Math.max(Number.parseInt(options.limit, 10) || 50, 1), 1_000);
          const page = await reading.timeline(id, {
            ...clocksOf(options),
            limit,
            ...(options.cursor && { cursor: options.cursor }),
          });
          if (options.json) return printJson(page);
          for (const entry of page.entries) print(happened(entry));
          if (page.cursor) print(`\nolder: --cursor ${page.cursor}`);
        });
      }),
    );
