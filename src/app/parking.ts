/**
 * Which event does a fold refuse? Whether an event is refused is a property of the event alone, so that the place where
 * a record is parked follows from the log, not from how pages were cut or what was taken back later.
 */
import type { LogReader, Position } from '../../eventstore/store';
import { decode, type FactEvent } from '../domain/envelope';
import type { RecordId } from '../domain/kernel';
import { revisionOf } from '../domain/revision';
import type { Seal } from '../domain/seal';
import { empty, type evolve } from '../projections/record';

/** Throws what the fold throws for this event: for a correction, for the data that it puts in place. */
export function tryAlone(fold: typeof evolve, event: FactEvent, record: RecordId): void {
  const act = revisionOf(event);
  if (!act) fold(empty(), event, record);
  else if (act.data && act.type) fold(empty(), { ...event, type: act.type, data: act.data }, record);
}

export interface Refused {
  readonly position: Position;
  /** Milliseconds since 1970 UTC. */
  readonly recordedAt: number;
  readonly problem: unknown;
}

/** The refused event that stands first in the log. */
export async function firstRefused(
  { log, seal }: { log: Pick<LogReader, 'readAt'>; seal: Seal },
  record: RecordId,
  chunks: () => AsyncIterable<readonly Position[]>,
  fold: typeof evolve,
): Promise<Refused | undefined> {
  let first: Refused | undefined;
  for await (const positions of chunks()) {
    for (const { bytes, position, recordedAt } of await log.readAt(positions)) {
      try {
        tryAlone(fold, decode(bytes, seal), record);
      } catch (problem) {
        if (!first || position < first.position) first = { position, recordedAt, problem };
      }
    }
  }
  return first;
}
