/**
 * One append to the server until its outcome is known. Every attempt has the same event ids and the same explicit revision,
 * so the server writes it once however often it is sent (F8, F9).
 */
import {
  type BinaryEventData,
  type EventStoreDBClient,
  MaxAppendSizeExceededError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import type { Position, Revision, StreamName } from '../store';
import { type Connection, within } from './connection';
import type { Reads } from './reads';
import { said } from './redacting';
import type { Tenant } from './stored';
import { backOff, heal, isAnswer } from './trying';

export type Sent =
  | { readonly kind: 'written'; readonly position: Position; readonly revision: Revision }
  /** The stream is not where it was believed to be. */
  | { readonly kind: 'wrong-version' }
  /** `unknown`: it may be written yet; the same ids again find out. */
  | { readonly kind: 'failed'; readonly unknown: boolean; readonly reason: string };

export class Sending {
  constructor(
    private readonly connection: Connection,
    private readonly tenant: Tenant,
    private readonly reads: Reads,
    private readonly patience: number,
  ) {}

  /** `after` is the exact revision of the stream's last event. */
  async send(stream: StreamName, after: Revision | 'none', events: BinaryEventData[]): Promise<Sent> {
    const until = performance.now() + this.patience;
    for (let attempt = 0; ; attempt++) {
      let client: EventStoreDBClient | undefined;
      try {
        client = this.connection.client;
        const { success, position, nextExpectedRevision: revision } = await this.attempt(client, stream, after, events);
        // Without throwOnAppendFailure the client reports a conflict as a result, with a wrong revision.
        if (!success) return { kind: 'wrong-version' };
        // The answer to a second attempt may name the place of the first event.
        if (attempt > 0 || !position) return await this.readBack(stream, revision);
        return { kind: 'written', position: position.commit, revision };
      } catch (problem) {
        if (problem instanceof WrongExpectedVersionError) return { kind: 'wrong-version' };
        if (isAnswer(problem)) return { kind: 'failed', unknown: false, reason: reasonOf(problem) };
        if (performance.now() >= until) return this.unknown(stream, after, events, problem);
        if (client) heal(this.connection, client, problem, attempt);
        await backOff(attempt);
      }
    }
  }

  private attempt(client: EventStoreDBClient, stream: StreamName, after: Revision | 'none', events: BinaryEventData[]) {
    const { deadline } = this.connection;
    const options = {
      expectedRevision: after === 'none' ? ('no_stream' as const) : after,
      requiresLeader: true,
      deadline,
    };
    const sending = client.appendToStream(this.tenant.streamOf(stream), events, options);
    return within(deadline, 'an append', sending);
  }

  /** The server never answered: what stands behind `after` now decides, if it can be read. */
  private async unknown(
    stream: StreamName,
    after: Revision | 'none',
    events: BinaryEventData[],
    problem: unknown,
  ): Promise<Sent> {
    const revision = (after === 'none' ? -1n : after) + BigInt(events.length);
    const reason = `the outcome is unknown, send it again with the same ids: ${said(problem)}`;
    const found = await this.reads.stream(stream, 'forwards', revision, 1).catch(() => undefined);
    const [last] = found ?? [];
    if (!last) return { kind: 'failed', unknown: true, reason };
    const id = this.tenant.eventId(last.source, last.clientId);
    if (id !== events.at(-1)?.id) return { kind: 'wrong-version' };
    return { kind: 'written', position: last.position, revision };
  }

  private async readBack(stream: StreamName, revision: Revision): Promise<Sent> {
    const [last] = (await this.reads.stream(stream, 'forwards', revision, 1)) ?? [];
    if (!last) throw new Error('what the server said it wrote is not there');
    return { kind: 'written', position: last.position, revision };
  }
}

function reasonOf(problem: unknown): string {
  if (problem instanceof MaxAppendSizeExceededError) {
    return `an append has at most ${problem.maxAppendSize} bytes on this server (MaxAppendSize)`;
  }
  return `the server refused the append: ${said(problem)}`;
}
