/**
 * A whole read model as of a moment on two clocks: the same runner over the log cut there, into views of its own. Facts
 * with occurredAt ≤ asOf, and of the log only the prefix that was recorded by knownAt.
 */
import type { LoggedEvent, LogReader, Page, Position } from '../../eventstore/store';
import type { Seal } from '../domain/seal';
import type { ViewSet } from './ports';
import type { Clocks } from './reading';
import { Runner } from './runner';
import type { OpenSpill } from './spill';

export interface Replayed {
  /** Last position that was looked at. */
  readonly position: Position;
}

export async function replay(
  { log, seal, spill }: { log: LogReader; seal: Seal; spill?: OpenSpill },
  views: ViewSet,
  { asOf, knownAt }: Clocks,
  onProgress: (done: Position, of: Position) => void = () => undefined,
): Promise<Replayed> {
  const end = knownAt === undefined ? (await log.head()).position : await log.positionAt(knownAt);
  const only = asOf === undefined ? {} : { only: (event: LoggedEvent) => event.occurredAt <= asOf };
  await new Runner(prefix(log, end), views, seal, { ...only, ...(spill && { spill }) }).build(onProgress);
  return { position: end };
}

/** The log as it ended at `end`, whatever came after. */
function prefix(log: LogReader, end: Position): Pick<LogReader, 'read' | 'readAll' | 'readAt' | 'head' | 'tree'> {
  return {
    tree: () => log.tree(),
    head: async () => ({ position: end, recordedAt: 0 }),
    // What reads streams and positions asks for none after the head.
    read: (stream, options) => log.read(stream, options),
    readAt: (positions) => log.readAt(positions),
    readAll: async (after, options): Promise<Page> => {
      if (after >= end) return { events: [], next: after, end: true };
      const page = await log.readAll(after, options);
      if (page.next < end) return page;
      return { events: page.events.filter((event) => event.position <= end), next: end, end: true };
    },
  };
}
