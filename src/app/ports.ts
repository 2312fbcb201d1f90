/**
 * Where documents live, as the runner and the readers need it. A view set is one generation of all views: documents,
 * the timeline index, look-up keys, parked keys and the checkpoint, which moves with the rest in one transaction or,
 * where there are none, after it.
 */
import type { Position } from '../../eventstore/store';
import type { RecordId } from '../domain/kernel';

/** `records` hold RecordView, `customers` CustomerView, `links` LinkBook, each as canonical JSON. */
export type Collection = 'records' | 'customers' | 'links';

export interface Checkpoint {
  /** Everything up to and including this position is in the views. 0n for new ones. */
  readonly position: Position;
  /** Milliseconds since 1970 UTC of the event there. */
  readonly recordedAt: number;
  /** The last event that was read, by which the log is known again. Only engines that live apart from the log keep it. */
  readonly last?: { readonly position: Position; readonly event: string };
}

export interface Written {
  readonly collection: Collection;
  readonly id: RecordId;
  /** Canonical JSON; `undefined` takes the document away. */
  readonly body: string | undefined;
  /** `kind:value` keys under which the document is found; replaces the ones before. */
  readonly keys?: readonly string[];
  /** Where the document stood that this one was folded from, as `hold` said; 0n for none. Absent where it is no fold of itself. */
  readonly over?: Position;
}

/** A document as a fold goes on from it. */
export interface Held {
  readonly body: string | undefined;
  /** All events of the document up to here are in it. The checkpoint, where both move together. */
  readonly position: Position;
  readonly parked: boolean;
}

/** One line of a record's timeline: an index into the log. */
export interface Entry {
  readonly record: RecordId;
  /** Milliseconds since 1970 UTC. */
  readonly occurredAt: number;
  readonly position: Position;
}

export interface Parked {
  readonly record: RecordId;
  /** First event that the fold refused. */
  readonly position: Position;
  readonly reason: string;
  /** Milliseconds since 1970 UTC. */
  readonly recordedAt: number;
}

export interface Batch {
  readonly checkpoint: Checkpoint;
  /** Walked once, while they are written: each is made when its turn comes, so that thousands need not stand in memory. */
  readonly documents: Iterable<Written>;
  /** Where these documents stand, if not at the checkpoint: they are complete up to there before it is. */
  readonly standing?: Position;
  readonly timeline: readonly Entry[];
  readonly parked: readonly Parked[];
  /** Keys that fold again. */
  readonly unparked: readonly RecordId[];
}

export interface Size {
  readonly records: number;
  readonly customers: number;
  /** Records about whom anything is decided. */
  readonly links: number;
  readonly entries: number;
  readonly keys: number;
}

export interface DocumentPage {
  readonly documents: readonly { readonly id: RecordId; readonly body: string }[];
  /** Read on after this id; absent at the end. */
  readonly next?: RecordId;
}

export interface TimelineQuery {
  /** Only entries with occurredAt ≤ this (ms). */
  readonly until?: number;
  /** Only entries with position ≤ this: what was known. */
  readonly known?: Position;
  /** Newest first, beginning after this entry; oldest first is what folds read. */
  readonly after?: { readonly occurredAt: number; readonly position: Position };
  readonly direction: 'newest-first' | 'oldest-first';
  readonly limit: number;
}

export interface ViewReader {
  readonly name: string;
  checkpoint(): Promise<Checkpoint>;
  /** Bodies by id; what is not there is not in the map. */
  load(collection: Collection, ids: readonly RecordId[]): Promise<ReadonlyMap<RecordId, string>>;
  /** All documents in the order of their ids. */
  scan(collection: Collection, after: RecordId | undefined, limit: number): Promise<DocumentPage>;
  /** Records under a `kind:value` key, in the order of their ids. */
  find(key: string, limit: number): Promise<readonly RecordId[]>;
  /** Entries of some records together, by (occurredAt, position). */
  timeline(records: readonly RecordId[], query: TimelineQuery): Promise<readonly Entry[]>;
  parked(limit: number, after?: RecordId): Promise<readonly Parked[]>;
  isParked(records: readonly RecordId[]): Promise<readonly Parked[]>;
  /** State root by collection, 64 hex digits: the sum mod 2^256 of SHA-256(length-prefixed id, body). */
  roots(): Promise<Readonly<Record<Collection, string>>>;
  size(): Promise<Size>;
  close(): Promise<void>;
}

export interface ViewSet extends ViewReader {
  /** What is there of these documents, parked ones without a body among them; what is not in the map stands nowhere. */
  hold(collection: 'records' | 'links', ids: readonly RecordId[]): Promise<ReadonlyMap<RecordId, Held>>;
  /**
   * All of it or nothing, in one transaction. Where there are none, documents may come to stand ahead of the checkpoint, and
   * it throws where somebody else wrote one of those that this batch was folded over: then nothing that was held is worth
   * keeping, and folding begins again at the checkpoint. The checkpoint never falls.
   */
  write(batch: Batch): Promise<void>;
  /** Takes everything away: new views at position 0, under the same name. Others may see the old ones until the checkpoint moves. */
  clear(): Promise<void>;
}

export interface Generation {
  readonly name: string;
  /** Which folds made it, see foldFingerprint in compose, and `-` and the log, where it may be put beside another's. */
  readonly fingerprint: string;
  readonly live: boolean;
}

/** The generations of a log's views and the pointer that says which of them readers see. */
export interface ViewStore {
  generations(): Promise<readonly Generation[]>;
  create(fingerprint: string): Promise<ViewSet>;
  open(name: string): Promise<ViewSet>;
  /** Readers see this one from now on. */
  switchTo(name: string): Promise<void>;
  /** Takes it away, closed first where it is open. Throws for the live one. */
  drop(name: string): Promise<void>;
  close(): Promise<void>;
}
