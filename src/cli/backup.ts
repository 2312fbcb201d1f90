/** `kith backup` and `kith restore`: log and keys, consistent as of one moment, while others write. */
import type { Command } from 'commander';
import { backupFolder, restoreFolder } from '../compose/folder';
import { acting, type Common, configOf, group, print, printJson, verb } from './running';

export const backup = (): Command =>
  verb('backup', 'Copy log and keys into an empty folder; a running server goes on')
    .argument('<folder>', 'where the backup goes; empty or not there yet')
    .action(
      acting(async (to: string, options: Common) => {
        const { size, root } = await backupFolder(configOf(options), to);
        const hex = Buffer.from(root).toString('hex');
        if (options.json) return printJson({ folder: to, events: size, root: hex });
        print(`${group(size)} events are in ${to}, root ${hex}`);
        print('It holds keys.db: guard it as you guard the data. Views are not in it; a restore makes them again.');
      }),
    );

export const restore = (): Command =>
  verb('restore', 'Bring a backup back into an empty data folder, after verifying every event')
    .argument('<backup>', 'folder of a backup')
    .action(
      acting(async (from: string, options: Common) => {
        const { size, root, at } = await restoreFolder(from, options.data);
        if (options.json) return printJson({ folder: options.data, events: size, root, at });
        print(`${group(BigInt(size))} events of ${at} are in ${options.data}, verified, root ${root}`);
        print('The views are made when the folder is opened next.');
      }),
    );
