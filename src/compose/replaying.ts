/** A whole read model as of a moment, from the log into memory; whoever owns it goes on undisturbed. */
import type { ViewReader } from '../app/ports';
import type { Clocks } from '../app/reading';
import { replay } from '../app/replay';
import { identitySeal } from '../domain/seal';
import { openLogOf } from './folder';
import { MemoryViewStore } from '../views/memory';

export async function replayInMemory(
  config: Parameters<typeof openLogOf>[0],
  clocks: Clocks,
  onProgress: (done: bigint, of: bigint) => void,
): Promise<{ views: ViewReader; close: () => Promise<void> }> {
  const log = await openLogOf(config);
  const views = await new MemoryViewStore().create('replay');
  await replay({ log, seal: identitySeal }, views, clocks, onProgress);
  return { views, close: () => log.close() };
}
