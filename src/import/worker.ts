/**
 * The thread that reads, maps and admits an import's rows. It hands over bytes, a few batches ahead of the log, and waits
 * when more are not settled, so that memory stays flat whatever the size of the file.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Refusal, type RefusalCode } from '../domain/refusals';
import { type Batch, type Settlement, Work, type WorkOrder } from './work';

export type ToWorker = { readonly kind: 'settle'; readonly settlement: Settlement } | { readonly kind: 'close' };

export type FromWorker =
  | { readonly kind: 'batch'; readonly batch: Batch }
  | { readonly kind: 'end' }
  | { readonly kind: 'settled'; readonly errorBytes: number }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly sentence: string };

/** Batches handed over and not settled. */
const AHEAD = 3;

async function main(order: WorkOrder): Promise<void> {
  const tell = (message: FromWorker, transfer: ArrayBuffer[] = []) => parentPort?.postMessage(message, transfer);
  let unsettled = 0;
  let wake = (): void => undefined;
  let closed = false;
  const work = await Work.open(order);
  parentPort?.on('message', (message: ToWorker) => {
    if (message.kind === 'close') closed = true;
    else {
      tell({ kind: 'settled', errorBytes: work.settle(message.settlement) });
      unsettled -= 1;
    }
    if (closed) {
      work.close();
      parentPort?.close();
    }
    wake();
  });
  for await (const batch of work.batches()) {
    if (closed) return;
    unsettled += 1;
    tell({ kind: 'batch', batch }, transferable(batch));
    while (unsettled >= AHEAD && !closed) await new Promise<void>((resolve) => (wake = resolve));
    // Settlements are read between two batches also when nothing has to wait.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  tell({ kind: 'end' });
}

/** Each array has its buffer for itself, so all of them may move. */
function transferable({ frame, facts, origins, lines }: Batch): ArrayBuffer[] {
  return [frame, facts, origins, lines].flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}

const order: WorkOrder = workerData;
main(order).catch((problem: unknown) => {
  if (!(problem instanceof Refusal)) throw problem;
  const refused: FromWorker = { kind: 'refused', code: problem.code, sentence: problem.message };
  parentPort?.postMessage(refused);
  parentPort?.close();
});
