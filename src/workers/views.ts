/**
 * The thread that writes the views: its own connections, the one runner, and a few words with the main thread. Events
 * reach it through the log, never through messages. Where several nodes have the same views, it stands by until it leads.
 */
import { workerData } from 'node:worker_threads';
import type { LogReader } from '../../eventstore/store';
import { Lifecycle } from '../app/lifecycle';
import type { LifecycleOptions } from '../app/lifecycle-options';
import type { ViewStore } from '../app/ports';
import type { Progress } from '../app/projector';
import { doRetries, type RetryNotes } from '../app/retrying';
import { pause, Waking } from '../app/waking';
import { Answering } from '../compose/channel';
import { type Fence, leadingOver, openLogReader, openRetryNotes, openViewStore, untilOpen } from '../compose/engines';
import type { ViewsData, ViewsProtocol } from '../compose/projector-thread';
import { identitySeal } from '../domain/seal';
import { spillsIn } from '../views/spill';

async function main(): Promise<void> {
  const { places, fingerprint, options }: ViewsData = workerData;
  const channel = new Answering<ViewsProtocol>();
  const waking = new Waking();
  const hurrying = new Waking();
  const { tell, trouble, troubleOfRetries } = telling((progress) => channel.tell({ kind: 'progress', progress }));
  const log = await untilOpen(places, () => openLogReader(places), trouble);
  const begin = async ({ epoch }: Pick<Fence, 'epoch'>) => {
    const store = await openViewStore(places, { logId: log.id, ...(epoch && { epoch }) });
    const work = await begun(log, store, {
      ...options,
      fingerprint,
      spill: spillsIn(places.folder),
      pause,
      wake: (signal) => waking.wait(signal),
      rest: (ms, signal) => hurrying.waitAtMost(ms, signal),
      onProgress: tell,
    });
    return places.views === undefined ? work : retrying(work, () => openRetryNotes(places), troubleOfRetries);
  };
  const leading = await leadingOver(places, 'views', begin, { onTrouble: trouble });
  const act = async (request: ViewsProtocol['request']): Promise<ViewsProtocol['answer']> => {
    switch (request.kind) {
      case 'wake':
        waking.ring();
        return {};
      case 'hurry':
        hurrying.ring();
        return {};
      case 'rebuild': {
        const { n, switchOver } = request;
        const onProgress = (done: bigint, of: bigint) => channel.tell({ kind: 'rebuilding', n, done, of });
        return { report: await leading.current().lifecycle.rebuild({ switchOver, onProgress }) };
      }
      case 'retry':
        return { retried: await leading.current().lifecycle.retryParked() };
      case 'stop':
        await leading.stop();
        await log.close();
        setImmediate(() => channel.end());
        return {};
    }
  };
  await channel.begin(async () => {
    await leading.start();
    return {};
  }, act);
}

/** How the views are, told by those who know a part of it. `undefined` ends a trouble. */
function telling(onProgress: (progress: Progress) => void) {
  const standing: Progress = { state: 'building', position: 0n, recordedAt: 0, views: '' };
  let [latest, troubled, unhealed]: [Progress, boolean, string?] = [standing, false];
  const tell = (progress: Progress): void => {
    latest = progress;
    const also = progress.reason === undefined && unhealed !== undefined && { reason: unhealed };
    onProgress({ ...progress, ...also });
  };
  const trouble = (reason: string | undefined): void => {
    if (reason !== undefined) tell({ ...standing, state: 'stopped', reason });
    else if (troubled) tell(standing);
    troubled = reason !== undefined;
  };
  // The views go on meanwhile.
  const troubleOfRetries = (reason: string | undefined): void => {
    unhealed = reason;
    tell(latest);
  };
  return { tell, trouble, troubleOfRetries };
}

/** Views that are opened or built; the store is theirs to close. */
async function begun(log: LogReader, store: ViewStore, options: LifecycleOptions) {
  const lifecycle = new Lifecycle(log, store, identitySeal, options);
  const stop = async () => {
    await lifecycle.stop();
    await store.close();
  };
  try {
    await lifecycle.start();
  } catch (problem) {
    await stop().catch(() => undefined);
    throw problem;
  }
  return { lifecycle, stop };
}

/** Does what other nodes wish of who leads, until that is over. */
async function retrying(
  work: Awaited<ReturnType<typeof begun>>,
  open: () => Promise<RetryNotes>,
  onTrouble: (reason: string | undefined) => void,
) {
  const over = new AbortController();
  const notes = await open().catch(async (problem: unknown) => {
    await work.stop();
    throw problem;
  });
  const doing = doRetries(notes, () => work.lifecycle.retryParked(), onTrouble, over.signal);
  const stop = async () => {
    over.abort();
    await work.stop();
    await doing;
    await notes.close();
  };
  return { ...work, stop };
}

void main();
