/**
 * Where a build keeps what it read of the log until the part is folded that an event belongs in: the log is read once,
 * however many parts there are. A spill belongs to one build, holds events as the log gave them, and ends with it.
 */
import type { LoggedEvent, Position, StreamName } from '../../eventstore/store';

export interface Spill {
  /** To be called in log order, and no more once anything was read. */
  put(part: number, event: LoggedEvent): void;
  /** All that was put into the part, in log order, some at a time. */
  read(part: number): Iterable<readonly LoggedEvent[]>;
  /** Those at these positions that are in the part, in the order asked. */
  at(part: number, positions: readonly Position[]): readonly LoggedEvent[];
  close(): void;
}

/** Opens an empty one of so many parts. */
export type OpenSpill = (parts: number) => Spill;

/** Which part a stream belongs in. Each stream is whole in one of them. FNV-1a, over UTF-16 code units. */
export function partOf(stream: StreamName, parts: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < stream.length; i++) hash = Math.imul(hash ^ stream.charCodeAt(i), 0x01000193);
  // The low bits of FNV are weak.
  return ((hash ^ (hash >>> 15)) >>> 0) % parts;
}

const AT_ONCE = 250;

/** In memory: for logs that are in memory too, whose events it shares. */
export class HeldSpill implements Spill {
  private readonly parts: Map<Position, LoggedEvent>[];

  constructor(parts: number) {
    this.parts = Array.from({ length: parts }, () => new Map());
  }

  put(part: number, event: LoggedEvent): void {
    this.of(part).set(event.position, event);
  }

  *read(part: number): Generator<readonly LoggedEvent[]> {
    const events = [...this.of(part).values()];
    for (let from = 0; from < events.length; from += AT_ONCE) yield events.slice(from, from + AT_ONCE);
  }

  at(part: number, positions: readonly Position[]): readonly LoggedEvent[] {
    const events = this.of(part);
    return positions.flatMap((position) => events.get(position) ?? []);
  }

  close(): void {
    this.parts.length = 0;
  }

  private of(part: number): Map<Position, LoggedEvent> {
    const events = this.parts[part];
    if (!events) throw new RangeError(`this spill has no part ${part}, or is closed`);
    return events;
  }
}
