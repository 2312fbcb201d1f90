/**
 * Where the work of an import is done: on a thread of its own, or on the calling one. Both hand over the same batches in
 * the same order, and take their settlements in that order.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Refusal } from '../domain/refusals';
import { type Batch, type Settlement, Work, type WorkOrder } from './work';
import type { FromWorker, ToWorker } from './worker';

export interface Workshop {
  /** `undefined` at the end. Throws `mapping-malformed` or `file-malformed`. */
  next(): Promise<Batch | undefined>;
  /** Of the first batch that is not settled; answers the size of the error file in bytes. */
  settle(settlement: Settlement): Promise<number>;
  close(): Promise<void>;
}

/** For tests, dry runs of small files and hosts without threads. */
export async function onThisThread(order: WorkOrder): Promise<Workshop> {
  const work = await Work.open(order);
  const batches = work.batches();
  return {
    next: async () => {
      const next = await batches.next();
      return next.done ? undefined : next.value;
    },
    settle: async (settlement) => work.settle(settlement),
    close: async () => work.close(),
  };
}

export async function onOwnThread(order: WorkOrder): Promise<Workshop> {
  // Room for what a batch of rows leaves behind, so that it is dead before anybody would carry it on.
  const worker = new Worker(compiled(), { resourceLimits: { maxYoungGenerationSizeMb: 48 } });
  const batches = new Mailbox<Batch | undefined>();
  const settled = new Mailbox<number>();
  worker.on('message', (message: FromWorker) => {
    switch (message.kind) {
      case 'batch':
        return batches.put(message.batch);
      case 'end':
        return batches.put(undefined);
      case 'settled':
        return settled.put(message.errorBytes);
      case 'refused':
        return batches.fail(new Refusal(message.code, message.sentence));
    }
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const died = (problem: Error): void => {
    batches.fail(problem);
    settled.fail(problem);
  };
  worker.on('error', (problem) => died(problem instanceof Error ? problem : new Error(String(problem))));
  worker.once('exit', () => died(new Error('the thread of the import has ended')));
  const post = (message: ToWorker): void => worker.postMessage(message);
  post({ kind: 'begin', order });
  return {
    next: () => batches.take(),
    settle: (settlement) => {
      post({ kind: 'settle', settlement });
      return settled.take();
    },
    close: async () => {
      post({ kind: 'close' });
      await exited;
    },
  };
}

/** What came in, in order, for one who takes; a failure stands behind everything that came before it. */
class Mailbox<Item> {
  private readonly items: { readonly item: Item }[] = [];
  private readonly waiting: { resolve: (item: Item) => void; reject: (problem: Error) => void }[] = [];
  private problem: Error | undefined;

  put(item: Item): void {
    const first = this.waiting.shift();
    if (first) first.resolve(item);
    else this.items.push({ item });
  }

  fail(problem: Error): void {
    this.problem ??= problem;
    for (const { reject } of this.waiting.splice(0)) reject(this.problem);
  }

  take(): Promise<Item> {
    const first = this.items.shift();
    if (first) return Promise.resolve(first.item);
    if (this.problem) return Promise.reject(this.problem);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }
}

/** Jest transforms nothing inside a worker: tests that run from .ts files use the compiled thread. */
const compiled = (): string =>
  __filename.endsWith('.ts') ? join(__dirname, '../../dist/src/import/worker.js') : join(__dirname, 'worker.js');
