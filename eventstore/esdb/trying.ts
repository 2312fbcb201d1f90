/** Calls that are tried again: which errors are the server's answer, and which are outages. */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AccessDeniedError, InvalidArgumentError, StreamDeletedError, UnknownError } from '@eventstore/db-client';
import { Hindered } from '../hindrance';
import { LogError } from '../store';
import type { ServerClient } from './client';
import type { Connection } from './connection';
import { said } from './redacting';

/** Milliseconds. */
const SHORTEST_WAIT = 20;
const LONGEST_WAIT = 1_000;

/** Exponential, with full jitter, so that nodes that lost one server do not come back at once; never beyond `until`. */
export const backOff = (attempt: number, until = Infinity, signal?: AbortSignal): Promise<void> => {
  const wait = 1 + randomInt(Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** Math.min(attempt, 10)));
  return sleep(Math.max(0, Math.min(wait, until - performance.now())), undefined, { signal });
};

const DENIED =
  'the server does not let this user in, or not read: check the user and password of the connection string; a user without the group $admins needs the right to read $all (metadata of $all, acl readRoles) and the own streams ($userStreamAcl in $settings)';

/** What the server said, where asking again would not change it. A server that has just started once denies a user that it lets in later. */
export function answerOf(problem: unknown, attempt: number): Error | undefined {
  if (problem instanceof LogError)
    return problem instanceof Hindered || problem.code !== 'unreachable' ? problem : undefined;
  if (problem instanceof AccessDeniedError) return attempt === 0 ? undefined : new LogError('denied', DENIED);
  if (problem instanceof StreamDeletedError) return problem;
  if (problem instanceof InvalidArgumentError)
    return new LogError('damaged', `the server refuses to read: ${said(problem)}`);
  if (problem instanceof UnknownError && /Unexpected Read\w*Result/.test(problem.message)) return new NoSuchPlace();
  return undefined;
}

/** No record begins at the position that was asked for: the log on the server is not the one that was read before. */
export class NoSuchPlace extends LogError {
  constructor() {
    super(
      'damaged',
      'the server knows no record at a position that this log was read to: its log was put back to an older state',
    );
    this.name = 'NoSuchPlace';
  }
}

/** In words only: the client's own error may hold what nobody may read in a log. */
export const away = (problem: unknown): LogError =>
  new LogError('unreachable', `EventStoreDB is away: ${said(problem)}`);

/**
 * Tries until `until` (by performance.now()), or for one try where the server is known to be away. Rejects with the server's
 * answer, or with the outage in plain words.
 */
export async function persistently<T>(
  connection: Connection,
  until: number,
  call: (client: ServerClient, deadline: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    let client: ServerClient | undefined;
    try {
      const found = await connection.use(attempt, call, (one) => (client = one));
      connection.well();
      return found;
    } catch (problem) {
      const answer = answerOf(problem, attempt);
      if (answer) {
        if (client) connection.well();
        throw answer;
      }
      if (!mayPass(connection, { client, problem, attempt, until })) throw away(problem);
      await backOff(attempt, until);
    }
  }
}

export interface Try {
  /** Absent where none could be opened. */
  readonly client: ServerClient | undefined;
  readonly problem: unknown;
  /** Counted from 0. */
  readonly attempt: number;
  /** By performance.now(). */
  readonly until: number;
}

/** Whether a call that got no answer may be tried again; the connection hears of it. */
export function mayPass(connection: Connection, { client, problem, attempt, until }: Try): boolean {
  const isDenied = problem instanceof AccessDeniedError;
  // Who denies has answered: is it said again, it is the answer.
  if (isDenied) connection.well();
  else connection.failed(client, problem, attempt);
  const isOver = performance.now() >= until && !(isDenied && attempt === 0);
  if (!isOver && !connection.isAway) return true;
  // After it is healed: the next call should not meet the same broken client.
  return connection.gaveUp(client) && attempt === 0;
}
