/**
 * Calls that are tried again: which errors are the server's answer, which are outages, and which mean that the client has to
 * be made anew.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AccessDeniedError,
  CancelledError,
  InvalidArgumentError,
  NotLeaderError,
  StreamDeletedError,
  StreamNotFoundError,
  UnavailableError,
} from '@eventstore/db-client';
import { LogError } from '../store';
import type { BatchingClient } from './batching';
import type { Connection } from './connection';
import { said } from './redacting';

const ANSWERS = [AccessDeniedError, InvalidArgumentError, StreamDeletedError, StreamNotFoundError];
/** The client opens its next channel by itself after these, unless the same client meets them again and again. */
const HEALS = [UnavailableError, CancelledError];
const HEALS_UP_TO = 3;
/** Milliseconds. */
const SHORTEST_WAIT = 20;
const LONGEST_WAIT = 2_000;

const isOneOf = (problem: unknown, kinds: readonly (abstract new (...rest: never[]) => object)[]): boolean =>
  kinds.some((kind) => problem instanceof kind);

/** The server took the call and said no; asking again would not change that. */
export const isAnswer = (problem: unknown): boolean => problem instanceof LogError || isOneOf(problem, ANSWERS);

/** Exponential, with full jitter, so that nodes that lost one server do not come back at once. */
export const backOff = (attempt: number, signal?: AbortSignal): Promise<void> =>
  sleep(1 + randomInt(Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** attempt)), undefined, { signal });

/**
 * Makes the client anew where it stays broken: a failed first call is kept by it for ever, and a call that expired may
 * sit on a connection that hangs. A leader that was named is gone to by the same client.
 */
export function heal(connection: Connection, failed: BatchingClient, problem: unknown, attempt: number): void {
  if (problem instanceof NotLeaderError) return;
  if (isOneOf(problem, HEALS) && attempt % HEALS_UP_TO !== HEALS_UP_TO - 1) return;
  connection.renew(failed);
}

/** In words only: the client's own error may hold what nobody may read in a log. */
const away = (problem: unknown): LogError => new LogError('unreachable', `EventStoreDB is away: ${said(problem)}`);

/** Tries until `patience` milliseconds are over. Rejects with the server's answer, or with the outage in plain words. */
export async function persistently<T>(
  connection: Connection,
  patience: number,
  call: (client: BatchingClient) => Promise<T>,
): Promise<T> {
  const until = performance.now() + patience;
  for (let attempt = 0; ; attempt++) {
    const { client } = connection;
    try {
      return await call(client);
    } catch (problem) {
      if (isAnswer(problem)) throw problem;
      // Before it is given up: the next call should not meet the same broken client.
      heal(connection, client, problem, attempt);
      if (performance.now() >= until) throw away(problem);
      await backOff(attempt);
    }
  }
}
