/** Errors that end a call, as the server words them: the client tells some by their metadata. */
import { Metadata, status } from '@grpc/grpc-js';
import type { Faults } from './faults';

export interface ServerError {
  readonly code: status;
  readonly details: string;
  readonly metadata?: Metadata;
}

function error(code: status, details: string, exception: Readonly<Record<string, string>> = {}): ServerError {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(exception)) metadata.set(name, value);
  return { code, details, metadata };
}

export const notLeader = ({ leader }: Faults): ServerError =>
  error(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': leader?.host ?? '127.0.0.1',
    'leader-endpoint-port': String(leader?.port ?? 0),
  });

export const unauthenticated = (): ServerError => error(status.UNAUTHENTICATED, 'Unauthenticated');

export const denied = (): ServerError =>
  error(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

export const streamDeleted = (stream: string): ServerError =>
  error(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

export const wrongVersionOf = (stream: string, expected: unknown, actual: unknown): ServerError =>
  error(status.FAILED_PRECONDITION, `Append failed due to WrongExpectedVersion. Stream: ${stream}`, {
    exception: 'wrong-expected-version',
    'stream-name': stream,
    'expected-version': typeof expected === 'bigint' ? String(expected) : '-1',
    ...(typeof actual === 'bigint' && { 'actual-version': String(actual) }),
  });

export const appendTooLarge = (most: number): ServerError =>
  error(status.INVALID_ARGUMENT, `Maximum Append Size of ${most} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(most),
  });

export const badRequest = (): ServerError => error(status.INVALID_ARGUMENT, 'Bad Request');

export const timedOutOf = (what: string): ServerError => error(status.ABORTED, `Operation timed out: ${what}`);

/** What a read of a place that there is not is answered with. */
export const unexpectedResult = (kind: 'All' | 'Stream', what = 'Error'): ServerError =>
  error(status.UNKNOWN, `Unexpected Read${kind}Result: ${what}`);

export const thrownByHandler = (): ServerError => error(status.UNKNOWN, 'Exception was thrown by handler.');

export const tooSlow = (): ServerError =>
  timedOutOf('Consumer too slow to handle event while live. Client resubscription required.');
