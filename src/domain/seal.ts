/**
 * Where personal data will be sealed. Every event passes here before it is written, and what the seal makes of the
 * personal part (personal.ts divides the two) is all that is stored of it. Today's seal changes nothing, so the stored
 * form has its place for sealed parts before there is a log that lacks it.
 */
import type { JsonObject } from './kernel';

/** One class of personal data of one event, unreadable without its key. */
export interface SealedPart {
  readonly keyId: string;
  readonly nonce: string;
  readonly ciphertext: string;
}

/** What a ciphertext is bound to, so that it cannot be moved to another event. */
export interface Binding {
  readonly stream: string;
  readonly id: string;
  readonly type: string;
}

export interface Closed {
  /** What stays readable in the event's data. */
  readonly data: JsonObject;
  readonly sealed: readonly SealedPart[];
}

export interface Seal {
  /** Divides the data by personal.ts and seals each class of the personal part. */
  close(data: JsonObject, binding: Binding): Closed;
  /** The fields that were sealed. */
  open(sealed: readonly SealedPart[], binding: Binding): JsonObject;
}

const nothing: readonly SealedPart[] = [];

export const identitySeal: Seal = {
  close: (data) => ({ data, sealed: nothing }),
  open: () => ({}),
};
