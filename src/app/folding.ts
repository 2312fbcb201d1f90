/**
 * A record as the log tells it, at a moment on two clocks. The timeline index names the events, the log gives them; the
 * same pure fold as in the live views makes the bytes, so a past view is what a log cut there would show.
 */
import type { LogReader, Position } from '../../eventstore/store';
import { decode, type FactEvent } from '../domain/envelope';
import type { RecordId } from '../domain/kernel';
import { reasonOf } from '../domain/refusals';
import { Standing } from '../domain/revision';
import type { Seal } from '../domain/seal';
import { empty, evolve, type RecordView, refold } from '../projections/record';
import type { Entry, ViewReader } from './ports';

export interface Moment {
  /** Facts with occurredAt ≤ this, in milliseconds since 1970 UTC; all when absent. */
  readonly asOf?: number;
  /** Only the log up to this position; all when absent. */
  readonly known?: Position;
}

export interface Sources {
  readonly log: Pick<LogReader, 'readAt'>;
  readonly views: Pick<ViewReader, 'timeline'>;
  readonly seal: Seal;
}

/** Events held in memory at a time; a record may have any number. */
const CHUNK = 1_000;

/** Positions of all events of a record at that moment, by (occurredAt, position), in chunks. */
export async function* positionsOf(
  views: Sources['views'],
  record: RecordId,
  { asOf, known }: Moment,
): AsyncGenerator<readonly Position[]> {
  let after: Entry | undefined;
  do {
    const entries: readonly Entry[] = await views.timeline([record], {
      direction: 'oldest-first',
      limit: CHUNK,
      ...(asOf !== undefined && { until: asOf }),
      ...(known !== undefined && { known }),
      ...(after && { after }),
    });
    yield entries.map((entry) => entry.position);
    after = entries.length === CHUNK ? entries.at(-1) : undefined;
  } while (after);
}

/** An event and where it stands. The place is for finding, never for folding. */
export type PlacedFact = FactEvent & { readonly position: Position };

/** The events at these positions, those before `before` where it is given. */
export async function* decodedChunks(
  log: Sources['log'],
  seal: Seal,
  chunks: () => AsyncIterable<readonly Position[]>,
  before?: Position,
): AsyncGenerator<readonly PlacedFact[]> {
  for await (const positions of chunks()) {
    const events = await log.readAt(
      before === undefined ? positions : positions.filter((position) => position < before),
    );
    yield pure(() => events.map((event) => ({ ...decode(event.bytes, seal), position: event.position })));
  }
}

/** All events of a record at that moment, by (occurredAt, position), in chunks. */
export const eventsOf = (
  { log, views, seal }: Sources,
  record: RecordId,
  moment: Moment,
): AsyncGenerator<readonly PlacedFact[]> => decodedChunks(log, seal, () => positionsOf(views, record, moment));

/** What decoding or a pure fold threw. Only this parks a record; whatever else comes out of a fold is a store that failed. */
export class Unfoldable extends Error {
  constructor(problem: unknown) {
    super(reasonOf(problem).slice(0, 500));
    this.name = 'Unfoldable';
  }
}

/** Answers what `act` does, and marks what it throws. */
export function pure<T>(act: () => T): T {
  try {
    return act();
  } catch (problem) {
    throw new Unfoldable(problem);
  }
}

/** Chunks of a record's events, from the start at each call, in any order. */
export type Chunks = () => AsyncIterable<readonly FactEvent[]>;

/** Folds a record from its events. Reads them twice where there are many: what was taken back is known only at the end. */
export async function foldChunks(record: RecordId, chunks: Chunks, fold = evolve): Promise<RecordView> {
  const standing = new Standing();
  let only: readonly FactEvent[] | undefined;
  let count = 0;
  for await (const events of chunks()) {
    for (const event of events) standing.take(event);
    only = count++ === 0 ? events : undefined;
  }
  let view = empty();
  for await (const events of only ? [only] : chunks()) {
    pure(() => {
      for (const event of events) view = refold(view, event, record, standing, fold);
    });
  }
  return view;
}
