/**
 * The thread that writes the views: its own connections, the one runner, and a few words with the main thread. Events
 * reach it through the log, never through messages.
 */
import { workerData } from 'node:worker_threads';
import { EmbeddedReader } from '../../eventstore/embedded/reader';
import { Lifecycle } from '../app/lifecycle';
import { pause, Waking } from '../app/waking';
import { Answering } from '../compose/channel';
import type { ViewsData, ViewsProtocol } from '../compose/projector-thread';
import { identitySeal } from '../domain/seal';
import { EmbeddedViewStore } from '../views/embedded';

async function main(): Promise<void> {
  const { folder, fingerprint, options }: ViewsData = workerData;
  const log = new EmbeddedReader(folder);
  const store = EmbeddedViewStore.open(folder);
  const waking = new Waking();
  const channel = new Answering<ViewsProtocol>();
  const lifecycle = new Lifecycle(log, store, identitySeal, {
    ...options,
    fingerprint,
    pause,
    wake: (signal) => waking.wait(signal),
    onProgress: (progress) => channel.tell({ kind: 'progress', progress }),
  });
  const act = async (request: ViewsProtocol['request']): Promise<ViewsProtocol['answer']> => {
    switch (request.kind) {
      case 'wake':
        waking.ring();
        return {};
      case 'rebuild': {
        const { n, switchOver } = request;
        const onProgress = (done: bigint, of: bigint) => channel.tell({ kind: 'rebuilding', n, done, of });
        return { report: await lifecycle.rebuild({ switchOver, onProgress }) };
      }
      case 'retry':
        return { retried: await lifecycle.retryParked() };
      case 'stop':
        await lifecycle.stop();
        await store.close();
        await log.close();
        setImmediate(() => channel.end());
        return {};
    }
  };
  await channel.begin(async () => {
    await lifecycle.start();
    return {};
  }, act);
}

void main();
