/**
 * The register: what the log says, in an order that the server has no index for. Ids for once-is-once, places of events,
 * the tree, and the stamps that log order lifts. It is a function of the log alone: every node that fills it writes the
 * same, so writing twice is harmless, and a lost one is made again by reading the log.
 */
import type { Doubled, Doubles, Known, Position, Revision, StreamName } from '../store';

/** What the register holds of one event. */
export interface Entry {
  /** 1, 2, 3 … in log order: the leaf of the tree that this event is. Two writers write the same entry under it. */
  readonly ordinal: number;
  readonly position: Position;
  readonly stream: StreamName;
  readonly revision: Revision;
  readonly source: string;
  readonly clientId: string;
  readonly fingerprint: Uint8Array;
  /** As every reader sees it: never below that of an earlier event. */
  readonly recordedAt: number;
  /** Whether `recordedAt` is above the stamp in the stored bytes. */
  readonly lifted: boolean;
  /** RFC 9162 hash of the bytes as every reader sees them. */
  readonly leaf: Uint8Array;
  /** First of the revisions before this one that the log does not hold, where it lacks some. */
  readonly missing?: Revision;
}

/** Revisions `from` to `until` - 1 of a stream that the log does not hold, though it holds the event at `position`, which is `until`. */
export interface Gap {
  readonly position: Position;
  readonly stream: StreamName;
  readonly from: Revision;
  readonly until: Revision;
}

/** How far the register is. It only ever grows. */
export interface Checkpoint {
  /** Number of events. */
  readonly size: number;
  /** Of the last event; 0n when there is none. */
  readonly position: Position;
  /** Of the last event; 0 when there is none. */
  readonly recordedAt: number;
  /** Everything up to here was looked at: the records behind the last event are of others. */
  readonly scanned: Position;
  /** Peaks of the tree, 32 bytes each, largest subtree first. */
  readonly peaks: Uint8Array;
}

export const NOTHING: Checkpoint = {
  size: 0,
  position: 0n,
  recordedAt: 0,
  scanned: 0n,
  peaks: new Uint8Array(),
};

export interface Id {
  readonly source: string;
  readonly clientId: string;
}

export const keyOf = ({ source, clientId }: Id): string => `${source.length}:${source}${clientId}`;

/** How many `doubles` and `gaps` name. */
export const SOME_DOUBLES = 100;
export const SOME_GAPS = 10;

export const doubledOf = (entry: Omit<Doubled, 'first'>, first: Position): Doubled => ({
  position: entry.position,
  stream: entry.stream,
  revision: entry.revision,
  source: entry.source,
  clientId: entry.clientId,
  first,
});

export interface Register {
  /** Names the log whose register this is; an empty register becomes that of `logId`. */
  bind(logId: string): Promise<string>;
  checkpoint(): Promise<Checkpoint>;
  /**
   * Entries that follow one another, then the checkpoint behind them. What is there already stays as it is; a checkpoint
   * that is not ahead of the stored one (by `size`, then `scanned`) changes nothing. Entries first: a checkpoint never
   * covers an entry that is missing. An entry whose id an earlier one bears is kept as doubled.
   */
  add(entries: readonly Entry[], checkpoint: Checkpoint): Promise<void>;
  /** For each id the first event in log order that bears it. */
  find(ids: readonly Id[]): Promise<readonly (Known | undefined)[]>;
  /** The entries at exactly these positions, in any order; unknown ones are left out. */
  at(
    positions: readonly Position[],
  ): Promise<readonly Pick<Entry, 'position' | 'stream' | 'revision' | 'recordedAt'>[]>;
  /** Every lifted stamp with `after` < position ≤ `until`. There are few: what clocks of several nodes differ by. */
  lifted(after: Position, until: Position): Promise<ReadonlyMap<Position, number>>;
  /** Positions of events that bear an id which stood there before, with `after` < position ≤ `until`. */
  doubled(after: Position, until: Position): Promise<ReadonlySet<Position>>;
  doubles(): Promise<Doubles>;
  /** Of each of these streams the last revision, where the register holds an event of it. */
  ends(streams: readonly StreamName[]): Promise<ReadonlyMap<StreamName, Revision>>;
  /** Positions of the events behind `after`, in log order, `limit` at most. */
  next(after: Position, limit: number): Promise<readonly Position[]>;
  /** Position of the last event at or before this one, 0n when there is none. */
  floor(position: Position): Promise<Position>;
  /** The first ten. */
  gaps(): Promise<readonly Gap[]>;
  /** Last position with recordedAt ≤ this, 0n when there is none. */
  positionAt(recordedAt: number): Promise<Position>;
  /** In log order, `limit` at most, from this ordinal on. */
  leaves(from: number, limit: number): Promise<readonly Pick<Entry, 'position' | 'leaf'>[]>;
  close(): Promise<void>;
}
