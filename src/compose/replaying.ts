/** A whole read model as of a moment, from the log into memory; whoever owns it goes on undisturbed. */
import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import type { ViewReader } from '../app/ports';
import type { Clocks } from '../app/reading';
import { replay } from '../app/replay';
import { identitySeal } from '../domain/seal';
import { openLogOf } from './folder';
import { MemoryViewStore } from '../views/memory';
import { spillsIn } from '../views/spill';

export async function replayInMemory(
  config: Parameters<typeof openLogOf>[0],
  clocks: Clocks,
  onProgress: (done: bigint, of: bigint) => void,
): Promise<{ views: ViewReader; close: () => Promise<void> }> {
  const log = await openLogOf(config);
  const views = await new MemoryViewStore().create('replay');
  await replay({ log, seal: identitySeal, spill: spillsIn(roomBeside(config.data)) }, views, clocks, onProgress);
  return { views, close: () => log.close() };
}

/** The folder itself, which is on a disk; where a guest may only read it, wherever temporary files go. */
function roomBeside(folder: string): string {
  try {
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    return tmpdir();
  }
}
