/** The main thread's side of worker.ts: a projector that lives in another thread. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Position } from '../../eventstore/store';
import type { RebuildReport } from '../app/kith';
import type { Wish } from '../app/deciding';
import type { Progress } from '../app/projector';
import type { Projector } from '../app/projector';
import type { Matching, MatchingState } from '../app/resolving';
import type { Announcement } from '../domain/announcement';
import { Refusal, type RefusalCode } from '../domain/refusals';
import type { RecordId } from '../domain/kernel';
import type { Explanation } from '../domain/matching/explaining';

export interface RunnerData {
  readonly folder: string;
  readonly fingerprint: string;
  readonly options: { readonly page?: number; readonly flush?: number };
  readonly matching: boolean;
}

export type ToRunner =
  | { readonly kind: 'wake' }
  | { readonly kind: 'rebuild'; readonly id: number; readonly switchOver: boolean }
  | { readonly kind: 'retry'; readonly id: number }
  | { readonly kind: 'matching'; readonly id: number }
  | { readonly kind: 'explain'; readonly id: number; readonly a: RecordId; readonly b: RecordId }
  /** Of wishes that the thread sent; `error` where they could not be decided. */
  | { readonly kind: 'decided'; readonly error?: string }
  | { readonly kind: 'stop'; readonly id: number };

export type FromRunner =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** One at a time: the next ones come when these are decided. */
  | { readonly kind: 'wishes'; readonly wishes: readonly Wish[] }
  | { readonly kind: 'announce'; readonly told: readonly Announcement[] }
  | { readonly kind: 'rebuilding'; readonly id: number; readonly done: Position; readonly of: Position }
  | Answer;

/** Of one request; `error` where it failed. */
export interface Answer {
  readonly kind: 'answer';
  readonly id: number;
  readonly error?: string;
  readonly report?: RebuildReport;
  readonly retried?: { readonly healed: number; readonly still: number };
  readonly explanation?: Explanation;
  readonly matching?: MatchingState;
  /** Of a refusal, beside the sentence in `error`. */
  readonly code?: RefusalCode;
}

/** Compiled code only runs in a thread: under a test runner that loads TypeScript, the build beside it is taken. */
const script = __filename.endsWith('.ts')
  ? join(__dirname, '..', '..', 'dist', 'src', 'worker.js')
  : join(__dirname, '..', 'worker.js');

/** Room for what a page of events leaves behind, so that it is dead before anybody would carry it on. */
const YOUNG_MB = 48;

type OnRebuild = (done: Position, of: Position) => void;

export function threadProjector(
  data: RunnerData,
  opinions: Pick<Matching, 'decide' | 'announce'>,
  onProgress: (progress: Progress) => void,
): Projector {
  const worker = new Worker(script, { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  const asked = new Map<
    number,
    { resolve: (answer: Answer) => void; reject: (problem: Error) => void; onRebuild?: OnRebuild }
  >();
  let latest: Progress = { state: 'building', position: 0n, recordedAt: 0, views: '' };
  let next = 1;
  let ended = false;

  const expect = (id: number, onRebuild?: OnRebuild) =>
    new Promise<Answer>((resolve, reject) => asked.set(id, { resolve, reject, ...(onRebuild && { onRebuild }) }));
  const ask = (message: ToRunner & { id: number }, onRebuild?: OnRebuild): Promise<Answer> => {
    if (ended) return Promise.reject(new Error('the thread that writes the views has ended'));
    const answer = expect(message.id, onRebuild);
    worker.postMessage(message);
    return answer;
  };
  const fail = (reason: string) => {
    if (ended) return;
    ended = true;
    onProgress((latest = { ...latest, state: 'stopped', reason }));
    for (const { reject } of asked.values()) reject(new Error(reason));
    asked.clear();
  };

  worker.on('message', (message: FromRunner) => {
    if (message.kind === 'wishes' || message.kind === 'announce')
      return void granted(message, opinions).then((answer) => worker.postMessage(answer));
    if (message.kind === 'progress') return onProgress((latest = message.progress));
    const waiting = asked.get(message.id);
    if (message.kind === 'rebuilding') return waiting?.onRebuild?.(message.done, message.of);
    asked.delete(message.id);
    if (message.error !== undefined)
      waiting?.reject(message.code ? new Refusal(message.code, message.error) : new Error(message.error));
    else waiting?.resolve(message);
  });
  worker.on('error', (problem) =>
    fail(`the thread that writes the views failed: ${problem instanceof Error ? problem.message : String(problem)}`),
  );
  worker.on('exit', () => fail('the thread that writes the views has ended'));

  return {
    started: expect(0).then(() => undefined),
    progress: () => latest,
    wake: () => worker.postMessage({ kind: 'wake' } satisfies ToRunner),
    ...requests(ask, () => next++),
    stop: async () => {
      if (ended) return;
      await ask({ kind: 'stop', id: next++ });
      await worker.terminate();
    },
  };
}

type Ask = (message: ToRunner & { id: number }, onRebuild?: OnRebuild) => Promise<Answer>;

/** What may be asked of the thread, each with an id of its own. */
const requests = (
  ask: Ask,
  id: () => number,
): Pick<Projector, 'rebuild' | 'retryParked' | 'matchingState' | 'explain'> => ({
  rebuild: ({ switchOver, onProgress: onRebuild }) =>
    ask({ kind: 'rebuild', id: id(), switchOver }, onRebuild).then(({ report }) => told(report)),
  retryParked: () => ask({ kind: 'retry', id: id() }).then(({ retried }) => told(retried)),
  matchingState: () => ask({ kind: 'matching', id: id() }).then(({ matching }) => told(matching)),
  explain: (a, b) => ask({ kind: 'explain', id: id(), a, b }).then(({ explanation }) => told(explanation)),
});

/** What the thread hears of what it wanted to have in the log. */
async function granted(
  message: Extract<FromRunner, { kind: 'wishes' | 'announce' }>,
  { decide, announce }: Pick<Matching, 'decide' | 'announce'>,
): Promise<ToRunner> {
  try {
    await (message.kind === 'wishes' ? decide(message.wishes) : announce(message.told));
    return { kind: 'decided' };
  } catch (problem) {
    return { kind: 'decided', error: problem instanceof Error ? problem.message : String(problem) };
  }
}

function told<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the thread that writes the views gave no answer');
  return value;
}
