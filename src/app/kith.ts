/** Everything that a door (HTTP, command line, a host application) may ask of one opened Kith. */
import type { EventLog, Position } from '../../eventstore/store';
import type { LogKeys } from '../domain/envelope';
import type { Seal } from '../domain/seal';
import type { Choosing } from './choosing';
import type { OnOutage, Trouble } from './health';
import type { Intake } from './intake';
import type { ViewReader } from './ports';
import type { Reading } from './reading';
import type { Retried } from './retrying';
import type { Revising } from './revising';
import type { MatchingState } from './resolving';
import type { StoreName } from './standing';
import type { Stewarding } from './stewarding';

/** How far the views are behind the log, and whether anybody should look. */
export interface Status {
  readonly logId: string;
  /** Events in the log. */
  readonly position: Position;
  /** Everything up to here is in the views. */
  readonly projected: Position;
  /** Milliseconds between the last event of the log and the last one in the views; 0 when level, absent while there is none in the views. */
  readonly lagMs?: number;
  readonly parked: number;
  /** `following`: live; `building`: catching up from far behind; `stopped`: with the reason. */
  readonly runner: {
    readonly state: 'following' | 'building' | 'stopped';
    readonly reason?: string;
    /** The store that it waits for, where that is the reason. */
    readonly away?: StoreName;
  };
  readonly views: string;
  /** Absent where nobody matches records. */
  readonly matching?: {
    /** All that follows from the log up to here for who is one customer is decided. */
    readonly position: Position;
    /** Why it does not get on; it is tried again. */
    readonly reason?: string;
  };
}

export interface RebuildReport {
  readonly name: string;
  /** How many were folded into the new views. */
  readonly events: bigint;
  readonly records: number;
  readonly customers: number;
  /** Documents that differ between the live views and the new ones, by collection; the first ids are named. */
  readonly differences: readonly {
    readonly collection: string;
    readonly count: number;
    readonly ids: readonly string[];
  }[];
  readonly rootsBefore: Readonly<Record<string, string>>;
  readonly rootsAfter: Readonly<Record<string, string>>;
  readonly switched: boolean;
}

export interface Kith {
  readonly folder: string | undefined;
  readonly log: EventLog;
  readonly keys: LogKeys;
  readonly seal: Seal;
  readonly now: () => number;
  readonly intake: Intake;
  readonly revising: Revising;
  readonly choosing: Choosing;
  readonly reading: Reading;
  readonly stewarding: Stewarding;
  /** Throws `not-matched` where matching is off. */
  matchingState(): Promise<MatchingState>;
  /** The live generation. */
  readonly views: ViewReader;
  /** Asks log and views. */
  status(): Promise<Status>;
  /**
   * The same without a call of a store on a server: not more than a second old while it is there, and of one that is away what
   * was known last. A store in this machine is asked.
   */
  known(): Promise<Status>;
  /** What does not do now what it is for, while the rest does. Asks nobody. */
  troubles(): readonly Trouble[];
  /** `listener` gets a line when a store on a server goes away and one when it is back. Returns what ends that. */
  onOutage(listener: OnOutage): () => void;
  /** Resolves true once the views hold `position`, false after `timeoutMs`. */
  reached(position: Position, timeoutMs: number): Promise<boolean>;
  /** Resolves true once the views are level with the log and all that follows for who is one customer is decided, false after `timeoutMs`. */
  settled(timeoutMs: number): Promise<boolean>;
  /** Builds a new generation beside the live one, compares document by document, and switches unless told not to. Progress is in events. */
  rebuild(options?: { switch?: boolean; onProgress?: (done: bigint, of: bigint) => void }): Promise<RebuildReport>;
  /**
   * Folds parked records again, or has it done by the node that leads the views: answers how many are well now and how many are
   * not, or `asked` where that takes longer than `patienceMs` (5,000 when absent); it is done then as soon as somebody leads.
   */
  retryParked(patienceMs?: number): Promise<Retried | 'asked'>;
  /** Tells processes that find the folder in use where this one takes requests. */
  announce(url: string): void;
  close(): Promise<void>;
}
