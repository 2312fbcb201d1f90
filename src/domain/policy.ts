/**
 * Which rules hold: models by which records are matched, each an event with its hash, so that every link can name the
 * model that made it, and rolling back is publishing the older one again.
 */
import type { FactEvent } from './envelope';
import type { JsonValue } from './kernel';
import type { Model } from './matching/model';

export const MODEL_PUBLISHED = 'kith.model-published.v1';
export const MATCHING_POLICY = 'policy-matching';

/** The model that an event publishes, if it does. */
export function modelOf(event: Pick<FactEvent, 'type' | 'data'>): Model | undefined {
  return event.type === MODEL_PUBLISHED && isModel(event.data['model']) ? event.data['model'] : undefined;
}

/** Kith wrote it itself; whoever changes what a model is counts its version up. */
export const isModel = (value: unknown): value is JsonValue & Model =>
  typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'comparisons' in value;
