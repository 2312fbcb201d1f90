/** `kith parked`: records whose fold refused an event. The rest flows; these wait for a fixed version. */
import type { Command } from 'commander';
import { LogError } from '../../eventstore/store';
import { acting, type Common, print, printJson, verb, withKith, withReading } from './running';

/** Milliseconds: a fold of many long histories. */
const PATIENCE = 600_000;

/** Who serves the folder does it itself. */
function toTheDoor(problem: unknown): never {
  if (!(problem instanceof LogError) || problem.code !== 'owned') throw problem;
  throw new LogError('owned', `${problem.message}; a server folds them again on POST /v1/parked-records/retries`);
}

export const parked = (): Command =>
  verb('parked', 'List records that could not be folded, and why')
    .option('--retry', 'fold them again')
    .action(
      acting(async (options: Common & { retry?: boolean }) => {
        if (options.retry) {
          const retried = await withKith(options, (kith) => kith.retryParked(PATIENCE)).catch(toTheDoor);
          if (retried === 'asked')
            throw new LogError('unreachable', 'it has not been done yet; the node that leads the views will do it');
          const { healed, still } = retried;
          return options.json ? printJson(retried) : print(`${healed} folded again, ${still} still parked`);
        }
        const held = await withReading(options, ({ views }) => views.parked(1_000));
        if (options.json) return printJson(held);
        if (held.length === 0) print('nothing is parked');
        for (const { record, position, reason } of held) print(`${record}  since position ${position}: ${reason}`);
      }),
    );
