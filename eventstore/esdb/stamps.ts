/**
 * What this node knows of the highest recordedAt so far. Log order lifts a stamp for every reader (indexing.ts); lifting it
 * before the append as well keeps such stamps few, and lets an outcome say what readers will see.
 */
import type { Position } from '../store';

export class Stamps {
  private position: Position = 0n;
  private highest = 0;

  /** For an event that is about to be written. */
  from(recordedAt: number): number {
    return Math.max(recordedAt, this.highest);
  }

  /** Of an event that stands at `position`: the stamp that readers see, as far as this node knows. */
  at(position: Position, recordedAt: number): number {
    if (position <= this.position) return recordedAt;
    this.position = position;
    this.highest = Math.max(recordedAt, this.highest);
    return this.highest;
  }
}
