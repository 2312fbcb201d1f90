/**
 * Old stored shapes become today's when they are read; what is stored never changes. An upcaster is 1 → 1, pure, and
 * sees the data alone. Parked events pass through here too.
 */
import type { JsonObject } from './kernel';

export interface Upcaster {
  /** The type it makes, one version up: `kith.moved.v2`. */
  readonly to: string;
  readonly change: (data: JsonObject) => JsonObject;
}

/** By the stored type that it reads. Empty while every type stands at its first version. */
export const upcasters: ReadonlyMap<string, Upcaster> = new Map();

/** Follows the chain to the newest version. */
export function upcast(
  type: string,
  data: JsonObject,
  table: ReadonlyMap<string, Upcaster> = upcasters,
): { type: string; data: JsonObject } {
  let at = { type, data };
  if (table.size === 0) return at;
  for (let step = table.get(at.type); step; step = table.get(at.type)) {
    at = { type: step.to, data: step.change(at.data) };
  }
  return at;
}
