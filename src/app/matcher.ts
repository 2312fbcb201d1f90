/** How the rest of Kith talks to whoever matches records, be it a worker or the host's own thread. */
import type { Position } from '../../eventstore/store';
import type { RecordId } from '../domain/kernel';
import type { Explanation } from '../domain/matching/explaining';
import type { MatchingState } from './resolving';

export interface MatchProgress {
  /** All that follows from the log up to here is decided and announced. */
  readonly position: Position;
  /** Why matching does not get on; it is tried again. */
  readonly unmatched?: string;
  /** Another node matches, and nothing is known here of how far it is. */
  readonly standby?: true;
}

export interface Matcher {
  progress(): MatchProgress;
  /** The views have got on. Nothing is looked at before the first call: the views may be those of older folds. */
  wake(): void;
  /** Somebody waits: nothing gathers now. */
  hurry(): void;
  /** Parked records fold again, of which the log tells nothing. Other nodes find that out by themselves. */
  healed(): Promise<void>;
  /** Why two records are, or are not, one customer. Throws RangeError where it does not know one of them. */
  explain(a: RecordId, b: RecordId): Promise<Explanation>;
  state(): Promise<MatchingState>;
  stop(): Promise<void>;
}
