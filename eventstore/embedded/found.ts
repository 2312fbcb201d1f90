/** The first broken place, on its way out of a verify: thrown where it is found, caught where the answer is made. */
import type { Position } from '../store';

export class Found extends Error {
  constructor(
    readonly position: Position,
    readonly what: string,
  ) {
    super(what);
  }
}
