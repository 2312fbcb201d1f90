/** Which model holds, and how another one comes to hold: by an event that carries it whole, so that any day's links can be explained. */
import type { EventLog, LogReader } from '../../eventstore/store';
import { decisionAppend } from '../domain/decision';
import { decode, type LogKeys } from '../domain/envelope';
import { defaultModel, type Model, modelHash } from '../domain/matching/model';
import { textOf } from '../domain/kernel';
import { MATCHING_POLICY, MODEL_PUBLISHED, modelOf } from '../domain/policy';
import { Refusal } from '../domain/refusals';
import type { Seal } from '../domain/seal';

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

export interface PublishedModel {
  readonly hash: string;
  readonly recordedAt: string;
  readonly trainedOn: number;
  readonly reason: string;
  readonly actor?: string;
}

/** All that were ever published, the oldest first. */
export async function publishedModels(
  log: Pick<LogReader, 'read'>,
  seal: Seal,
): Promise<readonly (PublishedModel & { readonly model: Model })[]> {
  const found: (PublishedModel & { readonly model: Model })[] = [];
  for (let from = 0n, end = false; !end; ) {
    const page = await log.read(MATCHING_POLICY, { from });
    for (const { bytes, revision } of page.events) {
      const event = decode(bytes, seal);
      const model = modelOf(event);
      from = revision + 1n;
      if (!model) continue;
      const { hash, reason } = event.data;
      found.push({
        hash: textOf(hash),
        recordedAt: event.recordedAt,
        trainedOn: model.trainedOn,
        reason: textOf(reason),
        ...(event.actor !== undefined && { actor: event.actor }),
        model,
      });
    }
    end = page.end;
  }
  return found;
}

/** Makes a model hold again that held before, or the default. Throws `model-unknown`. */
export async function republishModel(
  kith: Parameters<typeof publishModel>[0],
  hash: string,
  reason: string,
  actor?: string,
): ReturnType<typeof publishModel> {
  const known = [defaultModel, ...(await publishedModels(kith.log, kith.seal)).map(({ model }) => model)];
  const model = known.find((one) => modelHash(one) === hash);
  if (!model)
    throw new Refusal(
      'model-unknown',
      `no model with the hash ${hash} was published here; the list of models has them all`,
    );
  return publishModel(kith, model, reason, actor);
}

/** Makes a model hold from now on. Answers its hash, and where the log stands with it; nothing is written where it holds already. */
export async function publishModel(
  { log, keys, seal, now }: { log: EventLog; keys: LogKeys; seal: Seal; now: () => number },
  model: Model,
  reason: string,
  actor?: string,
): Promise<{ readonly hash: string; readonly position?: bigint }> {
  const hash = modelHash(model);
  const published = await publishedModels(log, seal);
  const holds = published.at(-1)?.hash ?? modelHash(defaultModel);
  if (holds === hash) return { hash };
  const n = published.length;
  const decision = {
    stream: MATCHING_POLICY,
    type: MODEL_PUBLISHED,
    clientId: `model:${n}`,
    data: { hash, reason, model: JSON.parse(JSON.stringify(model)) },
    ...(actor !== undefined && { actor }),
  };
  const { stream, expected, events } = decisionAppend(decision, keys, now(), n === 0 ? 'none' : BigInt(n - 1));
  const outcome = await log.append(stream, expected, events);
  if (outcome.kind === 'appended') return { hash, position: outcome.position };
  if (outcome.kind === 'failed') throw new Refusal('store-failed', `${outcome.reason}; nothing was written, try again`);
  throw new Refusal(
    'wrong-version',
    'somebody else published a model at the same moment; look at it, then decide anew',
  );
}
