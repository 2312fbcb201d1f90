/**
 * Which rules hold: models by which records are matched, and policies by which a value survives; each an event with its
 * hash, so that every link and every customer can name what made it, and rolling back is publishing the older one again.
 */
import type { FactEvent } from './envelope';
import { type JsonValue, textOf } from './kernel';
import type { Model } from './matching/model';
import { isPolicy, type Policy } from './survivorship';

export const MODEL_PUBLISHED = 'kith.model-published.v1';
export const MATCHING_POLICY = 'policy-matching';

export const SURVIVORSHIP_PUBLISHED = 'kith.survivorship-published.v1';
export const SURVIVORSHIP_POLICY = 'policy-survivorship';

/** The model that an event publishes, if it does. */
export function modelOf(event: Pick<FactEvent, 'type' | 'data'>): Model | undefined {
  return event.type === MODEL_PUBLISHED && isModel(event.data['model']) ? event.data['model'] : undefined;
}

/** Kith wrote it itself; whoever changes what a model is counts its version up. */
export const isModel = (value: unknown): value is JsonValue & Model =>
  typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'comparisons' in value;

/** The policy that an event publishes, if it does. Throws for a shape that this version does not know: no value is chosen by half a policy. */
export function policyOf({ type, data }: Pick<FactEvent, 'type' | 'data'>): Policy | undefined {
  if (type !== SURVIVORSHIP_PUBLISHED) return undefined;
  const { policy, hash } = data;
  if (isPolicy(policy)) return policy;
  throw new Error(
    `the survivorship policy ${textOf(hash)} was published by a version of Kith that this one is older than`,
  );
}
