/**
 * Where a stream ends for who reads it. Events under an id that stood before are not shown, so a stream that ends with such ones
 * ends earlier for its readers, and an append that rests on that end rests on all there is to see.
 */
import type { Revision, StreamName } from '../store';
import type { Indexing } from './indexing';
import type { Reads } from './reads';

/** Events of one look back. */
const LOOK = 64;

export interface ShownEndParts {
  readonly reads: Reads;
  readonly indexing: Indexing;
}

/** `end` is the stream's last revision; `until` a moment of performance.now(). */
export async function shownEnd(
  { reads, indexing }: ShownEndParts,
  stream: StreamName,
  end: Revision,
  until: number,
): Promise<Revision | 'none'> {
  for (let from = end; from >= 0n; ) {
    const found = (await reads.stream(stream, { direction: 'backwards', from, count: LOOK }, until)) ?? [];
    const [last, first] = [found[0], found.at(-1)];
    if (!last || !first) return end;
    await indexing.reach(last.position, until);
    const doubled = await indexing.register.doubled(first.position - 1n, last.position);
    const shown = found.find(({ position }) => !doubled.has(position));
    if (shown) return shown.revision;
    from = first.revision - 1n;
  }
  return 'none';
}
