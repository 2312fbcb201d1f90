/**
 * Says when something was appended by anybody: a subscription with the tenant's filter on the server, on a client of its own.
 * It only rings, once: what there is to read is read, and only when nothing comes any more is it opened again. A server drops
 * who listens slowly, and one that carries every event of a flood is paid for twice. So a subscription that ends, lies or falls
 * silent costs time and never an event (F6), and renews nothing that others use.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AccessDeniedError } from '@eventstore/db-client';
import type { Bell } from '../follow';
import type { Position } from '../store';
import type { ServerClient } from './client';
import type { Connection } from './connection';
import { subscriptionToPrefix } from './read-requests';
import { said } from './redacting';
import type { Tenant } from './stored';
import { backOff } from './trying';

export interface LiveOptions {
  /** Milliseconds without a sign of life after which a subscription is opened again, and the log is looked at. */
  readonly silence?: number;
  /** Told why no subscription is to be had, so that the log is asked each second; `undefined` once there is one again. */
  readonly onListening?: (trouble: string | undefined) => void;
}

const SILENCE = 10_000;
/** Milliseconds in which a subscription is to be confirmed. */
const CONFIRMED_WITHIN = 1_000;
/** Of polls while no subscription is to be had. */
const POLL = 1_000;
/** Of polls after a ring, from the shortest to the longest. */
const SHORTEST_POLL = 5;
const LONGEST_POLL = 80;
/** Nothing was written or read for so long: only then is a subscription opened again. Who listens under a flood is dropped. */
const STILL = 1_000;
const HUSHED = 'this node writes';

/** What this node does: polling ends when nothing comes any more. */
export interface Activity {
  /** How far the log was read. */
  readonly position: () => Position;
  readonly isWriting: () => boolean;
}

export class Live {
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  private trouble: string | undefined;
  private listening: AbortController | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly tenant: Tenant,
    private readonly bell: Bell,
    private readonly activity: Activity,
    private readonly options: LiveOptions = {},
  ) {}

  /** From the first follower on. */
  start(): void {
    this.running ??= this.run();
  }

  /** This node is about to write: what it writes it knows, and a subscription that heard of all of it would be dropped. */
  hush(): void {
    this.listening?.abort(HUSHED);
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    for (let attempt = 0; !signal.aborted; ) {
      await this.pollUntilStill();
      if (signal.aborted) return;
      const heard = await this.listen(attempt);
      attempt = heard ? 0 : attempt + 1;
      // What came while nobody listened is there to be read.
      this.bell.ring();
      if (!heard) await sleep(POLL, undefined, { signal }).catch(() => {});
    }
  }

  /** After a ring more is likely to come at once: asking costs less than opening a subscription for each event. */
  private async pollUntilStill(): Promise<void> {
    const { signal } = this.ending;
    const { position, isWriting } = this.activity;
    let [seen, at] = [position(), performance.now()];
    for (let wait = SHORTEST_POLL; performance.now() - at < STILL && !signal.aborted; ) {
      await sleep(wait, undefined, { signal }).catch(() => {});
      this.bell.ring();
      const now = position();
      const still = now === seen && !isWriting();
      wait = still ? Math.min(wait * 2, LONGEST_POLL) : SHORTEST_POLL;
      if (!still) [seen, at] = [now, performance.now()];
    }
  }

  /** Until the first ring, silence or the end of the subscription. False where none was to be had. */
  private async listen(attempt: number): Promise<boolean> {
    const { connection, tenant, options } = this;
    const { silence = SILENCE } = options;
    let confirmed = false;
    let client: ServerClient | undefined;
    const over = new AbortController();
    this.listening = over;
    const stop = () => over.abort();
    this.ending.signal.addEventListener('abort', stop);
    const unconfirmed = setTimeout(stop, CONFIRMED_WITHIN);
    try {
      await connection.use(
        attempt,
        (one) =>
          one.read({
            request: subscriptionToPrefix(tenant.prefix),
            deadline: silence,
            endless: true,
            signal: over.signal,
            take: (message) => {
              if (message.kind === 'confirmation') {
                confirmed = true;
                clearTimeout(unconfirmed);
                connection.well();
                this.tell(undefined);
                // Something may have come between the last look and now.
                this.bell.ring();
              }
              return message.kind !== 'record';
            },
          }),
        (one) => (client = one),
      );
      if (over.signal.reason === HUSHED) return true;
      if (!confirmed && !this.ending.signal.aborted) {
        connection.failed(client, new Error('unconfirmed'), attempt);
        this.tell('the server does not confirm a subscription');
      }
    } catch (problem) {
      // One that was confirmed may end in any way: dropped, cut, fallen silent. Only one that never began makes the client anew.
      if (!confirmed) {
        if (!(problem instanceof AccessDeniedError)) connection.failed(client, problem, attempt);
        this.tell(said(problem));
      }
    } finally {
      this.listening = undefined;
      clearTimeout(unconfirmed);
      this.ending.signal.removeEventListener('abort', stop);
    }
    if (confirmed) await backOff(0, Infinity, this.ending.signal).catch(() => {});
    return confirmed;
  }

  private tell(trouble: string | undefined): void {
    const told = trouble && `no live subscription is to be had, the log is asked each second: ${trouble}`;
    if (told === this.trouble) return;
    this.trouble = told;
    try {
      this.options.onListening?.(told);
    } catch {
      // Whoever listens to this must not end the listening.
    }
  }
}
