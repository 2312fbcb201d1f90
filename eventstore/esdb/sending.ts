/**
 * One append to the server until its outcome is known. Every attempt has the same event ids and the same explicit revision,
 * so the server writes it once however often it is sent (F8, F9).
 */
import { AccessDeniedError, type BinaryEventData } from '@eventstore/db-client';
import type { Failed, Revision, StreamName } from '../store';
import type { Answer, Refused } from './append-messages';
import type { ServerClient } from './client';
import type { Connection } from './connection';
import { away, codeOf, failed, notSent } from './outcomes';
import type { Reads } from './reads';
import { said } from './redacting';
import type { Tenant } from './stored';
import { answerOf, backOff, mayPass } from './trying';
import { within } from './within';

export type Sent = Exclude<Answer, { kind: 'refused' }> | (Failed & { readonly why?: Refused });

/** What is sent: `after` is the exact revision of the stream's last event, `until` a moment of performance.now(). */
export interface Parcel {
  readonly stream: StreamName;
  readonly after: Revision | 'none';
  readonly events: readonly BinaryEventData[];
  readonly until: number;
}

export class Sending {
  /** Appends that were sent more than once. */
  repeats = 0;

  constructor(
    private readonly connection: Connection,
    private readonly tenant: Tenant,
    private readonly reads: Reads,
  ) {}

  async send(parcel: Parcel): Promise<Sent> {
    const { connection } = this;
    // An attempt without an answer may have been written: no later one may say that nothing was.
    let unanswered = false;
    for (let attempt = 0; ; attempt++) {
      let client: ServerClient | undefined;
      try {
        const answer = await connection.use(
          attempt,
          (one, deadline) => this.attempt(one, parcel, deadline),
          (one) => (client = one),
        );
        connection.well();
        return answer.kind === 'refused' ? { ...refusedAs(answer), ...(unanswered && AWAY) } : answer;
      } catch (problem) {
        const answer = answerOf(problem, attempt);
        if (answer) return { ...failed(said(answer)), ...codeOf(answer), ...(unanswered && AWAY) };
        unanswered ||= client !== undefined && !(problem instanceof AccessDeniedError);
        if (!mayPass(connection, { client, problem, attempt, until: parcel.until }))
          return unanswered ? this.unknown(parcel, problem) : notSent(problem);
        this.repeats += 1;
        await backOff(attempt, parcel.until);
      }
    }
  }

  private attempt(client: ServerClient, { stream, after, events }: Parcel, deadline: number): Promise<Answer> {
    return within(deadline, 'an append', client.batchAppend(this.tenant.streamOf(stream), after, events));
  }

  /** The server never answered: what stands behind `after` now decides, if it can be read in one try. */
  private async unknown({ stream, after, events }: Parcel, problem: unknown): Promise<Sent> {
    const revision = (after === 'none' ? -1n : after) + BigInt(events.length);
    const last = await this.reads.standing(stream, revision, performance.now()).catch(() => undefined);
    if (!last) return away(`the outcome is unknown, send it again with the same ids: ${said(problem)}`);
    if (last.id !== events.at(-1)?.id) return { kind: 'wrong-version' };
    return { kind: 'written', position: last.position, revision };
  }
}

const AWAY = { away: true } as const;

/** Why the server refused → what somebody has to mend. */
const CODES: Readonly<Partial<Record<Refused, Failed['code']>>> = { denied: 'denied', deleted: 'damaged' };

function refusedAs({ reason, why }: Extract<Answer, { kind: 'refused' }>): Failed & { readonly why: Refused } {
  const code = CODES[why];
  return { ...failed(reason), why, ...(code && { code }) };
}
