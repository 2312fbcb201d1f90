/**
 * How rules come to hold: by an event that carries them whole, with their hash, on a stream of their own kind. The one
 * published last holds; rolling back is publishing an older one again. Models and survivorship policies are published so.
 */
import type { EventLog, LogReader, Position, StreamName } from '../../eventstore/store';
import { decisionAppend } from '../domain/decision';
import { decode, type FactEvent, type LogKeys } from '../domain/envelope';
import { textOf } from '../domain/kernel';
import { Refusal, storeFailed } from '../domain/refusals';
import type { Seal } from '../domain/seal';

/** One kind of rules. */
export interface Kind<T> {
  /** What people call it; the member of the event that holds it, and the beginning of its client ids. */
  readonly name: 'model' | 'policy';
  readonly stream: StreamName;
  readonly type: string;
  /** What holds while nothing was published. */
  readonly fallback: T;
  /** What held so once, or holds so elsewhere, and may hold again. */
  readonly others?: readonly T[];
  readonly hash: (rules: T) => string;
  readonly of: (event: FactEvent) => T | undefined;
}

export interface Published {
  readonly hash: string;
  readonly recordedAt: string;
  readonly reason: string;
  readonly actor?: string;
}

/** Whoever publishes: a log, and what decisions need. */
export interface Publisher {
  readonly log: EventLog;
  readonly keys: LogKeys;
  readonly seal: Seal;
  readonly now: () => number;
}

type Log = Pick<LogReader, 'read'>;

/** All that were ever published, the oldest first. */
export async function published<T>(
  kind: Kind<T>,
  log: Log,
  seal: Seal,
): Promise<readonly (Published & { readonly rules: T })[]> {
  const found: (Published & { readonly rules: T })[] = [];
  for (let from = 0n, end = false; !end; ) {
    const page = await log.read(kind.stream, { from });
    for (const { bytes, revision } of page.events) {
      const event = decode(bytes, seal);
      const rules = kind.of(event);
      from = revision + 1n;
      if (!rules) continue;
      const { recordedAt, actor, data } = event;
      const { hash, reason } = data;
      const by = actor === undefined ? {} : { actor };
      found.push({ hash: textOf(hash), recordedAt, reason: textOf(reason), ...by, rules });
    }
    end = page.end;
  }
  return found;
}

/** What the log held up to and including a position. */
export async function heldAt<T>(kind: Kind<T>, log: Log, seal: Seal, position: Position): Promise<T> {
  for (let from: bigint | undefined; ; ) {
    const { events, end } = await log.read(kind.stream, {
      direction: 'backward',
      limit: 10,
      ...(from !== undefined && { from }),
    });
    const last = events.find((event) => event.position <= position);
    const oldest = events.at(-1);
    if (last) return kind.of(decode(last.bytes, seal)) ?? kind.fallback;
    if (end || !oldest || oldest.revision === 0n) return kind.fallback;
    from = oldest.revision - 1n;
  }
}

/** Makes rules hold from now on. Answers their hash, and where the log stands with them; nothing is written where they hold already. */
export async function publish<T>(
  kind: Kind<T>,
  { log, keys, seal, now }: Publisher,
  rules: T,
  reason: string,
  actor?: string,
): Promise<{ readonly hash: string; readonly position?: bigint }> {
  const hash = kind.hash(rules);
  const before = await published(kind, log, seal);
  if ((before.at(-1)?.hash ?? kind.hash(kind.fallback)) === hash) return { hash };
  const n = before.length;
  const decision = {
    stream: kind.stream,
    type: kind.type,
    clientId: `${kind.name}:${n}`,
    data: { hash, reason, [kind.name]: JSON.parse(JSON.stringify(rules)) },
    ...(actor !== undefined && { actor }),
  };
  const { stream, expected, events } = decisionAppend(decision, keys, now(), n === 0 ? 'none' : BigInt(n - 1));
  const outcome = await log.append(stream, expected, events);
  if (outcome.kind === 'appended') return { hash, position: outcome.position };
  if (outcome.kind === 'failed') throw storeFailed(outcome);
  throw new Refusal(
    'wrong-version',
    `somebody else published a ${kind.name} at the same moment; look at it, then decide anew`,
  );
}

/** The rules with this hash, of those that held before and the default. Throws `model-unknown` or `policy-unknown`. */
export async function withHash<T>(kind: Kind<T>, log: Log, seal: Seal, hash: string): Promise<T> {
  const known = [
    kind.fallback,
    ...(kind.others ?? []),
    ...(await published(kind, log, seal)).map(({ rules }) => rules),
  ];
  const rules = known.find((one) => kind.hash(one) === hash);
  if (rules !== undefined) return rules;
  throw new Refusal(
    `${kind.name}-unknown`,
    `no ${kind.name} with the hash ${hash.slice(0, 64)} was published here; the list of them has them all`,
  );
}
