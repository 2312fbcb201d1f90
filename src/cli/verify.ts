/** `kith verify`: is the log what was written? Recomputes the hash tree and names the first broken place. */
import type { Command } from 'commander';
import { openLogOf } from '../compose/folder';
import { acting, type Common, configOf, exits, group, print, printJson, progress, verb } from './running';

export const verify = (): Command =>
  verb('verify', 'Recompute the hash tree of the log from the stored bytes')
    .option('--quick', 'hashes only: do not compare the index columns with the bytes')
    .action(
      acting(async (options: Common & { quick?: boolean }) => {
        const log = await openLogOf(configOf(options));
        const bar = progress('verifying');
        const verdict = await log.verify({ deep: !options.quick, onProgress: bar.at });
        bar.end();
        await log.close();
        if (!verdict.ok) process.exitCode = exits.broken;
        if (options.json)
          return printJson(verdict.ok ? { ...verdict, root: Buffer.from(verdict.root).toString('hex') } : verdict);
        if (verdict.ok)
          print(`the log is whole: ${group(verdict.size)} events, root ${Buffer.from(verdict.root).toString('hex')}`);
        else print(`the log is broken at position ${verdict.broken.position}: ${verdict.broken.what}`);
      }),
    );
