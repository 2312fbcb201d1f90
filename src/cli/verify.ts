/** `kith verify`: is the log what was written? Recomputes the hash tree and names the first broken place. */
import type { Command } from 'commander';
import type { Doubles } from '../../eventstore/store';
import { openLogOf } from '../compose/folder';
import {
  acting,
  type Common,
  configOf,
  eventsInWords,
  exits,
  group,
  print,
  printJson,
  progress,
  verb,
} from './running';

export const verify = (): Command =>
  verb('verify', 'Recompute the hash tree of the log from the stored bytes')
    .option('--quick', 'hashes only: do not compare the index columns with the bytes')
    .action(
      acting(async (options: Common & { quick?: boolean }) => {
        const log = await openLogOf(configOf(options));
        const bar = progress('verifying');
        const verdict = await log.verify({ deep: !options.quick, onProgress: bar.at });
        bar.end();
        const doubled = await log.doubles();
        await log.close();
        if (!verdict.ok) process.exitCode = exits.broken;
        if (options.json)
          return printJson({
            ...(verdict.ok ? { ...verdict, root: Buffer.from(verdict.root).toString('hex') } : verdict),
            doubled,
          });
        if (verdict.ok) {
          print(`the log is whole: ${group(verdict.size)} events, root ${Buffer.from(verdict.root).toString('hex')}`);
          for (const line of linesOf(doubled)) print(line);
        } else print(`the log is broken at position ${verdict.broken.position}: ${verdict.broken.what}`);
      }),
    );

/** Two nodes took one fact at once: what came second is in the log and counts nowhere. */
const linesOf = ({ count, some }: Doubles): readonly string[] =>
  count === 0
    ? []
    : [
        `under an id that stood before: ${eventsInWords(count)}. No reader shows them, the first ones count:`,
        ...some.map(
          ({ position, stream, revision, source, clientId, first }) =>
            `  position ${position}, ${stream} at revision ${revision}: ${clientId} of ${source}, which stands at ${first}`,
        ),
        ...(count > some.length ? [`  and ${group(count - some.length)} more`] : []),
      ];
