/**
 * Sees to it that the register follows the log while nobody reads it: a node that only appends would not hear of ids that
 * others wrote while all who follow the log are away. Where somebody does follow, it reads nothing.
 */
import type { Position } from '../store';
import type { Indexing } from './indexing';
import type { Checkpoint } from './register';

/** Milliseconds that the register may stand still, or lag behind what this node wrote. */
const STILL = 1_000;

export class Keeping {
  /** What was seen last, and when. */
  private seen: { readonly position: Position; readonly at: number } | undefined;
  /** The register holds whatever was written before this moment. */
  private sure = -Infinity;
  /** What this node wrote first of that which the register was not seen to have. */
  private owed: { readonly position: Position; readonly at: number } | undefined;

  constructor(private readonly indexing: Indexing) {}

  wrote(position: Position): void {
    this.owed ??= { position, at: performance.now() };
  }

  /** Of a register that holds whatever was written a second ago. */
  async checkpoint(until: number): Promise<Checkpoint> {
    const found = await this.look();
    if (performance.now() - Math.min(this.sure, this.owed?.at ?? Infinity) < STILL) return found;
    const begun = performance.now();
    await this.indexing.reachEnd(until);
    this.sure = begun;
    return this.look();
  }

  /** Where it moved since the last look, somebody drove it since then, and read to the end if he was not far behind. */
  private async look(): Promise<Checkpoint> {
    const at = performance.now();
    const found = await this.indexing.register.checkpoint();
    const { position } = found;
    if (this.seen && position > this.seen.position) this.sure = Math.max(this.sure, this.seen.at);
    this.seen = { position, at };
    if (this.owed && position >= this.owed.position) this.owed = undefined;
    return found;
  }
}
