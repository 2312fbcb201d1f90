/**
 * The thread that reads, maps and admits an import's rows. It hands over bytes, a few batches ahead of the log, and waits
 * when more are not settled, so that memory stays flat whatever the size of the file.
 */
import { parentPort } from 'node:worker_threads';
import { Refusal, type RefusalCode } from '../domain/refusals';
import { type Batch, type Settlement, Work, type WorkOrder } from './work';

export type ToWorker =
  | { readonly kind: 'begin'; readonly order: WorkOrder }
  | { readonly kind: 'settle'; readonly settlement: Settlement }
  | { readonly kind: 'close' };

export type FromWorker =
  | { readonly kind: 'batch'; readonly batch: Batch }
  | { readonly kind: 'end' }
  | { readonly kind: 'settled'; readonly errorBytes: number }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly sentence: string };

/** Batches handed over and not settled. */
const AHEAD = 3;

/** What the thread has under way. */
interface Shift {
  work?: Work;
  unsettled: number;
  closed: boolean;
  wake: () => void;
}

const shift: Shift = { unsettled: 0, closed: false, wake: () => undefined };
const tell = (message: FromWorker, transfer: ArrayBuffer[] = []): void => parentPort?.postMessage(message, transfer);

parentPort?.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'begin':
      begin(message.order).catch(refuse);
      return;
    case 'settle':
      tell({ kind: 'settled', errorBytes: shift.work?.settle(message.settlement) ?? 0 });
      shift.unsettled -= 1;
      break;
    case 'close':
      shift.closed = true;
      shift.work?.close();
      parentPort?.close();
      break;
  }
  shift.wake();
});

async function begin(order: WorkOrder): Promise<void> {
  const work = await Work.open(order);
  shift.work = work;
  for await (const batch of work.batches()) {
    shift.unsettled += 1;
    tell({ kind: 'batch', batch }, transferable(batch));
    await room();
    if (shift.closed) return;
  }
  tell({ kind: 'end' });
}

/** Resolves at the next turn, in which settlements are read, or when there is room for another batch. */
async function room(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  while (shift.unsettled >= AHEAD && !shift.closed) {
    await new Promise<void>((resolve) => {
      shift.wake = resolve;
    });
  }
}

function refuse(problem: unknown): void {
  if (!(problem instanceof Refusal)) throw problem;
  tell({ kind: 'refused', code: problem.code, sentence: problem.message });
}

/** Each array has its buffer for itself, so all of them may move. */
function transferable({ frame, facts, origins, lines }: Batch): ArrayBuffer[] {
  return [frame, facts, origins, lines].flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}
