/**
 * The thread that writes the views: its own connections, the one runner, and a few words with the main thread. Events
 * reach it through the log, never through messages.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { EmbeddedReader } from '../eventstore/embedded/reader';
import { Lifecycle } from './app/lifecycle';
import { currentModel } from './app/models';
import type { Matching } from './app/resolving';
import { pause, Waking } from './app/waking';
import type { Answer, FromRunner, RunnerData, ToRunner } from './compose/runner-thread';
import { Refusal } from './domain/refusals';
import { identitySeal } from './domain/seal';
import { EmbeddedViewStore } from './views/embedded';

async function main(): Promise<void> {
  const { folder, fingerprint, options, matching }: RunnerData = workerData;
  const tell = (message: FromRunner) => parentPort?.postMessage(message);
  const log = new EmbeddedReader(folder);
  const store = EmbeddedViewStore.open(folder);
  const waking = new Waking();
  const { opinions, decided } = opinionsThrough(tell, log);
  const lifecycle = new Lifecycle(log, store, identitySeal, {
    ...options,
    fingerprint,
    ...(matching && { matching: opinions }),
    pause,
    wake: (signal) => waking.wait(signal),
    wakeIn: (ms) => void setTimeout(() => waking.ring(), ms).unref(),
    onProgress: (progress) => tell({ kind: 'progress', progress }),
  });
  const answer = async (
    id: number,
    act: () => Promise<Pick<Answer, 'report' | 'retried' | 'explanation' | 'matching'> | void>,
  ) => {
    try {
      tell({ kind: 'answer', id, ...(await act()) });
    } catch (problem) {
      const code = problem instanceof Refusal ? { code: problem.code } : {};
      tell({ kind: 'answer', id, error: problem instanceof Error ? problem.message : String(problem), ...code });
    }
  };
  parentPort?.on('message', (message: ToRunner) => {
    switch (message.kind) {
      case 'wake':
        return waking.ring();
      case 'rebuild': {
        const onProgress = (done: bigint, of: bigint) => tell({ kind: 'rebuilding', id: message.id, done, of });
        return void answer(message.id, async () => ({
          report: await lifecycle.rebuild({ switchOver: message.switchOver, onProgress }),
        }));
      }
      case 'decided':
        return decided(message.error);
      case 'matching':
        return void answer(message.id, async () => ({ matching: await lifecycle.matchingState() }));
      case 'explain':
        return void answer(message.id, async () => ({ explanation: await lifecycle.explain(message.a, message.b) }));
      case 'retry':
        return void answer(message.id, async () => ({ retried: await lifecycle.retryParked() }));
      case 'stop':
        return void answer(message.id, async () => {
          await lifecycle.stop();
          await store.close();
          await log.close();
        }).then(() => parentPort?.close());
    }
  });
  await answer(0, () => lifecycle.start());
}

/** What this thread wants to have in the log goes to the thread that owns it; `decided` hears what became of it. */
function opinionsThrough(
  tell: (message: FromRunner) => void,
  log: EmbeddedReader,
): { readonly opinions: Matching; readonly decided: (error: string | undefined) => void } {
  let decided: (error: string | undefined) => void = () => undefined;
  const want = (message: Extract<FromRunner, { kind: 'wishes' | 'announce' }>): Promise<void> =>
    new Promise((resolve, reject) => {
      decided = (error) => (error === undefined ? resolve() : reject(new Error(error)));
      tell(message);
    });
  const opinions: Matching = {
    decide: (wishes) => want({ kind: 'wishes', wishes }),
    announce: (told) => want({ kind: 'announce', told }),
    model: currentModel(log, identitySeal),
  };
  return { opinions, decided: (error) => decided(error) };
}

void main();
