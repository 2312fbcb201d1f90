/**
 * A data folder as other processes than its owner use it: reading beside the owner, copying it, bringing a copy back.
 * Beside compose.ts, because it too knows the embedded engine by name.
 */
import { backupLog, type Manifest, restoreLog } from '../../eventstore/embedded/backup';
import { isFresh } from '../../eventstore/embedded/schema';
import { LogError, type LogReader, type TreeHead } from '../../eventstore/store';
import type { ViewReader } from '../app/ports';
import { Reading } from '../app/reading';
import type { Config } from '../config';
import { identitySeal, type Seal } from '../domain/seal';
import { copyKeys, KEYS_FILE, keysFile, openKeys } from '../keys/embedded';
import { openLogReader, openViews, placesOf } from './engines';

export interface ReadOnly {
  readonly log: LogReader;
  readonly views: ViewReader;
  readonly reading: Reading;
  readonly seal: Seal;
  close(): Promise<void>;
}

/** Reads log and views, owned by whomever, and changes nothing in them. The views are as their runner left them. */
export async function openReadOnly(config: Placed): Promise<ReadOnly> {
  const log = await openLogOf(config);
  const views = await openViews(placesOf(config));
  return {
    log,
    views,
    reading: new Reading(log, views, identitySeal),
    seal: identitySeal,
    close: async () => {
      await views.close();
      await log.close();
    },
  };
}

/** False also where there is no folder. */
export const holdsLog = (folder: string): boolean => !isFresh(folder);

type Placed = Partial<Config> & { readonly data: string };

/** The log alone; a deep verify compares its columns with its bytes. */
export async function openLogOf(config: Placed): Promise<LogReader> {
  const { data, log, keys: file = keysFile(data) } = config;
  if (log === undefined && isFresh(data)) throw new LogError('not-a-log', `${data} holds no log; check --data`);
  return openLogReader(placesOf(config), openKeys(file, { create: false, tenant: '' }));
}

/** Log and keys, as of one moment, while others write. Views are never in a backup: they are made again from the log. */
export const backupFolder = async ({ data: folder, log }: Placed, to: string): Promise<TreeHead> => {
  if (log !== undefined)
    throw new LogError(
      'unsupported',
      'the server keeps this log: back it up as its manual says, or carry it into a folder with kith copy; and keep a copy of the keys',
    );
  await (await openLogOf({ data: folder })).close();
  return backupLog(folder, to, [{ name: KEYS_FILE, copy: async (file) => copyKeys(keysFile(folder), file) }]);
};

/** Into an empty folder; every event is verified before it is yours. */
export const restoreFolder = (from: string, to: string): Promise<Manifest> => restoreLog(from, to);
