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
  /** A `ReadResp` with this event. */
  readonly wire: Buffer;
}

export type Expected = bigint | 'any' | 'none' | 'exists';
export type Actual = bigint | 'none';

export type Written =
  | {
      readonly kind: 'written';
      readonly revision: bigint;
      readonly position: bigint;
      /** It stood there before. */
      readonly repeated?: boolean;
    }
  | { readonly kind: 'wrong-version'; readonly actual: Actual }
  | { readonly kind: 'too-large' };

/** The default of the server, in bytes. */
export const MAX_APPEND = 1024 * 1024;
