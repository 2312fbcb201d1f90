/** A whole read model as of a moment, from a data folder into memory; the owner of the folder goes on undisturbed. */
import type { ViewReader } from '../app/ports';
import type { Clocks } from '../app/reading';
import { replay } from '../app/replay';
import { identitySeal } from '../domain/seal';
import { openLogReader } from './folder';
import { MemoryViewStore } from '../views/memory';

export async function replayInMemory(
  folder: string,
  clocks: Clocks,
  onProgress: (done: bigint, of: bigint) => void,
): Promise<{ views: ViewReader; close: () => Promise<void> }> {
  const log = openLogReader(folder);
  const views = await new MemoryViewStore().create('replay');
  await replay({ log, seal: identitySeal }, views, clocks, onProgress);
  return { views, close: () => log.close() };
}
