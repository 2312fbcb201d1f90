/**
 * Carries a log to another engine, event by event in global order, byte for byte. What the copy holds already is a prefix
 * of the original, so a copy that was cut goes on behind it, and one of a log that grew meanwhile takes up the rest.
 */
import type {
  Append,
  EventLog,
  ExpectedRevision,
  LoggedEvent,
  LogReader,
  NewEvent,
  Outcome,
  Position,
  TreeHead,
} from '../../eventstore/store';
import { LogError } from '../../eventstore/store';
import { newEventOf } from '../domain/envelope';

/** Events an append batch; a batch is in memory as a whole. */
const BATCH = 1_000;

export interface CopyReport extends TreeHead {
  /** Events that this run carried. */
  readonly carried: bigint;
}

export interface CopyOptions {
  /** Positions of the original. */
  readonly onProgress?: (done: Position, of: Position) => void;
  /** Waits for each append: for engines on which appends to several streams may overtake each other. */
  readonly oneByOne?: boolean;
}

/**
 * Resolves when the copy holds all that the original held when its end was reached, and the trees of both are equal.
 * Throws `LogError`: `not-empty` where the copy holds something else, `damaged` where the trees differ.
 */
export async function copyLog(
  from: LogReader,
  to: EventLog,
  { onProgress = () => undefined, oneByOne = false }: CopyOptions = {},
): Promise<CopyReport> {
  let carried = 0n;
  const { position: end } = await from.head();
  for (let at = await reachedBy(to, from); ; ) {
    const page = await from.readAll(at, { limit: BATCH });
    if (page.events.length > 0) await carry(page.events, to, oneByOne);
    carried += BigInt(page.events.length);
    at = page.next;
    onProgress(at < end ? at : end, end);
    if (page.end) break;
  }
  const [original, copy] = [await from.tree(), await to.tree()];
  if (original.size !== copy.size || !Buffer.from(original.root).equals(copy.root))
    throw new LogError(
      'damaged',
      `the copy holds ${copy.size} events and the original ${original.size}, or their trees differ: something else wrote to one of them; copy again into an empty place`,
    );
  return { ...copy, carried };
}

/** Where the original stands with the last event of the copy. Throws `not-empty` where it does not know that event. */
async function reachedBy(copy: EventLog, original: LogReader): Promise<Position> {
  const { position } = await copy.head();
  const [last] = position === 0n ? [] : await copy.readAt([position]);
  if (!last) return 0n;
  const { source, clientId, fingerprint } = newEventOf(last);
  const known = await original.find(source, clientId);
  if (known && Buffer.from(known.fingerprint).equals(fingerprint)) return known.position;
  throw new LogError(
    'not-empty',
    'the place to copy to holds events that the original does not know: choose an empty one',
  );
}

async function carry(events: readonly LoggedEvent[], to: EventLog, oneByOne: boolean): Promise<void> {
  const appends = runsOf(events);
  const outcomes = oneByOne ? inTurn(appends, to) : await to.appendBatch(appends);
  for await (const outcome of outcomes) {
    if (outcome.kind === 'appended' || outcome.kind === 'duplicate') continue;
    const why = outcome.kind === 'failed' ? outcome.reason : `an event of it answered ${outcome.kind}`;
    throw new LogError(
      'not-empty',
      `the copy cannot go on: ${why}; what was carried stays, and copying again goes on there`,
    );
  }
}

async function* inTurn(appends: readonly Append[], to: EventLog): AsyncGenerator<Outcome> {
  for (const { stream, expected, events } of appends) yield await to.append(stream, expected, events);
}

/** Events of one stream that stand side by side are one append. */
function runsOf(events: readonly LoggedEvent[]): readonly Append[] {
  const runs: { stream: string; expected: ExpectedRevision; events: NewEvent[] }[] = [];
  for (const event of events) {
    const { stream, revision } = event;
    const last = runs.at(-1);
    if (last?.stream === stream) last.events.push(newEventOf(event));
    else runs.push({ stream, expected: revision === 0n ? 'none' : revision - 1n, events: [newEventOf(event)] });
  }
  return runs;
}
