/**
 * One append to the server until its outcome is known. Every attempt has the same event ids and the same explicit revision,
 * so the server writes it once however often it is sent (F8, F9).
 */
import type { BinaryEventData } from '@eventstore/db-client';
import { type Failed, isUnreachable, LogError, type Revision, type StreamName } from '../store';
import type { Answer, BatchingClient } from './batching';
import { type Connection, within } from './connection';
import type { Reads } from './reads';
import { said } from './redacting';
import type { Tenant } from './stored';
import { backOff, heal } from './trying';

export type Sent = Exclude<Answer, { kind: 'refused' }> | Failed;

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
    // An attempt without an answer may have been written: no later one may say that nothing was.
    let unanswered = false;
    const failed = (reason: string): Failed => ({ kind: 'failed', reason, ...(unanswered && { away: true }) });
    for (let attempt = 0; ; attempt++) {
      let client: BatchingClient | undefined;
      try {
        client = this.connection.client;
        const answer = await this.attempt(client, stream, after, events);
        if (answer.kind === 'refused') return failed(answer.reason);
        // The answer to a second attempt may name the place of the first event.
        if (answer.kind === 'written' && attempt > 0) return await this.readBack(stream, answer.revision);
        return answer;
      } catch (problem) {
        if (problem instanceof LogError && !isUnreachable(problem)) return failed(said(problem));
        unanswered ||= client !== undefined;
        if (performance.now() >= until) return this.unknown(stream, after, events, problem);
        if (client) heal(this.connection, client, problem, attempt);
        await backOff(attempt);
      }
    }
  }

  private attempt(
    client: BatchingClient,
    stream: StreamName,
    after: Revision | 'none',
    events: BinaryEventData[],
  ): Promise<Answer> {
    const { deadline } = this.connection;
    return within(deadline, 'an append', client.batchAppend(this.tenant.streamOf(stream), after, events, deadline));
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
    if (!last) return { kind: 'failed', reason, away: true };
    if (last.id !== events.at(-1)?.id) return { kind: 'wrong-version' };
    return { kind: 'written', position: last.position, revision };
  }

  private async readBack(stream: StreamName, revision: Revision): Promise<Sent> {
    const [last] = (await this.reads.stream(stream, 'forwards', revision, 1)) ?? [];
    if (!last) throw new Error('what the server said it wrote is not there');
    return { kind: 'written', position: last.position, revision };
  }
}
