/** Many values are asked for in queries of a size that the server takes well. */
import type { Id } from '../../eventstore/esdb/register';

/** Values of one query. */
const ASKED = 1_000;

export function bySource(ids: readonly Id[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { source, clientId } of ids) {
    const held = found.get(source);
    if (held) held.push(clientId);
    else found.set(source, [clientId]);
  }
  return found;
}

export function* chunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += ASKED) yield all.slice(from, from + ASKED);
}
