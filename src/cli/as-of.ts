/** `kith as-of`: all customers as they stood, or as we knew them, at a moment; the whole read model, replayed. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Command } from 'commander';
import { documentPages } from '../app/pages';
import type { ViewReader } from '../app/ports';
import { replayInMemory } from '../compose/replaying';
import { clocksOf } from './customers';
import { acting, type Common, configOf, group, print, printJson, progress, verb } from './running';

export const asOf = (): Command =>
  verb('as-of', 'Replay all views as of a moment and say what they hold')
    .argument('<time>', 'what was true then: facts that had happened by this time (RFC 3339)')
    .option('--known-at <time>', 'only what had been recorded by this time (default: now)')
    .option('--out <file>', 'write every customer of that moment as NDJSON')
    .action(
      acting(async (time: string, options: Common & { knownAt?: string; out?: string }) => {
        const bar = progress('replaying');
        const { views, close } = await replayInMemory(configOf(options), clocksOf({ asOf: time, ...options }), bar.at);
        bar.end();
        if (options.out) await writeAll(views, options.out);
        const [size, roots] = [await views.size(), await views.roots()];
        await close();
        if (options.json)
          return printJson({
            asOf: time,
            knownAt: options.knownAt,
            customers: size.customers,
            entries: size.entries,
            roots,
          });
        print(
          `as of ${time}${options.knownAt ? `, known at ${options.knownAt}` : ''}: ${group(size.customers)} customers, ${group(size.entries)} timeline entries`,
        );
        print(`state root of customers ${roots.customers}`);
        if (options.out) print(`every customer is in ${options.out}`);
      }),
    );

async function writeAll(views: ViewReader, file: string): Promise<void> {
  const out = createWriteStream(file);
  for await (const documents of documentPages(views, 'customers'))
    for (const { body } of documents) if (!out.write(`${body}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'finish');
}
