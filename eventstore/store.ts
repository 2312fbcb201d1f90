/**
 * The port of the log: what any engine must do, in the words of event stores. It knows bytes, streams, types and
 * clients' ids, and has never heard of a customer. eventstore/README.md holds the guarantees, test/contract/log.ts the
 * cases that every engine passes.
 */

/** `category-id`, see names.ts. */
export type StreamName = string;

/** Place of an event in the whole log; only its order means anything. 1, 2, 3 … on the engines that keep the log themselves. */
export type Position = bigint;

/** Place of an event in its stream: 0, 1, 2 … without gaps. */
export type Revision = bigint;

/** What the caller believes of a stream before an append: an exact last revision, `none` (no event yet) or `any`. */
export type ExpectedRevision = Revision | 'none' | 'any';

/** An event as its writer hands it over. The log stores `bytes`, with the stamp at `stampAt` lifted where it must be. */
export interface NewEvent {
  /** System that tells us; (source, clientId) counts once for ever. */
  readonly source: string;
  readonly clientId: string;
  readonly type: string;
  /** 16 bytes that tell the same content from other content sent under the same (source, clientId). */
  readonly fingerprint: Uint8Array;
  /** Milliseconds since 1970 UTC. */
  readonly occurredAt: number;
  /** Milliseconds since 1970 UTC by the writer's clock. Never falls along the log: the log takes max(this, last one). */
  readonly recordedAt: number;
  /** The whole event in canonical JSON. This, and nothing else, is hashed. */
  readonly bytes: Uint8Array;
  /** Offset in `bytes` of the 24 characters `YYYY-MM-DDTHH:mm:ss.sssZ` that hold recordedAt. */
  readonly stampAt: number;
}

export interface LoggedEvent {
  readonly position: Position;
  readonly stream: StreamName;
  readonly revision: Revision;
  readonly type: string;
  readonly occurredAt: number;
  readonly recordedAt: number;
  readonly bytes: Uint8Array;
}

/** One atomic append: all of its events or none. */
export interface Append {
  readonly stream: StreamName;
  readonly expected: ExpectedRevision;
  readonly events: readonly NewEvent[];
}

/** Where an event stands, as far as an answer to its client needs it. */
export interface Known {
  readonly position: Position;
  readonly stream: StreamName;
  readonly revision: Revision;
  readonly recordedAt: number;
  readonly fingerprint: Uint8Array;
}

/**
 * - `appended`: durable. `position`, `revision` of the last event; `recordedAt` as stored.
 * - `duplicate`: every id was known with the same content; nothing was written. Wins over `wrong-version`.
 * - `conflict`: an id is known with other content (`index` in the append, both fingerprints); nothing was written.
 * - `partly-known`: some ids are known and some are not (`known` indexes); nothing was written.
 * - `wrong-version`: the stream is at `actual` (`none` when it has no event); nothing was written.
 * - `failed`: the store could not write (full disk …) and nothing was written. `away`: a server did not answer, and where the
 *   reason does not say that nothing was sent nobody can say whether it was written. The same ids again find out.
 */
export type Outcome =
  | { readonly kind: 'appended'; readonly position: Position; readonly revision: Revision; readonly recordedAt: number }
  | {
      readonly kind: 'duplicate';
      readonly position: Position;
      readonly revision: Revision;
      readonly recordedAt: number;
    }
  | { readonly kind: 'conflict'; readonly index: number; readonly known: Uint8Array; readonly sent: Uint8Array }
  | { readonly kind: 'partly-known'; readonly known: readonly number[] }
  | { readonly kind: 'wrong-version'; readonly actual: Revision | 'none' }
  | Failed;

export interface Failed {
  readonly kind: 'failed';
  readonly reason: string;
  readonly away?: true;
  /** What only somebody who mends the store can change: the same ids again would meet the same. */
  readonly code?: 'denied' | 'damaged';
}

export interface Filter {
  /** Only events of these types; all when absent. */
  readonly types?: readonly string[];
}

export interface Page {
  readonly events: readonly LoggedEvent[];
  /** Read on after this position. It moves also over events that the filter left out (F12, F13). */
  readonly next: Position;
  /** No event stood after `next` when the page was read. */
  readonly end: boolean;
}

export interface StreamPage {
  readonly events: readonly LoggedEvent[];
  readonly end: boolean;
}

export interface Head {
  /** 0n for an empty log. */
  readonly position: Position;
  /** Milliseconds since 1970 UTC of the last event, 0 for an empty log. */
  readonly recordedAt: number;
}

/** An event whose (source, clientId) stood in the log already: two nodes took one fact at once. No reader shows it. */
export interface Doubled {
  readonly position: Position;
  readonly stream: StreamName;
  readonly revision: Revision;
  readonly source: string;
  readonly clientId: string;
  /** Of the event that counts. */
  readonly first: Position;
}

export interface Doubles {
  readonly count: number;
  /** The first hundred in log order. */
  readonly some: readonly Doubled[];
}

export const NO_DOUBLES: Doubles = { count: 0, some: [] };

export interface TreeHead {
  /** Number of leaves = events. */
  readonly size: bigint;
  /** RFC 9162 root over the events' bytes in log order, 32 bytes. */
  readonly root: Uint8Array;
}

/** First broken place that `verify` found, in words and by position. */
export interface Broken {
  readonly position: Position;
  readonly what: string;
}

export type Verdict =
  | { readonly ok: true; readonly size: bigint; readonly root: Uint8Array }
  | { readonly ok: false; readonly broken: Broken };

/** Which events of a stream: `limit` at most (default 1,000), forward from `from` (default 0n) or backward from it (default the end). */
export interface StreamQuery {
  readonly from?: Revision;
  readonly direction?: 'forward' | 'backward';
  readonly limit?: number;
}

/** Everything that only reads. A reader of a folder that another process owns has just this. */
export interface LogReader {
  /** Names this log for ever; a copy keeps it. */
  readonly id: string;
  read(stream: StreamName, query?: StreamQuery): Promise<StreamPage>;
  /**
   * Events of the whole log with position > `after`, in order, `limit` at most (default 1,000). A page may be shorter than
   * that, even empty, though it is not the `end`: an engine looks through a bounded part of the log for one page.
   */
  readAll(after: Position, options?: { filter?: Filter; limit?: number }): Promise<Page>;
  /** Events at exactly these positions, in the order asked; an unknown position is left out. */
  readAt(positions: readonly Position[]): Promise<readonly LoggedEvent[]>;
  /** Where the event with this id stands, if it does. */
  find(source: string, clientId: string): Promise<Known | undefined>;
  head(): Promise<Head>;
  /** Last position with recordedAt ≤ `recordedAt` (ms), 0n when there is none: what was known then is this prefix. */
  positionAt(recordedAt: number): Promise<Position>;
  tree(): Promise<TreeHead>;
  /**
   * Events that stand under an id that stood there before. `read`, `readAll`, `readAt`, `find` and `follow` leave them out; the
   * tree counts them. None on engines that one process writes.
   */
  doubles(): Promise<Doubles>;
  /** Recomputes every hash from stored bytes. `deep` also compares each index column with the bytes. */
  verify(options?: { deep?: boolean; onProgress?: (done: bigint, of: bigint) => void }): Promise<Verdict>;
  close(): Promise<void>;
}

export interface BatchOptions {
  /**
   * Whoever needs a place only to wait for what was appended says so: an outcome may then name the place of a later event of
   * the same stream that was written together with its own. Engines that learn places from a server need not ask it for each.
   */
  readonly loose?: boolean;
}

export interface EventLog extends LogReader {
  /** Appends all events of one stream or none. Resolves after the commit, whatever the outcome; rejects only when closed or fed nonsense. */
  append(stream: StreamName, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Outcome>;
  /** Many appends, each atomic for itself, in order; one outcome an item. */
  appendBatch(appends: readonly Append[], options?: BatchOptions): Promise<readonly Outcome[]>;
  /**
   * `appendBatch` of what `packAppends` (frames.ts) packed, for who packs on another thread: an engine that wants bytes
   * takes them as they are. The frame stays the caller's and is not changed.
   */
  appendFrame(frame: Uint8Array, options?: BatchOptions): Promise<readonly Outcome[]>;
  /** Pages from `after` on, for ever. `caughtUp` is true on each page (perhaps empty) that ends at the head. Ends when `signal` aborts or the log closes. */
  follow(
    after: Position,
    options?: { filter?: Filter; limit?: number; signal?: AbortSignal },
  ): AsyncIterable<Page & { readonly caughtUp: boolean }>;
  /** Copies the log, consistent as of one moment, into `folder` while appends go on. Answers what the copy holds. */
  backup(folder: string): Promise<TreeHead>;
}

/** The folder or log cannot be used as asked; `code` is stable, the message says what, where and what to do. */
export class LogError extends Error {
  constructor(
    readonly code:
      | 'newer-format'
      | 'wrong-keys'
      | 'owned'
      | 'closed'
      | 'not-a-log'
      | 'bad-event'
      | 'unsupported'
      | 'not-empty'
      | 'damaged'
      | 'denied'
      | 'unreachable',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'LogError';
  }
}

/** A server that did not answer, and may later; every other `LogError` would come again. */
export const isUnreachable = (problem: unknown): problem is LogError =>
  problem instanceof LogError && problem.code === 'unreachable';
