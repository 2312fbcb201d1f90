import type { Position, Revision, StreamName } from '../store';
import type { Waiting } from './lane';
import type { Reads } from './reads';

/** Empty where nobody asks for a place, or it could not be read. The server names the place of the last event alone: who wants to know that of another one makes it be read. */
export async function placesIn(
  reads: Reads,
  stream: StreamName,
  items: readonly Waiting[],
  first: Revision,
): Promise<ReadonlyMap<Revision, Position>> {
  const asked = items.slice(0, -1).filter(({ exact }) => exact);
  if (asked.length === 0) return new Map();
  const count = items.slice(0, -1).reduce((sum, { append }) => sum + append.events.length, 0);
  const until = Math.max(...items.map((one) => one.until));
  const range = { direction: 'forwards' as const, from: first, count };
  const found = await reads.stream(stream, range, until).catch(() => undefined);
  return new Map(found?.map(({ revision, position }) => [revision, position]));
}
