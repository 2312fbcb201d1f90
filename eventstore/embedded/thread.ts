/**
 * The main thread's end of the writer: gathers the appends of one turn of the event loop into a message, holds callers
 * back while too much is on its way, and hands each caller its own outcomes.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Append, LogError, type Outcome } from '../store';
import { appendsIn, packAppends, roomForAppend, unpackOutcomes } from '../frames';
import type { FromWriter, ToWriter, WriterStart } from './writer';

/** Bytes handed to the writer and not yet answered; beyond this, appends wait for their turn. */
const MAX_IN_FLIGHT = 64 * 1024 * 1024;

/** Events of one message, so that no commit grows long; a single larger append is a message of its own. */
const FRAME_EVENTS = 5_000;

interface Waiting {
  /** Packed already, or yet to be. */
  readonly what: Uint8Array | readonly Append[];
  /** How many appends. */
  readonly count: number;
  /** Bytes that they take on the way. */
  readonly room: number;
  readonly outcomes: Outcome[];
  readonly resolve: (outcomes: readonly Outcome[]) => void;
  readonly reject: (error: unknown) => void;
}

export interface WriterEvents {
  /** After each commit that changed the log. */
  readonly onCommit: () => void;
  /** The thread ended though nobody closed it; appends reject from now on. */
  readonly onDeath: () => void;
}

export class WriterThread {
  /** Not sent yet: gathered in this turn, or held back. */
  private queued: Waiting[] = [];
  /** Sent, in the order in which the answers come. */
  private sent: Waiting[] = [];
  private inFlight = 0;
  private scheduled = false;
  private dead: LogError | undefined;
  private idle: () => void = () => {};
  private closing = false;
  private readonly exited: Promise<void>;

  private constructor(
    private readonly worker: Worker,
    private readonly events: WriterEvents,
  ) {
    let cause: unknown;
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('message', (message: FromWriter) => {
      if (message instanceof Uint8Array) this.answered(message);
    });
    this.exited = new Promise((resolve) => {
      worker.once('exit', () => {
        this.die(cause);
        resolve();
      });
    });
  }

  /** Resolves when the thread has opened the log; rejects with its error when it could not. */
  static async start(start: WriterStart, events: WriterEvents): Promise<WriterThread> {
    const worker = new Worker(compiled('writer.js'), { workerData: start });
    const thread = new WriterThread(worker, events);
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the writer thread ended with ${code} before it was ready`)));
    });
    return thread;
  }

  /** Outcomes of `appends`, in their order, once they are durable. Rejects when the thread is gone. */
  send(appends: readonly Append[]): Promise<readonly Outcome[]> {
    if (this.dead) return Promise.reject(this.dead);
    if (appends.length === 0) return Promise.resolve([]);
    let room = 0;
    for (const append of appends) room += roomForAppend(append);
    return this.enqueue(appends, appends.length, room);
  }

  /** The same of a frame, which is copied. */
  sendFrame(frame: Uint8Array): Promise<readonly Outcome[]> {
    if (this.dead) return Promise.reject(this.dead);
    const count = appendsIn(frame);
    return count === 0 ? Promise.resolve([]) : this.enqueue(frame, count, frame.length);
  }

  private enqueue(what: Waiting['what'], count: number, room: number): Promise<readonly Outcome[]> {
    return new Promise((resolve, reject) => {
      this.queued.push({ what, count, room, outcomes: [], resolve, reject });
      this.schedule();
    });
  }

  limitPages(maxPages: number): void {
    this.flush();
    this.post({ maxPages });
  }

  /** Resolves when everything sent before has its outcome, or the thread is gone. */
  async drained(): Promise<void> {
    if (this.dead || this.queued.length + this.sent.length === 0) return;
    await new Promise<void>((resolve) => {
      this.idle = resolve;
    });
  }

  /** To be called once, drained: closes the file and ends the thread. */
  async close(): Promise<void> {
    this.closing = true;
    if (!this.dead) this.post('close');
    await this.exited;
  }

  /** Ends the thread at once, as a crash would: for tests. */
  async kill(): Promise<void> {
    await this.worker.terminate();
    await this.exited;
  }

  /** After the poll phase, so that all requests which came in together become one message. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  private flush(): void {
    let ready = 0;
    while (ready < this.queued.length) {
      const { room } = this.queued[ready] as Waiting;
      if (this.inFlight > 0 && this.inFlight + room > MAX_IN_FLIGHT) break;
      this.inFlight += room;
      ready += 1;
    }
    if (ready === 0) return;
    const going = this.queued.splice(0, ready);
    for (const waiting of going) this.sent.push(waiting);
    for (const frame of framesOf(going)) this.post(frame);
  }

  private answered(message: Uint8Array): void {
    let done = 0;
    let changed = false;
    for (const outcome of unpackOutcomes(message)) {
      const waiting = this.sent[done] as Waiting;
      waiting.outcomes.push(outcome);
      changed ||= outcome.kind === 'appended';
      if (waiting.outcomes.length < waiting.count) continue;
      this.inFlight -= waiting.room;
      waiting.resolve(waiting.outcomes);
      done += 1;
    }
    this.sent.splice(0, done);
    if (changed) this.events.onCommit();
    if (this.queued.length > 0) this.schedule();
    else if (this.sent.length === 0) this.idle();
  }

  private die(cause: unknown): void {
    this.dead = new LogError('closed', this.closing && !cause ? 'this log is closed' : deathNote(cause));
    const lost = [...this.sent, ...this.queued];
    this.sent = [];
    this.queued = [];
    for (const { reject } of lost) reject(this.dead);
    this.idle();
    this.events.onDeath();
  }

  private post(message: ToWriter): void {
    this.worker.postMessage(message, message instanceof Uint8Array ? [message.buffer as ArrayBuffer] : []);
  }
}

function deathNote(cause: unknown): string {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return `the writing thread of this log ended${why}; whether its last appends are stored is unknown: open the log again and send them with the same ids`;
}

/** In the order in which they wait. Each has its buffer for itself. */
function* framesOf(waiting: readonly Waiting[]): Generator<Uint8Array> {
  let appends: Append[] = [];
  let [room, events] = [0, 0];
  const packed = (): Buffer[] => {
    const frames = events > 0 ? [packAppends(appends, room)] : [];
    appends = [];
    [room, events] = [0, 0];
    return frames;
  };
  for (const one of waiting) {
    if (one.what instanceof Uint8Array) {
      yield* packed();
      yield new Uint8Array(one.what);
      continue;
    }
    for (const append of one.what) {
      if (events + append.events.length > FRAME_EVENTS) yield* packed();
      appends.push(append);
      room += one.count === 1 ? one.room : roomForAppend(append);
      events += append.events.length;
    }
  }
  yield* packed();
}

/** Jest transforms nothing inside a worker: tests that run from .ts files use the compiled thread. */
export const compiled = (name: string): string =>
  __filename.endsWith('.ts') ? join(__dirname, '../../dist/eventstore/embedded', name) : join(__dirname, name);
