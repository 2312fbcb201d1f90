/**
 * Contact points that too many people share: that one fell silent, or speaks again, is an event on the value's own stream,
 * so that the links which went with it can be understood later. The value itself never stands there, only a keyed hash.
 */
import type { LogKeys } from './envelope';
import { type JsonObject, keyedHash } from './kernel';
import type { ContactPoint, DemotedValue } from './matching/generic';

export const VALUE_DEMOTED = 'kith.value-demoted.v1';
export const VALUE_RESTORED = 'kith.value-restored.v1';

export const valueTypes: readonly string[] = [VALUE_DEMOTED, VALUE_RESTORED];

export interface ValueChange {
  readonly value: DemotedValue;
  readonly demoted: boolean;
}

/** A value as it may stand in the log: the events about it are on the stream of its hash. */
export type ValueName = { readonly kind: string; readonly hash: string };

export const valueName = (keys: LogKeys, point: ContactPoint): ValueName => ({
  kind: point.kind,
  hash: valueHash(keys, point),
});

/** 32 hex digits that name a value to who holds the keys. */
export const valueHash = (keys: LogKeys, { kind, value }: ContactPoint): string =>
  keyedHash(keys.record, ['value', kind, value]);

export const valueStream = (hash: string): string => `value-${hash}`;

export const isValueStream = (stream: string): boolean => stream.startsWith('value-');

/** What the event of a change says. */
export const valueData = (hash: string, { kind, distinctNames }: DemotedValue): JsonObject => ({
  kind,
  hash,
  distinctNames,
});
