/**
 * What every engine of the views does alike: the order of timelines, by (occurredAt, position), and a checkpoint that
 * never falls. It never stores anything.
 */
import type { Collection, Entry, Held, Parked, TimelineQuery } from '../app/ports';

/** Said by way of the port: the stores of views import no rule of the business. */
export type RecordId = Entry['record'];
export type Position = Entry['position'];

/** What `make` makes of each collection, by its name. */
export const byCollection = <T>(make: (collection: Collection) => T): Readonly<Record<Collection, T>> => ({
  records: make('records'),
  customers: make('customers'),
  links: make('links'),
});

/** Entries of several records as one page. An event on several of their timelines comes once, under the first record by id. */
export function pageOf(entries: readonly Entry[], { direction, limit }: TimelineQuery): readonly Entry[] {
  const sign = direction === 'oldest-first' ? 1 : -1;
  const sorted = [...entries].sort((a, b) => sign * compareMoments(a, b) || (a.record < b.record ? -1 : 1));
  return sorted.filter((entry, i) => i === 0 || compareMoments(entry, sorted[i - 1] as Entry) !== 0).slice(0, limit);
}

type Moment = Pick<Entry, 'occurredAt' | 'position'>;

/** Negative where a stands before b, 0 for one and the same event. */
export const compareMoments = (a: Moment, b: Moment): number =>
  a.occurredAt - b.occurredAt || (a.position < b.position ? -1 : a.position > b.position ? 1 : 0);

/** Stands within the bounds of the query. */
export const asked = (entry: Entry, { until, known, after, direction }: TimelineQuery): boolean =>
  (until === undefined || entry.occurredAt <= until) &&
  (known === undefined || entry.position <= known) &&
  (after === undefined ||
    (direction === 'oldest-first' ? compareMoments(entry, after) > 0 : compareMoments(entry, after) < 0));

/** A checkpoint that fell would replay events into documents that hold them already. */
export function mustNotFall(name: string, from: Position, to: Position): void {
  if (to < from) throw new Error(`the checkpoint of views ${name} stands at ${from} and cannot fall to ${to}`);
}

/** What folds go on from, in an engine whose documents all stand where the checkpoint stands. */
export function heldAt(
  position: Position,
  bodies: ReadonlyMap<RecordId, string>,
  parked: readonly Parked[],
): ReadonlyMap<RecordId, Held> {
  const held = new Map<RecordId, Held>();
  for (const [id, body] of bodies) held.set(id, { body, position, parked: false });
  for (const { record } of parked) held.set(record, { body: bodies.get(record), position, parked: true });
  return held;
}
