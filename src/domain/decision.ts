/**
 * Events that are Kith's own: acts about a fact, the course of an import. They have the same envelope as facts and the
 * source `kith`; their client id says which decision it is, so that it is made once.
 */
import type { Append, ExpectedRevision } from '../../eventstore/store';
import { inCanonicalForm } from './admission';
import { encode, type Envelope, eventIdOf, type LogKeys, type Party } from './envelope';
import { type Instant, instant, type JsonObject, keyedHash, ms, type Subject } from './kernel';
import { KITH } from './revision';

export interface Decision {
  readonly stream: string;
  readonly type: string;
  readonly clientId: string;
  readonly data: JsonObject;
  /** Of the fact that it is about; now when it is about none. */
  readonly occurredAt?: Instant;
  readonly subject?: Subject;
  /** Of the fact that it is about: they hear of it too. */
  readonly parties?: readonly Party[];
  readonly actor?: string;
  readonly importId?: string;
}

/** `now` in milliseconds since 1970 UTC. Throws `bad-text`. */
export function decisionAppend(
  decision: Decision,
  keys: LogKeys,
  now: number,
  expected: ExpectedRevision = 'any',
): Append {
  const { stream, type, clientId, data, subject, parties, actor, importId } = decision;
  const fingerprint = keyedHash(keys.fingerprint, [inCanonicalForm({ type, stream, data })]);
  const occurredAt = decision.occurredAt ?? instant(now);
  const envelope: Envelope = {
    kith: 1,
    id: eventIdOf(keys, KITH, clientId),
    source: KITH,
    clientId,
    fingerprint,
    type,
    stream,
    ...(subject && { subject }),
    ...(parties && { parties }),
    occurredAt,
    recordedAt: instant(now),
    ...(actor !== undefined && { actor }),
    ...(importId !== undefined && { import: importId }),
    data,
    sealed: [],
  };
  const written = {
    source: KITH,
    clientId,
    type,
    fingerprint: Buffer.from(fingerprint, 'hex'),
    occurredAt: ms(occurredAt),
    recordedAt: now,
  };
  return { stream, expected, events: [{ ...written, ...encode(envelope) }] };
}
