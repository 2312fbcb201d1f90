/** Which calls and appends the server turns away before it looks at the stream. */
import type { Metadata } from '@grpc/grpc-js';
import type { Node } from './node';
import { mayWrite, NAMELESS } from './rights';
import { notLeader, type ServerError, unauthenticated } from './server-errors';
import type { Proposed, Refused } from './shapes';

export interface Asked {
  readonly stream: string;
  readonly events: readonly Proposed[];
  /** By the server's clock, in milliseconds since 1970 UTC. */
  readonly deadline?: number;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function userOf(metadata: Metadata): string {
  const [, login] = /^Basic (.+)$/.exec(String(metadata.get('authorization')[0] ?? '')) ?? [];
  return login === undefined ? NAMELESS : (Buffer.from(login, 'base64').toString().split(':')[0] ?? NAMELESS);
}

export const needsLeader = (metadata: Metadata): boolean => metadata.get('requires-leader')[0] === 'true';

/** Why the call ends at once, if so. */
export function turnedAway({ faults }: Node, metadata: Metadata): ServerError | undefined {
  if (faults.unauthenticated > 0) {
    faults.unauthenticated -= 1;
    return unauthenticated();
  }
  return faults.leader && needsLeader(metadata) ? notLeader(faults) : undefined;
}

export function refusedAtOnce(node: Node, user: string, { stream, events, deadline }: Asked): Refused | undefined {
  const { maxAppend, maxEvent = Infinity } = node.settings;
  if (deadline !== undefined && deadline <= node.settings.now()) return 'timed-out';
  if (stream === '' || events.some(({ id, type }) => type === '' || id === NOBODY || !UUID.test(id))) return 'bad';
  if (!mayWrite(node, user, stream)) return 'denied';
  const sizes = events.map(({ data }) => data.length);
  if (sizes.some((size) => size > maxEvent)) return 'event-too-large';
  return sizes.reduce((sum, size) => sum + size, 0) > maxAppend ? 'too-large' : undefined;
}
