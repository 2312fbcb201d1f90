/**
 * The writing thread: takes what waits, commits it, answers, and takes again; no timer. It is the only connection that
 * ever writes to log.db, and it receives bytes, never objects.
 */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { closeWritten, limitPages, openDatabase } from '../sqlite';
import type { Position } from '../store';
import { Committer } from './commit';
import { eventsIn } from '../frames';
import { logFile } from './schema';

export interface WriterStart {
  readonly folder: string;
  readonly firstPosition: Position;
  readonly maxPages?: number;
}

/** A frame of appends, or a word about the thread itself. */
export type ToWriter = Uint8Array | { readonly maxPages: number } | 'close';
export type FromWriter = Uint8Array | 'ready';

/** What waits behind a commit of this many events waits some hundredths of a second. A single append may hold more. */
const EVENTS_A_COMMIT = 5_000;

function serve(port: MessagePort, start: WriterStart): void {
  const db = openDatabase(logFile(start.folder), { maxPages: start.maxPages });
  const committer = new Committer(db, start.firstPosition);
  const answer = (frames: readonly Uint8Array[]) => {
    const outcomes = committer.commit(frames);
    port.postMessage(outcomes, [outcomes.buffer as ArrayBuffer]);
  };
  port.on('message', (first: ToWriter) => {
    let message: ToWriter | undefined = first;
    while (message !== undefined) {
      const { frames, next } = take(port, message);
      if (frames.length > 0) answer(frames);
      if (next === 'close') {
        closeWritten(db);
        port.close();
        return;
      }
      if (next && 'maxPages' in next) {
        limitPages(db, next.maxPages);
        message = receive(port);
      } else message = next ?? receive(port);
    }
  });
  port.postMessage('ready');
}

/** The frames that wait, up to a commit's worth, and the message, if any, that is not for this commit. */
function take(port: MessagePort, first: ToWriter): { frames: Uint8Array[]; next?: ToWriter } {
  const frames: Uint8Array[] = [];
  let events = 0;
  for (let message: ToWriter | undefined = first; message !== undefined; message = receive(port)) {
    if (!(message instanceof Uint8Array)) return { frames, next: message };
    events += eventsIn(message);
    if (frames.length > 0 && events > EVENTS_A_COMMIT) return { frames, next: message };
    frames.push(message);
  }
  return { frames };
}

const receive = (port: MessagePort): ToWriter | undefined =>
  receiveMessageOnPort(port)?.message as ToWriter | undefined;

if (parentPort) serve(parentPort, workerData as WriterStart);
