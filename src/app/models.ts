/** Which model holds, and how another one comes to hold: by an event that carries it whole, so that any day's links can be explained. */
import type { LogReader } from '../../eventstore/store';
import { decode } from '../domain/envelope';
import { defaultModel, type Model, modelHash } from '../domain/matching/model';
import { MATCHING_POLICY, MODEL_PUBLISHED, modelOf } from '../domain/policy';
import type { Seal } from '../domain/seal';
import { type Kind, publish, type Published, published, type Publisher, withHash } from './publishing';

const models: Kind<Model> = {
  name: 'model',
  stream: MATCHING_POLICY,
  type: MODEL_PUBLISHED,
  fallback: defaultModel,
  hash: modelHash,
  of: modelOf,
};

/** The model published last, the default where none was; the same object as long as it holds. */
export function currentModel(log: Pick<LogReader, 'read'>, seal: Seal): () => Promise<Model> {
  let held: { readonly revision?: bigint; readonly model: Model } = { model: defaultModel };
  return async () => {
    const { events } = await log.read(MATCHING_POLICY, { direction: 'backward', limit: 1 });
    const [last] = events;
    if (last && last.revision !== held.revision)
      held = { revision: last.revision, model: modelOf(decode(last.bytes, seal)) ?? held.model };
    return held.model;
  };
}

export interface PublishedModel extends Published {
  readonly trainedOn: number;
}

/** All that were ever published, the oldest first. */
export async function publishedModels(log: Pick<LogReader, 'read'>, seal: Seal): Promise<readonly PublishedModel[]> {
  return (await published(models, log, seal)).map(({ rules, ...told }) => ({ ...told, trainedOn: rules.trainedOn }));
}

type Decided = ReturnType<typeof publish>;

/** Makes a model hold again that held before, or the default. Throws `model-unknown`. */
export async function republishModel(kith: Publisher, hash: string, reason: string, actor?: string): Decided {
  return publishModel(kith, await withHash(models, kith.log, kith.seal, hash), reason, actor);
}

/** Makes a model hold from now on. Answers its hash, and where the log stands with it; nothing is written where it holds already. */
export const publishModel = (kith: Publisher, model: Model, reason: string, actor?: string): Decided =>
  publish(models, kith, model, reason, actor);
