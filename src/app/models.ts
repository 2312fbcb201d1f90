/** Which model holds, and how another one comes to hold: by an event that carries it whole, so that any day's links can be explained. */
import type { LogReader } from '../../eventstore/store';
import { decode } from '../domain/envelope';
import { textOf } from '../domain/kernel';
import { MATCH_PROPOSED, RECORDS_LINKED } from '../domain/link';
import { defaultModel, firstDefaultModel, type Model, modelHash } from '../domain/matching/model';
import { MATCHING_POLICY, MODEL_PUBLISHED, modelOf } from '../domain/policy';
import type { Seal } from '../domain/seal';
import { type Kind, publish, type Published, published, type Publisher, withHash } from './publishing';

/** All that ever were the default, the latest first. */
const DEFAULTS: readonly Model[] = [defaultModel, firstDefaultModel];

type Log = Pick<LogReader, 'read' | 'readAll'>;

/**
 * The default that a log decides by where no model was published: the one its first link or proposal was decided by, since a
 * newer Kith changes no decision silently; the latest one where nothing was decided yet.
 */
export async function defaultOf(log: Log, seal: Seal): Promise<Model> {
  const { events } = await log.readAll(0n, { limit: FIRST, filter: { types: [RECORDS_LINKED, MATCH_PROPOSED] } });
  for (const { bytes } of events) {
    const said = textOf(decode(bytes, seal).data['model']);
    if (said !== '') return DEFAULTS.find((model) => modelHash(model) === said) ?? defaultModel;
  }
  return defaultModel;
}

/** Decisions that are looked at: those of stewards name no model. */
const FIRST = 1_000;

const modelsOf = async (log: Log, seal: Seal): Promise<Kind<Model>> => ({
  name: 'model',
  stream: MATCHING_POLICY,
  type: MODEL_PUBLISHED,
  fallback: await defaultOf(log, seal),
  others: DEFAULTS,
  hash: modelHash,
  of: modelOf,
});

/** The model published last, the default where none was; the same object as long as it holds. */
export function currentModel(log: Log, seal: Seal): () => Promise<Model> {
  let held: { readonly revision?: bigint; readonly model: Model } | undefined;
  return async () => {
    const { events } = await log.read(MATCHING_POLICY, { direction: 'backward', limit: 1 });
    const [last] = events;
    held ??= { model: await defaultOf(log, seal) };
    if (last && last.revision !== held.revision)
      held = { revision: last.revision, model: modelOf(decode(last.bytes, seal)) ?? held.model };
    return held.model;
  };
}

export interface PublishedModel extends Published {
  readonly trainedOn: number;
}

/** All that were ever published, the oldest first. */
export async function publishedModels(log: Log, seal: Seal): Promise<readonly PublishedModel[]> {
  return (await published(await modelsOf(log, seal), log, seal)).map(({ rules, ...told }) => ({
    ...told,
    trainedOn: rules.trainedOn,
  }));
}

type Decided = ReturnType<typeof publish>;

/** Makes a model hold again that held before, or the default. Throws `model-unknown`. */
export async function republishModel(kith: Publisher, hash: string, reason: string, actor?: string): Decided {
  return publishModel(
    kith,
    await withHash(await modelsOf(kith.log, kith.seal), kith.log, kith.seal, hash),
    reason,
    actor,
  );
}

/** Makes a model hold from now on. Answers its hash, and where the log stands with it; nothing is written where it holds already. */
export async function publishModel(kith: Publisher, model: Model, reason: string, actor?: string): Decided {
  return publish(await modelsOf(kith.log, kith.seal), kith, model, reason, actor);
}
