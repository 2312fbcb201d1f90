/** The keys of a log: made with it, found with it, and never replaced by others. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { isFresh } from '../../eventstore/embedded/schema';
import { closeRing } from '../../eventstore/esdb/ring';
import { type EventLog, LogError } from '../../eventstore/store';
import type { Config } from '../config';
import { keyCheckOf, type LogKeys } from '../domain/envelope';
import { keysFile, openKeys } from '../keys/embedded';
import { openLog, type Places, recentIn } from './engines';

interface Opening extends Pick<Partial<Config>, 'keys' | 'role'> {
  /** Begins a log where there is none; default true. */
  readonly create?: boolean;
}

/** `recent` is for the threads that read the same log on a server; closing the log closes it. */
interface Opened {
  readonly log: EventLog;
  readonly keys: LogKeys;
  readonly recent?: Places['recent'];
}

/**
 * Keys are made only for a log that is not there yet: a log without its keys must say so, not get others. Keys without
 * a log are what a crash in the first moment leaves, or half of a restore; they are kept and used.
 */
export async function openLogWithKeys(places: Places, options: Opening): Promise<Opened> {
  const { folder, tenant } = places;
  const { create = true } = options;
  const file = options.keys ?? keysFile(folder);
  if (places.log !== undefined) return onServer(places, file, options);
  const fresh = isFresh(folder);
  if (fresh && !create)
    throw new LogError(
      'not-a-log',
      `${folder} holds no log; check --data, or begin one with kith serve or kith import`,
    );
  mkdirSync(folder, { recursive: true });
  const keys = openKeys(file, { create: fresh && !(options.keys !== undefined && existsSync(file)), tenant });
  return { log: await openLog(places, keys, { create }), keys };
}

/** Whether a server holds a log is known only with keys at hand; keys that turn out to be of no use are taken away. */
async function onServer(
  places: Places,
  file: string,
  { keys: named, create = true, role = 'all' }: Opening,
): Promise<Opened> {
  const made = !existsSync(file);
  if (made && (named !== undefined || role === 'api' || !create))
    throw new LogError('wrong-keys', `there is no ${file}: kith keys makes it once, and every node gets the same file`);
  // Also where the keys are elsewhere: the window is a file of this folder.
  mkdirSync(places.folder, { recursive: true });
  const keys = openKeys(file, { create: made, tenant: places.tenant });
  const recent = recentIn(places.folder);
  try {
    return { log: await openLog({ ...places, recent }, keys, { create }), keys, recent };
  } catch (problem) {
    closeRing(recent);
    if (made && problem instanceof LogError && problem.code === 'wrong-keys') rmSync(file, { force: true });
    throw problem;
  }
}

/** Opens the keys in `file`, or makes them where there are none. `check` tells keys apart and gives none away. */
export function keysIn(file: string, tenant: string): { made: boolean; tenant: string; check: string } {
  const made = !existsSync(file);
  mkdirSync(dirname(file), { recursive: true });
  const keys = openKeys(file, { create: made, tenant });
  return { made, tenant: keys.tenant, check: Buffer.from(keyCheckOf(keys)).toString('hex') };
}

export { keysFile };
