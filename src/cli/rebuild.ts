/** `kith rebuild`: the views again from the log, beside the live ones, compared document by document. */
import type { Command } from 'commander';
import type { Kith } from '../app/kith';
import { acting, type Common, exits, group, print, printJson, progress, verb, withKith } from './running';

export const rebuild = (): Command =>
  verb('rebuild', 'Build all views again from the log, compare them with the live ones, and switch')
    .option('--compare', 'only compare: throw the new views away')
    .action(
      acting(async (options: Common & { compare?: boolean }) => {
        const again = async (kith: Kith) => {
          await kith.reached((await kith.log.head()).position, 600_000);
          const bar = progress('rebuilding');
          const report = await kith.rebuild({ switch: !options.compare, onProgress: bar.at });
          bar.end();
          if (report.differences.length > 0) process.exitCode = exits.notFound;
          if (options.json) return printJson(report);
          print(
            `${group(report.events)} events, ${group(report.records)} records, ${group(report.customers)} customers`,
          );
          for (const { collection, count, ids } of report.differences)
            print(`${count} ${collection} differ: ${ids.join(', ')}${count > ids.length ? ' …' : ''}`);
          if (report.differences.length === 0)
            print(`equal to the live views, state root of customers ${report.rootsAfter['customers']}`);
          print(report.switched ? `readers see ${report.name} now` : 'nothing was switched');
        };
        // Who only builds again what is known decides nothing.
        await withKith(options, again, { matching: false });
      }),
    );
