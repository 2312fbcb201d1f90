/** How much one request may bring, and how long it may wait, so that no client can fill this process. */
export interface Limits {
  /** Bytes of a body that is read as a whole; a stream of lines has no such limit. */
  readonly maxBodyBytes: number;
  /** Items of a batch. */
  readonly maxBatch: number;
  /** Bytes of one line of a stream. */
  readonly maxLineBytes: number;
  /** Milliseconds that a read waits for the position it was given. */
  readonly patienceMs: number;
}

/** Token under which they are injected. */
export const LIMITS = Symbol('limits of a request');

export const usualLimits: Limits = {
  maxBodyBytes: 8 * 1024 * 1024,
  maxBatch: 10_000,
  maxLineBytes: 1024 * 1024,
  patienceMs: 5_000,
};
