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
import { Frontier, leafHash } from '../../eventstore/tree';
import { newEventOf } from '../domain/envelope';

/** Events an append batch; a batch is in memory as a whole. */
const BATCH = 1_000;

export interface CopyReport extends TreeHead {
  /** Events that this run carried. */
  readonly carried: bigint;
  /** Events of the original that were left out, because they stand under an id that stood before. */
  readonly doubled: number;
}

export interface CopyOptions {
  /** In events. */
  readonly onProgress?: (done: bigint, of: bigint) => void;
  /** Waits for each append: for engines on which appends to several streams may overtake each other. */
  readonly oneByOne?: boolean;
}

/**
 * Resolves when the copy holds all that the original showed when its end was reached, and the trees of both are equal; of a
 * log that holds doubled events the copy has the first ones, as every reader sees them, and a tree of its own.
 * Throws `LogError`: `not-empty` where the copy holds something else, `damaged` where the trees differ.
 */
export async function copyLog(
  from: LogReader,
  to: EventLog,
  { onProgress = () => undefined, oneByOne = false }: CopyOptions = {},
): Promise<CopyReport> {
  let carried = 0n;
  const { size: held } = await to.tree();
  // Behind what is left out the revisions of the original are ahead of those of the copy.
  const { size, doubled } = await shownBy(from);
  for (let at = await reachedBy(to, from); ; ) {
    const page = await from.readAll(at, { limit: BATCH });
    if (page.events.length > 0) await carry(page.events, to, { oneByOne, anyRevision: doubled > 0 });
    carried += BigInt(page.events.length);
    at = page.next;
    onProgress(held + carried, size > held + carried ? size : held + carried);
    if (page.end) break;
  }
  const copy = await to.tree();
  // Whoever wrote meanwhile may have doubled an event.
  const end = await shownBy(from);
  const root = end.doubled === 0 ? (await from.tree()).root : await rootOf(from);
  if (end.size !== copy.size || !Buffer.from(root).equals(copy.root))
    throw new LogError(
      'damaged',
      `the copy holds ${copy.size} events and the original ${end.size}, or their trees differ: something else wrote to one of them; copy again into an empty place`,
    );
  return { ...copy, carried, doubled: end.doubled };
}

/** How many events readers see, and how many are left out. */
async function shownBy(log: LogReader): Promise<{ readonly size: bigint; readonly doubled: number }> {
  const { size } = await log.tree();
  const { count } = await log.doubles();
  return { size: size - BigInt(count), doubled: count };
}

/** Of the tree over the events that readers see. */
async function rootOf(log: LogReader): Promise<Uint8Array> {
  const frontier = Frontier.empty();
  for (let [at, end] = [0n, false]; !end; ) {
    const page = await log.readAll(at, { limit: BATCH });
    for (const { bytes } of page.events) frontier.add(leafHash(bytes));
    [at, end] = [page.next, page.end];
  }
  return frontier.root();
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

interface Carrying {
  readonly oneByOne: boolean;
  /** The copy takes each event where it comes; its order is that of the original. */
  readonly anyRevision: boolean;
}

async function carry(events: readonly LoggedEvent[], to: EventLog, { oneByOne, anyRevision }: Carrying): Promise<void> {
  const appends = runsOf(events).map((run) => (anyRevision ? { ...run, expected: 'any' as const } : run));
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
