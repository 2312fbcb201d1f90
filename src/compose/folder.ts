/**
 * A data folder as other processes than its owner use it: reading beside the owner, copying it, bringing a copy back.
 * Beside compose.ts, because it too knows the embedded engine by name.
 */
import { join } from 'node:path';
import { backupLog, type Manifest, restoreLog } from '../../eventstore/embedded/backup';
import { EmbeddedReader } from '../../eventstore/embedded/reader';
import { isFresh } from '../../eventstore/embedded/schema';
import { openPlain } from '../../eventstore/sqlite';
import { LogError, type LogReader, type TreeHead } from '../../eventstore/store';
import type { ViewReader } from '../app/ports';
import { Reading } from '../app/reading';
import { columnsOf, keyCheckOf } from '../domain/envelope';
import { identitySeal, type Seal } from '../domain/seal';
import { KEYS_FILE, keysFile, openKeys } from '../keys/embedded';
import { openViewReader } from '../views/embedded';

export interface ReadOnly {
  readonly log: LogReader;
  readonly views: ViewReader;
  readonly reading: Reading;
  readonly seal: Seal;
  close(): Promise<void>;
}

/** Reads a folder, owned or not, and changes nothing in it. The views are as their runner left them. */
export function openReadOnly(folder: string): ReadOnly {
  const log = openLogReader(folder);
  const views = openViewReader(folder);
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

/** The log alone; a deep verify compares its columns with its bytes. */
export const openLogReader = (folder: string): EmbeddedReader => {
  if (isFresh(folder)) throw new LogError('not-a-log', `${folder} holds no log; check --data`);
  const keys = openKeys(keysFile(folder), { create: false, tenant: '' });
  return new EmbeddedReader(folder, { keyCheck: keyCheckOf(keys), columnsOf });
};

/** Log and keys, as of one moment, while others write. Views are never in a backup: they are made again from the log. */
export const backupFolder = async (folder: string, to: string): Promise<TreeHead> => {
  await openLogReader(folder).close();
  return backupLog(folder, to, [
    { name: KEYS_FILE, copy: async (file) => copyDatabase(join(folder, KEYS_FILE), file) },
  ]);
};

/** Into an empty folder; every event is verified before it is yours. */
export const restoreFolder = (from: string, to: string): Promise<Manifest> => restoreLog(from, to);

function copyDatabase(from: string, to: string): void {
  const db = openPlain(from, { readOnly: true, patience: 5_000 });
  try {
    db.prepare('VACUUM INTO ?').run(to);
  } finally {
    db.close();
  }
}
