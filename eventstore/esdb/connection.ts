/**
 * The client of EventStoreDB, kept usable: it is made anew where its own state is broken for ever, one at a time, and one that
 * is given up ends only when the calls on it have. Nothing it says leaves here with a secret in it.
 */
import { AccessDeniedError, CancelledError, NotLeaderError, UnavailableError } from '@eventstore/db-client';
import { Hindered, hindranceIn } from '../hindrance';
import { LogError } from '../store';
import { ServerClient } from './client';
import { isCluster, leaderOf } from './endpoints';
import { knock } from './knocking';
import { said, withoutIdleOptions } from './redacting';
import { within } from './within';

/** A client and the calls that are under way on it. */
interface Held {
  readonly client: ServerClient;
  calls: number;
  retired: boolean;
}

export interface ConnectionOptions {
  /** Milliseconds that one call may take. */
  readonly deadline: number;
  /** Milliseconds of trouble after which the server counts as away, and who asks hears it after one try. */
  readonly patience: number;
}

/** Milliseconds: a server that said something so short a while ago is slow, one that did not hangs. */
const SILENT = 3_000;
const SHORT_DEADLINE = 2_000;
/** Between two clients that are made because somebody gave up. */
const ANEW = 500;
/** Of a try while the server is known to be away. */
const LOOK = 1_000;
const LONGEST_DEADLINE = 20_000;
/** The client opens its next channel by itself after these, unless the same client meets them again and again. */
const HEALS_UP_TO = 3;

export class Connection {
  /** How often the client was made anew. */
  renewals = 0;
  /** A connection was lost since the log's place on the server was looked at last. */
  suspect = false;
  readonly times: ConnectionOptions;
  private held: Held | undefined;
  private opening: Promise<Held> | undefined;
  private closing = false;
  private readonly leaving = new Set<Promise<void>>();
  private readonly retired = new Set<Held>();
  private readonly text: string;
  private readonly cluster: boolean;
  /** Some node of the cluster has said who leads. */
  private found = false;
  private troubledSince: number | undefined;

  /** `whole`: the connection string. Throws `Hindered` where the client cannot read it, or a file that it names. */
  constructor(whole: string, times: ConnectionOptions) {
    this.times = times;
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
    this.cluster = this.readable(() => isCluster(text));
    if (!this.cluster) this.held = this.hold(this.readable(() => ServerClient.open(text)));
    else this.readable(() => ServerClient.open(text));
  }

  /** Calls the server once. `attempt` counts from 0; `deadline` is what this try may take. */
  async use<T>(
    attempt: number,
    call: (client: ServerClient, deadline: number) => Promise<T>,
    tried: (client: ServerClient) => void = () => {},
  ): Promise<T> {
    const held = await this.current();
    tried(held.client);
    held.calls += 1;
    try {
      return await call(held.client, this.deadlineOf(held.client, attempt));
    } finally {
      held.calls -= 1;
      if (held.retired) this.endWhereIdle(held);
    }
  }

  /** The server has answered, whatever it said. */
  well(): void {
    this.troubledSince = undefined;
  }

  /** Calls that failed without an answer. */
  failures = 0;
  private gaveUpAt = -Infinity;

  /** A call failed without an answer. `client` is absent where none could be opened. Never throws. */
  failed(client: ServerClient | undefined, problem: unknown, attempt: number): void {
    this.failures += 1;
    this.troubledSince ??= performance.now();
    this.suspect = true;
    if (client === undefined || problem instanceof NotLeaderError) return;
    const heals = problem instanceof UnavailableError || problem instanceof CancelledError;
    if (heals && !this.cluster && attempt % HEALS_UP_TO !== HEALS_UP_TO - 1) return;
    this.renew(client);
  }

  /**
   * A client that was refused waits before it connects again, and says the old refusal meanwhile. Who would give up on it makes
   * it anew, and may try once more where this says so.
   */
  gaveUp(client: ServerClient | undefined): boolean {
    const now = performance.now();
    if (client === undefined || this.cluster || now - this.gaveUpAt < ANEW) return false;
    this.gaveUpAt = now;
    this.renew(client);
    return true;
  }

  /** The server has been in trouble for longer than anybody waits: who asks now hears of it at once. */
  get isAway(): boolean {
    return this.troubledSince !== undefined && performance.now() - this.troubledSince > this.times.patience;
  }

  get isClosed(): boolean {
    return this.closing;
  }

  /** What `problem` comes of, where trying again would not help; `undefined` where it may. */
  async hindrance(problem: unknown): Promise<Hindered | undefined> {
    const found = problem instanceof AccessDeniedError ? 'credentials' : await knock(this.text);
    return found && new Hindered(found);
  }

  async close(): Promise<void> {
    this.closing = true;
    const last = this.held ?? (await this.opening?.catch(() => undefined));
    this.held = undefined;
    for (const held of [...(last ? [last] : []), ...this.retired]) this.end(held);
    await Promise.all(this.leaving);
  }

  /** For a client that will not recover by itself, unless somebody else was faster. */
  private renew(failed: ServerClient): void {
    const { held } = this;
    if (this.closing || held?.client !== failed) return;
    let next: Held | undefined;
    try {
      if (!this.cluster) next = this.hold(ServerClient.open(this.text));
    } catch {
      // Its files are read again, and may be missing while somebody replaces them: the next failure tries anew.
      return;
    }
    this.renewals += 1;
    this.held = next;
    held.retired = true;
    this.retired.add(held);
    this.endWhereIdle(held);
  }

  private current(): Promise<Held> | Held {
    if (this.closing) throw new LogError('closed', 'this log is closed');
    if (this.held) return this.held;
    this.opening ??= this.lookForLeader().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  private async lookForLeader(): Promise<Held> {
    const leader = await leaderOf(this.text).catch(async (problem: unknown) => {
      // What keeps a node from its cluster from the start will until somebody mends it.
      throw (this.found ? undefined : await this.hindrance(problem)) ?? problem;
    });
    this.found = true;
    const held = this.hold(ServerClient.open(leader));
    if (this.closing) this.end(held);
    else this.held = held;
    return held;
  }

  private hold(client: ServerClient): Held {
    return { client, calls: 0, retired: false };
  }

  /** A link that is slow is given more time with each try, a server that says nothing less. */
  private deadlineOf(client: ServerClient, attempt: number): number {
    if (this.isAway) return Math.min(this.times.deadline, LOOK);
    if (attempt === 0) return this.times.deadline;
    const silent = performance.now() - client.heardAt > SILENT;
    return silent
      ? Math.min(this.times.deadline, SHORT_DEADLINE)
      : Math.min(this.times.deadline * 2 ** attempt, Math.max(this.times.deadline, LONGEST_DEADLINE));
  }

  private readable<T>(open: () => T): T {
    try {
      return open();
    } catch (problem) {
      // The client's words about a string that it cannot read may be a part of the password.
      throw new Hindered(/certificate/.test(said(problem)) ? 'file' : (hindranceIn(problem) ?? 'string'));
    }
  }

  private endWhereIdle(held: Held): void {
    if (held.calls === 0) this.end(held);
  }

  private end(held: Held): void {
    this.retired.delete(held);
    const gone = within(this.times.deadline, 'leaving', held.client.end()).catch(() => {});
    this.leaving.add(gone);
    void gone.then(() => this.leaving.delete(gone));
  }
}
