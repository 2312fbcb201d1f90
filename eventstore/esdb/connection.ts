/**
 * The client of EventStoreDB, kept usable: it is made anew where its own state is broken for ever, every call has a deadline
 * that is ours, and nothing it says leaves here with a secret in it.
 */
import { AccessDeniedError } from '@eventstore/db-client';
import { Hindered, hindranceIn } from '../hindrance';
import { LogError } from '../store';
import { BatchingClient } from './batching';
import { knock } from './knocking';
import { said, withoutIdleOptions } from './redacting';

/** The call did not answer in time: what became of it is unknown. */
export class Expired extends Error {
  constructor(what: string, ms: number) {
    super(`${what} did not answer within ${ms} ms`);
    this.name = 'Expired';
  }
}

/** Rejects with `Expired` after `ms`; what `work` does later is nobody's business any more. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Expired(what, ms)), ms);
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}

export class Connection {
  private current: BatchingClient;
  private closing = false;
  private readonly leaving = new Set<Promise<void>>();

  private readonly text: string;

  /** `whole`: the connection string. `deadline`: milliseconds that one call may take. */
  constructor(
    whole: string,
    readonly deadline: number,
  ) {
    const { text, idle } = withoutIdleOptions(whole);
    this.text = text;
    if (idle.length > 0) {
      const names = idle.join(', ');
      process.emitWarning(`the client of EventStoreDB has no option ${names}; certificates are named with tlsCAFile`);
    }
    const insecure = /[?&]tls=false\b/i.test(text);
    if (insecure && /:\/\/[^/?]*@/.test(text)) {
      // The client drops them without a word.
      process.emitWarning('the connection string has tls=false: its user and password are not sent to EventStoreDB');
    }
    this.current = this.open();
  }

  get client(): BatchingClient {
    if (this.closing) throw new LogError('closed', 'this log is closed');
    return this.current;
  }

  /** Whether its calls were not cancelled when somebody else gave it up. */
  uses(client: BatchingClient): boolean {
    return !this.closing && client === this.current;
  }

  /** For a client that will not recover by itself: `failed` is replaced unless somebody else was faster. Never throws. */
  renew(failed: BatchingClient): void {
    if (this.closing || failed !== this.current) return;
    try {
      this.current = this.open();
    } catch {
      // Its files are read again, and may be missing while somebody replaces them: the next failure tries anew.
      return;
    }
    this.dispose(failed);
  }

  /** What `problem` comes of, where trying again would not help; `undefined` where it may. */
  async hindrance(problem: unknown): Promise<Hindered | undefined> {
    const found = problem instanceof AccessDeniedError ? 'credentials' : await knock(this.text);
    return found && new Hindered(found);
  }

  async close(): Promise<void> {
    if (!this.closing) this.dispose(this.current);
    this.closing = true;
    await Promise.all(this.leaving);
  }

  private open(): BatchingClient {
    try {
      return BatchingClient.open(this.text);
    } catch (problem) {
      // The client's words about a string that it cannot read may be a part of the password.
      throw new Hindered(/certificate/.test(said(problem)) ? 'file' : (hindranceIn(problem) ?? 'string'));
    }
  }

  private dispose(client: BatchingClient): void {
    const gone = within(this.deadline, 'leaving', client.dispose()).catch(() => {});
    this.leaving.add(gone);
    void gone.then(() => this.leaving.delete(gone));
  }
}
