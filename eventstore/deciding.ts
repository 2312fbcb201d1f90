/**
 * What an append may do, decided from what the log knows: one order of rules for every engine, so that no two engines
 * answer differently. Pure; the engine brings the look-ups and does the writing.
 */
import {
  type ExpectedRevision,
  type Known,
  LogError,
  type NewEvent,
  type Outcome,
  type Revision,
  type StreamName,
} from './store';

/** `undefined` means: write all of it. `known[i]` is what stands under the id of event i. */
export function decideAppend(
  events: readonly NewEvent[],
  known: readonly (Known | undefined)[],
  expected: ExpectedRevision,
  actual: Revision | 'none',
): Outcome | undefined {
  const seen: number[] = [];
  let last: Known | undefined;
  for (const [index, { fingerprint: sent }] of events.entries()) {
    const stands = known[index];
    if (!stands) continue;
    if (!sameBytes(stands.fingerprint, sent)) return { kind: 'conflict', index, known: stands.fingerprint, sent };
    seen.push(index);
    last = stands;
  }
  if (last && seen.length === events.length) {
    return { kind: 'duplicate', position: last.position, revision: last.revision, recordedAt: last.recordedAt };
  }
  if (seen.length > 0) return { kind: 'partly-known', known: seen };
  if (!meets(expected, actual)) return { kind: 'wrong-version', actual };
  return undefined;
}

export const meets = (expected: ExpectedRevision, actual: Revision | 'none'): boolean =>
  expected === 'any' || expected === actual;

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/** Refuses, before anything is queued, what no engine could store: nonsense is a bug of the caller, not an outcome. */
export function checkAppend(stream: StreamName, expected: ExpectedRevision, events: readonly NewEvent[]): void {
  if (!isName(stream, 4_096)) throw new LogError('bad-event', 'a stream name has 1 to 4,096 well-formed characters');
  if (typeof expected === 'bigint' && (expected < 0n || expected >= 1n << 63n)) {
    throw new LogError('bad-event', `${expected} is no revision; say 'none' for a stream without events`);
  }
  if (events.length === 0) throw new LogError('bad-event', 'an append needs at least one event');
  const ids = new Set<string>();
  for (const event of events) {
    checkEvent(event);
    if (events.length > 1) {
      const id = JSON.stringify([event.source, event.clientId]);
      if (ids.has(id)) throw new LogError('bad-event', `one append names the id ${id} twice`);
      ids.add(id);
    }
  }
}

function checkEvent(event: NewEvent): void {
  if (!isName(event.source) || !isName(event.clientId) || !isName(event.type)) {
    throw new LogError('bad-event', 'source, clientId and type must be 1 to 512 well-formed characters');
  }
  if (event.fingerprint.length !== 16) throw new LogError('bad-event', 'a fingerprint has 16 bytes');
  if (!Number.isSafeInteger(event.occurredAt) || !Number.isSafeInteger(event.recordedAt)) {
    throw new LogError('bad-event', 'occurredAt and recordedAt are whole milliseconds since 1970 UTC');
  }
  if (event.recordedAt < 0 || event.recordedAt > LAST_STAMP) {
    throw new LogError('bad-event', 'recordedAt lies between the years 1970 and 9999: its stamp has 24 characters');
  }
  if (event.bytes.length > MAX_BYTES) throw new LogError('bad-event', `an event has at most ${MAX_BYTES} bytes`);
  if (event.bytes[event.stampAt - 1] !== QUOTE || event.bytes[event.stampAt + 24] !== QUOTE) {
    throw new LogError(
      'bad-event',
      `stampAt ${event.stampAt} does not point into the bytes at a time of 24 characters`,
    );
  }
}

const QUOTE = 0x22;
const LAST_STAMP = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const MAX_BYTES = 16 * 1024 * 1024;

const isName = (text: string, most = 512): boolean => text.length > 0 && text.length <= most && text.isWellFormed();

/** Writes `recordedAt` into the bytes in place, where the log's order lifts it above the caller's clock. */
export function lift(bytes: Uint8Array, stampAt: number, recordedAt: number): void {
  const stamp = new Date(recordedAt).toISOString();
  for (let i = 0; i < 24; i++) bytes[stampAt + i] = stamp.charCodeAt(i);
}
