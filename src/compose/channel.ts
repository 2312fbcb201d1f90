/** Asking another thread: each request has a number and one answer, and the thread may tell things unasked. */
import { join } from 'node:path';
import { parentPort, type ResourceLimits, Worker } from 'node:worker_threads';
import { pause } from '../app/waking';
import { reasonOf, Refusal, type RefusalCode } from '../domain/refusals';

/** What passes between two threads. */
export interface Protocol {
  readonly request: unknown;
  readonly answer: unknown;
  readonly told: unknown;
}

/** Without a number where no answer is waited for. */
interface Asked<P extends Protocol> {
  readonly id?: number;
  readonly request: P['request'];
}

type Said<P extends Protocol> =
  | { readonly kind: 'told'; readonly told: P['told'] }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: P['answer'] }
  /** `code` of a refusal, beside its sentence. */
  | { readonly kind: 'failed'; readonly id: number; readonly error: string; readonly code?: RefusalCode };

/** Compiled code only runs in a thread: under a test runner that loads TypeScript, the build beside it is taken. */
const scripts = __filename.endsWith('.ts')
  ? join(__dirname, '..', '..', 'dist', 'src', 'workers')
  : join(__dirname, '..', 'workers');

/** The first request of every thread; its answer says that it is ready. */
const START = 0;
/**
 * Milliseconds that a thread may take to end; one that is not ready hears nothing. It can be ended at any moment, as by a crash,
 * and one whose store is away, or hangs, would keep the process for as long.
 */
const PATIENCE = { starting: 2_000, ready: 10_000 };

export interface Thread {
  /** File in src/workers, without its ending. */
  readonly script: string;
  /** For messages: the thread that … */
  readonly does: string;
  readonly data: unknown;
  readonly limits?: ResourceLimits;
}

export class Channel<P extends Protocol> {
  private readonly worker: Worker;
  private readonly waiting = new Map<
    number,
    { readonly resolve: (answer: P['answer']) => void; readonly reject: (problem: Error) => void }
  >();
  private asked = START;
  private ended: string | undefined;
  private ready = false;
  /** Resolves when the thread is ready. */
  readonly started: Promise<P['answer']>;

  constructor(
    private readonly thread: Thread,
    private readonly onTold: (told: P['told']) => void,
    private readonly onEnd: (reason: string) => void,
  ) {
    const { script, data, limits } = thread;
    this.worker = new Worker(join(scripts, `${script}.js`), {
      workerData: data,
      ...(limits && { resourceLimits: limits }),
    });
    this.started = this.expect(START);
    this.started.then(
      () => (this.ready = true),
      () => undefined,
    );
    this.worker.on('message', (said: Said<P>) => this.hear(said));
    this.worker.on('error', (problem) => this.end(`${this.name} failed: ${reasonOf(problem)}`));
    this.worker.on('exit', () => this.end(`${this.name} has ended`));
  }

  ask(request: P['request']): Promise<P['answer']> {
    if (this.ended !== undefined) return Promise.reject(new Error(`${this.name} has ended`));
    this.asked += 1;
    const answer = this.expect(this.asked);
    this.post({ id: this.asked, request });
    return answer;
  }

  /** Asks for one member of the answer. */
  async askFor<T>(request: P['request'], member: (answer: P['answer']) => T | undefined): Promise<T> {
    const found = member(await this.ask(request));
    if (found === undefined) throw new Error(`${this.name} answered something else`);
    return found;
  }

  tell(request: P['request']): void {
    this.post({ request });
  }

  /** Asks for `request` as the last thing. A thread that waits for its stores is ended after a while. */
  async stop(request: P['request']): Promise<void> {
    if (this.ended !== undefined) return;
    const deaf = new AbortController();
    const answered = this.ask(request).finally(() => deaf.abort());
    // It may answer, or fail, behind its time.
    answered.catch(() => undefined);
    await Promise.race([answered, pause(this.ready ? PATIENCE.ready : PATIENCE.starting, deaf.signal)]);
    await this.worker.terminate();
  }

  private get name(): string {
    return `the thread that ${this.thread.does}`;
  }

  private post(asked: Asked<P>): void {
    this.worker.postMessage(asked);
  }

  private expect(id: number): Promise<P['answer']> {
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  private hear(said: Said<P>): void {
    if (said.kind === 'told') return this.onTold(said.told);
    const waiting = this.waiting.get(said.id);
    this.waiting.delete(said.id);
    if (said.kind === 'answer') return waiting?.resolve(said.answer);
    waiting?.reject(said.code ? new Refusal(said.code, said.error) : new Error(said.error));
  }

  private end(reason: string): void {
    if (this.ended !== undefined) return;
    this.ended = reason;
    this.onEnd(reason);
    for (const { reject } of this.waiting.values()) reject(new Error(reason));
    this.waiting.clear();
  }
}

/** The other side, in the thread: answers what is asked, the start first. */
export class Answering<P extends Protocol> {
  tell(told: P['told']): void {
    this.say({ kind: 'told', told });
  }

  async begin(start: () => Promise<P['answer']>, act: (request: P['request']) => Promise<P['answer']>): Promise<void> {
    parentPort?.on('message', ({ id, request }: Asked<P>) => void this.answer(id, () => act(request)));
    await this.answer(START, start);
  }

  /** Nothing more is heard; what was said still arrives. */
  end(): void {
    parentPort?.close();
  }

  private async answer(id: number | undefined, act: () => Promise<P['answer']>): Promise<void> {
    try {
      const answer = await act();
      if (id !== undefined) this.say({ kind: 'answer', id, answer });
    } catch (problem) {
      if (id === undefined) throw problem;
      const error = reasonOf(problem);
      this.say({ kind: 'failed', id, error, ...(problem instanceof Refusal && { code: problem.code }) });
    }
  }

  private say(said: Said<P>): void {
    parentPort?.postMessage(said);
  }
}
