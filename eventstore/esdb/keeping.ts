/**
 * Sees to it that the register follows the log while nobody reads it: a node that only appends would not hear of ids that
 * others wrote while all who follow the log are away. Where somebody does follow, it reads nothing.
 */
import type { Position } from '../store';
import type { Indexing } from './indexing';
import type { Checkpoint } from './register';

/** Milliseconds that the register may stand still, or lag behind what this node wrote. */
const STILL = 1_000;

interface Moment {
  readonly position: Position;
  /** Of `performance.now()`. */
  readonly at: number;
}

export class Keeping {
  /** When the register was seen to move, by whomever. */
  private moved: Moment | undefined;
  /** What this node wrote first of that which the register was not seen to have. */
  private owed: Moment | undefined;

  constructor(private readonly indexing: Indexing) {}

  wrote(position: Position): void {
    this.owed ??= { position, at: performance.now() };
  }

  /** Of a register that holds whatever was written a second ago. */
  async checkpoint(): Promise<Checkpoint> {
    const found = await this.indexing.register.checkpoint();
    if (this.isKept(found.position)) return found;
    const level = await this.indexing.reachEnd();
    this.see(level.position, true);
    return level;
  }

  private isKept(position: Position): boolean {
    const known = this.moved !== undefined;
    this.see(position, false);
    const since = Math.min(this.moved?.at ?? 0, this.owed?.at ?? Infinity);
    return known && performance.now() - since < STILL;
  }

  private see(position: Position, level: boolean): void {
    if (level || !this.moved || position > this.moved.position) this.moved = { position, at: performance.now() };
    if (this.owed && position >= this.owed.position) this.owed = undefined;
  }
}
