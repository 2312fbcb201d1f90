/** `kith keys`: makes the keys of a log before there is a log, for nodes that share one, and says which keys these are. */
import type { Command } from 'commander';
import { keysFile, keysIn } from '../compose/keys';
import { readConfig } from '../config';
import { acting, type Common, print, printJson, verb } from './running';

export const keys = (): Command =>
  verb('keys', 'Make the file of keys that all nodes of a log need, where there is none, and say which keys these are')
    .option('--keys <file>', 'the file (default: KITH_KEYS, or keys.db in the data folder)')
    .action(
      acting(async (options: Common & { readonly keys?: string }) => {
        const { keys: configured, tenant } = readConfig(process.env);
        const file = options.keys ?? configured ?? keysFile(options.data);
        const { made, check, tenant: whose } = keysIn(file, tenant);
        if (options.json) return printJson({ file, made, tenant: whose, check });
        print(
          `${made ? 'made' : 'found'} the keys of the tenant ${whose} in ${file}, check value ${check.slice(0, 16)}`,
        );
        if (made) print('Without them nobody can be found in the log again: keep a copy apart from it, well guarded.');
      }),
    );
