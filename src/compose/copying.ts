/** Moving house: a log from one place to another, with the keys that it cannot be read without. */
import { existsSync, mkdirSync } from 'node:fs';
import { sameBytes } from '../../eventstore/deciding';
import { isFresh } from '../../eventstore/embedded/schema';
import { LogError } from '../../eventstore/store';
import { copyLog, type CopyReport } from '../app/copying';
import { keyCheckOf, type LogKeys } from '../domain/envelope';
import { copyKeys, keysFile, openKeys } from '../keys/embedded';
import { openLog, openLogReader, type Places } from './engines';

export interface Copying {
  readonly from: Places;
  readonly to: Places;
  /** File with the keys of the log; where it stands beside the original when absent. */
  readonly keys?: string;
  /** In events. */
  readonly onProgress?: (done: bigint, of: bigint) => void;
}

/** A copy that was cut has them already. Throws `wrong-keys` where others are in their place. */
function bring(file: string, keys: LogKeys, to: string, tenant: string): void {
  if (!existsSync(to)) copyKeys(file, to);
  if (!sameBytes(keyCheckOf(openKeys(to, { create: false, tenant })), keyCheckOf(keys)))
    throw new LogError(
      'wrong-keys',
      `${to} holds other keys than those of the log: move them away, or choose another folder`,
    );
}

export interface Copied extends CopyReport {
  /** Where the copy's keys are. */
  readonly keys: string;
}

/** Resumable: what the copy holds already is not carried again. Throws `LogError`. */
export async function copyPlaces({ from, to, keys: named, onProgress }: Copying): Promise<Copied> {
  if (from.log === undefined && isFresh(from.folder))
    throw new LogError('not-a-log', `${from.folder} holds no log; check --from`);
  const file = named ?? keysFile(from.folder);
  const keys = openKeys(file, { create: false, tenant: from.tenant });
  const original = await openLogReader(from, keys);
  try {
    const beside = keysFile(to.folder);
    mkdirSync(to.folder, { recursive: true });
    if (named === undefined) bring(file, keys, beside, from.tenant);
    const copy = await openLog(to, keys, { create: true, logId: original.id });
    try {
      if (copy.id !== original.id)
        throw new LogError(
          'not-empty',
          `the place to copy to holds the log ${copy.id}, not ${original.id}: choose an empty one`,
        );
      const report = await copyLog(original, copy, {
        oneByOne: to.log !== undefined,
        ...(onProgress && { onProgress }),
      });
      return { ...report, keys: named ?? beside };
    } finally {
      await copy.close();
    }
  } finally {
    await original.close();
  }
}
