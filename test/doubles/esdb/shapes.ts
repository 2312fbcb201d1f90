/** What the double's parts tell one another of events and appends. */

export interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly metadata: Uint8Array;
  readonly data: Uint8Array;
}

export interface Recorded {
  readonly id: string;
  readonly stream: string;
  readonly type: string;
  readonly revision: bigint;
  readonly position: bigint;
  /** Milliseconds since 1970 UTC. */
  readonly created: number;
  /** A `ReadResp` with this event. */
  readonly wire: Buffer;
}

export type Expected = bigint | 'any' | 'none' | 'exists';
export type Actual = bigint | 'none';

/** Why the server takes an append never, or not now. */
export type Refused = 'too-large' | 'event-too-large' | 'denied' | 'deleted' | 'bad' | 'timed-out';

export type Written =
  | {
      readonly kind: 'written';
      readonly revision: bigint;
      readonly position: bigint;
      /** It stood there before. */
      readonly repeated?: boolean;
    }
  | { readonly kind: 'wrong-version'; readonly actual: Actual }
  | { readonly kind: 'refused'; readonly why: Refused };

/** Revision of the record that says that a stream was deleted for good, and `$tb` of one that was deleted softly. */
export const DELETED = 9_223_372_036_854_775_807n;
