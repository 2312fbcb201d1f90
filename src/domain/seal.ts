/**
 * Where personal data will be sealed. An event's payload is split into an open and a personal part before it is
 * written; what the seal makes of the personal part is all that is stored of it. Today's seal changes nothing, so the
 * stored form has its place for sealed parts before there is a log that lacks it.
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
  readonly readable: JsonObject;
  readonly sealed: readonly SealedPart[];
}

export interface Seal {
  /** `personal`: class of data → its fields. */
  close(personal: ReadonlyMap<string, JsonObject>, binding: Binding): Closed;
  /** The fields that were sealed. */
  open(sealed: readonly SealedPart[], binding: Binding): JsonObject;
}

export const identitySeal: Seal = {
  close: (personal) => ({ readable: Object.assign({}, ...personal.values()), sealed: [] }),
  open: () => ({}),
};
