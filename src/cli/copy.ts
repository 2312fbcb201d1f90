/** `kith copy`: a log moves house, between a data folder and EventStoreDB, both ways, and goes on where it was cut. */
import type { Command } from 'commander';
import { copyPlaces } from '../compose/copying';
import { type Places, placesOf } from '../compose/engines';
import { readConfig } from '../config';
import { acting, type Common, configOf, eventsInWords, group, print, printJson, progress, verb } from './running';

interface Options extends Common {
  readonly from: string;
  readonly to: string;
}

export const copy = (): Command =>
  verb('copy', 'Carry a log to another place, byte for byte and in order, and compare; again goes on where it was cut')
    .requiredOption('--from <place>', 'data folder, or connection string of EventStoreDB (esdb://…)')
    .requiredOption('--to <place>', 'the same; empty, or a copy that was cut')
    .addHelpText(
      'after',
      '\nOf a place on a server, --data is the folder that holds its keys and its register of ids.\nStop whoever writes to the original first: what comes in behind the end is not carried.',
    )
    .action(
      acting(async (options: Options) => {
        const bar = progress('copying');
        const { keys: named } = configOf(options);
        const { size, root, carried, doubled, keys } = await copyPlaces({
          from: placeOf(options.from, options),
          to: placeOf(options.to, options),
          ...(named !== undefined && { keys: named }),
          onProgress: bar.at,
        });
        bar.end();
        const hex = Buffer.from(root).toString('hex');
        if (options.json) return printJson({ events: size, carried, doubled, root: hex, keys });
        if (doubled === 0) print(`${group(carried)} events were carried; both hold ${group(size)}, root ${hex}`);
        else
          print(
            `${group(carried)} events were carried; the copy holds ${group(size)}, root ${hex}. ${eventsInWords(doubled)} left out that stand under an id that stood before: no reader shows them`,
          );
        print(`The keys of the copy are in ${keys}. Its views are made when it is opened next.`);
      }),
    );

/** A folder, or a server and the folder beside it. Of the configuration the tenant counts, and where views are. */
function placeOf(place: string, options: Common): Places {
  const { tenant, views } = configOf(options);
  if (!place.includes('://')) return { folder: place, tenant };
  const { log } = readConfig({ KITH_LOG: place });
  return placesOf({
    data: options.data,
    tenant,
    ...(log !== undefined && { log }),
    ...(views !== undefined && { views }),
  });
}
