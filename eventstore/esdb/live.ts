/**
 * Says when something was appended by whom ever: a subscription with the tenant's filter on the server. It only rings; what
 * there is to read is read. So a subscription that ends, lies or falls silent costs time and never an event (F6).
 */
import type { AllStreamSubscription } from '@eventstore/db-client';
import type { Bell } from '../follow';
import { type Connection, Expired } from './connection';
import type { Tenant } from './stored';
import { backOff, heal } from './trying';

/** Milliseconds without a sign of life after which a subscription is taken for dead. */
const SILENCE = 10_000;

export class Live {
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly tenant: Tenant,
    private readonly bell: Bell,
    private readonly silence = SILENCE,
  ) {}

  /** From the first follower on. */
  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const { client } = this.connection;
      try {
        const subscription = client.subscribeToAll({
          fromPosition: 'end',
          filter: { filterOn: 'streamName', prefixes: [this.tenant.prefix], checkpointInterval: 1 },
          requiresLeader: true,
        });
        await this.listen(subscription, () => {
          attempt = 0;
        });
      } catch (problem) {
        heal(this.connection, client, problem, attempt);
      }
      // What came while nobody listened is there to be read.
      this.bell.ring();
      await backOff(attempt, signal).catch(() => {});
    }
  }

  /** Until the subscription ends, in whatever way. Rejects where it failed or fell silent. */
  private listen(subscription: AllStreamSubscription, lives: () => void): Promise<void> {
    const { signal } = this.ending;
    let timer: NodeJS.Timeout | undefined;
    let stop = () => {};
    return new Promise<void>((resolve, reject) => {
      stop = resolve;
      timer = setTimeout(() => reject(new Expired('a subscription', this.silence)), this.silence);
      const heard = () => {
        timer?.refresh();
        lives();
        this.bell.ring();
      };
      subscription.on('confirmation', heard);
      subscription.on('data', heard);
      subscription.on('error', reject);
      subscription.on('end', resolve);
      subscription.on('close', resolve);
      signal.addEventListener('abort', stop);
    }).finally(() => {
      clearTimeout(timer);
      // What is heard from now on shall not wind it up again.
      timer = undefined;
      signal.removeEventListener('abort', stop);
      subscription.removeAllListeners('data');
      subscription.unsubscribe().catch(() => {});
    });
  }
}
