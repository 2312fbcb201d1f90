/** What waits to be appended, stream by stream, and what goes together. */
import type { Append, NewEvent, Outcome, Position, Revision, StreamName } from '../store';

export interface AppendOptions {
  /**
   * Whether the outcome names the place of this append's own last event; else it may name that of a later event of its stream
   * that was written together with it, which is behind it for whoever waits.
   */
  readonly exact: boolean;
}

export interface Waiting extends AppendOptions {
  readonly append: Append;
  readonly lane: Lane;
  /** Of its ids. */
  readonly keys: readonly string[];
  readonly answer: (outcome: Outcome) => void;
  /** By performance.now(). */
  readonly until: number;
  readonly bytes: number;
}

/** Everything that is to be appended to one stream. */
export class Lane {
  waiting: Waiting[] = [];
  /** How many of them had their ids looked up. */
  lookedUp = 0;
  /** A group of it is on its way, or it is to be looked at, or blocked. */
  busy = false;
  /** Its next append waits for an earlier one, of another stream, that has one of its ids. */
  blocked = false;
  /** Its end is to be read from the server. */
  stale = false;
  /** Its end was read from the server in this round. */
  fresh = false;
  /** Its end for readers, where somebody rests on an end that is none: events that stand twice are not shown. */
  shown: Revision | 'none' | undefined;
  /** The end that the server refused, until it is read again. */
  refusedAt: Revision | 'none' | undefined;
  /** How often in a row the server refused the end that it shows. */
  stuck = 0;
  /** The server said that a group was too large: one by one from now on. */
  singly = false;

  constructor(readonly stream: StreamName) {}
}

/** What goes as one append. */
export interface Group {
  readonly lane: Lane;
  readonly items: readonly Waiting[];
  readonly events: readonly NewEvent[];
  readonly after: Revision | 'none';
  /** Where the register stood when the ids were looked up: what is written now stands behind it. */
  readonly behind: Position;
}

/** Bytes and events of a group: the server takes 1 MiB of data unless it was set otherwise. */
const GROUP_BYTES = 512 * 1024;
const GROUP_EVENTS = 1_000;

/** Whether a group of so many bytes and events takes no more. */
export const isFull = (lane: Lane, bytes: number, events: number): boolean =>
  lane.singly || bytes > GROUP_BYTES || events >= GROUP_EVENTS;
