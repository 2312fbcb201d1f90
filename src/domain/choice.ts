/**
 * A steward's word about one field of a customer: of the values that its records state, this one is shown. It stands on
 * the stream of the record that said the value first, with the occurredAt of that statement: it goes where the record
 * goes, a view as of any day has it where it has the value, and taking it back is a retraction like that of a fact.
 */
import type { FactEvent } from './envelope';
import { type JsonObject, type JsonValue, type RecordId, textOf } from './kernel';

export const VALUE_CHOSEN = 'kith.value-chosen.v1';

export interface Choice {
  readonly slot: string;
  readonly value: JsonValue;
}

/** The client id that makes choice `n` on a record exist once. */
export const choiceKey = (record: RecordId, n: number): string => `choice:${record}:${n}`;

export const choiceData = ({ slot, value }: Choice, reason: string): JsonObject => ({ slot, value, reason });

/** The choice that an event is, if it is one. */
export function choiceOf({ type, data }: Pick<FactEvent, 'type' | 'data'>): Choice | undefined {
  const { slot, value } = data;
  return type === VALUE_CHOSEN && value !== undefined ? { slot: textOf(slot), value } : undefined;
}
