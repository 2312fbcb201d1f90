/** `kith parked`: records whose fold refused an event. The rest flows; these wait for a fixed version. */
import type { Command } from 'commander';
import { acting, type Common, print, printJson, verb, withKith, withReading } from './running';

export const parked = (): Command =>
  verb('parked', 'List records that could not be folded, and why')
    .option('--retry', 'fold them again')
    .action(
      acting(async (options: Common & { retry?: boolean }) => {
        if (options.retry) {
          const { healed, still } = await withKith(options, (kith) => kith.retryParked());
          return options.json ? printJson({ healed, still }) : print(`${healed} folded again, ${still} still parked`);
        }
        const held = await withReading(options, ({ views }) => views.parked(1_000));
        if (options.json) return printJson(held);
        if (held.length === 0) print('nothing is parked');
        for (const { record, position, reason } of held) print(`${record}  since position ${position}: ${reason}`);
      }),
    );
