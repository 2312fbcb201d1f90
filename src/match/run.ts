/** Files in, customers out: reads, chooses the model, resolves, and measures where the truth is known. Holds no clock. */
import { blockingRecall, type Quality, qualityOf } from '../analytics/partition-quality';
import type { Explanation } from '../domain/matching/explaining';
import { modelHash } from '../domain/matching/model';
import { Resolver } from '../domain/matching/resolver';
import type { AcceptedLink, Candidate, CustomerGroup, Statistics } from '../domain/matching/told';
import { Refusal } from '../domain/refusals';
import { nearest } from '../import/columns';
import { type Chosen, chooseModel, type ModelAsked } from './modelling';
import type { Choice } from './plan';
import { type Files, readFiles } from './reading';

export type Stage = 'reading' | 'training' | 'comparing';

export interface MatchOptions {
  readonly paths: readonly string[];
  readonly choice: Choice;
  readonly truth?: string;
  readonly model: ModelAsked;
  readonly explain?: readonly [a: string, b: string];
  /** How far a stage is; training tells only that it begins. */
  readonly onProgress?: (stage: Stage, done: number, of: number) => void;
}

/** What is said of every partition, with the truth or without. */
export interface Measured {
  readonly candidatesPerRecord: number;
  /** Share of records that say so little that not even a copy of theirs would be linked. */
  readonly unlinkable: number;
  /** Only where the truth is known. */
  readonly quality?: Quality & { readonly blockingRecall: number; readonly reviewPrecision?: number };
}

export interface Matched extends Files {
  readonly chosen: Chosen;
  readonly modelHash: string;
  readonly groups: readonly CustomerGroup[];
  readonly links: readonly AcceptedLink[];
  readonly candidates: readonly Candidate[];
  readonly related: number;
  readonly statistics: Statistics;
  readonly measured: Measured;
  readonly explanation?: Explanation;
}

/** Records that come in between two looks at the progress. */
const STRIDE = 2_000;

/** Throws a Refusal for what is wrong with files, columns, model or ids. */
export async function matchFiles({
  paths,
  choice,
  truth,
  model,
  explain,
  onProgress = () => undefined,
}: MatchOptions): Promise<Matched> {
  const read = await readFiles(paths, choice, truth, (done, of) => onProgress('reading', done, of));
  onProgress('training', 0, read.described.length);
  const chosen = chooseModel(read.described, model);
  const resolver = resolved(read, chosen, onProgress);
  const groups = resolver.partition();
  const candidates = resolver.candidates();
  return {
    ...read,
    chosen,
    modelHash: modelHash(chosen.model),
    groups,
    links: resolver.links(),
    candidates,
    related: resolver.related().length,
    statistics: resolver.statistics(),
    measured: measure(resolver, read, groups, candidates),
    ...(explain && { explanation: explanationOf(resolver, read, explain) }),
  };
}

/** In strides, so that there is progress to show; the customers are the same in whatever strides records come. */
function resolved(
  { described }: Files,
  { model }: Chosen,
  onProgress: NonNullable<MatchOptions['onProgress']>,
): Resolver {
  const resolver = new Resolver(model);
  for (const [at, one] of described.entries()) {
    resolver.put(one);
    if ((at + 1) % STRIDE !== 0 && at + 1 !== described.length) continue;
    resolver.clusterOf(one.id);
    onProgress('comparing', at + 1, described.length);
  }
  return resolver;
}

function measure(
  resolver: Resolver,
  { described, truth }: Files,
  groups: readonly CustomerGroup[],
  candidates: readonly Candidate[],
): Measured {
  // Counted before anything is compared only in order to be measured.
  const { compared } = resolver.statistics();
  const unlinkable = described.filter(({ id }) => resolver.isUnlinkable(id)).length;
  const shares = { candidatesPerRecord: compared / described.length, unlinkable: unlinkable / described.length };
  if (truth.size === 0) return shares;
  const partyOf = (id: string): string | undefined => truth.get(id);
  const records = groups.map((one) => one.records);
  const known = candidates.filter(({ a, b }) => truth.has(a) && truth.has(b));
  const right = known.filter(({ a, b }) => truth.get(a) === truth.get(b)).length;
  return {
    ...shares,
    quality: {
      ...qualityOf(records, partyOf),
      blockingRecall: blockingRecall(records, partyOf, (a, b) => resolver.meet(a, b)),
      ...(known.length > 0 && { reviewPrecision: right / known.length }),
    },
  };
}

function explanationOf(
  resolver: Resolver,
  { described, files }: Files,
  [a, b]: readonly [string, string],
): Explanation {
  const ids = new Set(described.map(({ id }) => id));
  for (const id of [a, b]) {
    if (ids.has(id)) continue;
    const named = files.map(
      ({ id: { column }, source }) => (files.length > 1 ? `${source}:` : '') + (column ?? 'number of the row'),
    );
    throw new Refusal(
      'bad-parameter',
      `there is no record ${JSON.stringify(id)}; records are named ${named.join(', ')}, the nearest one is ${JSON.stringify(nearest(id, [...ids]))}`,
    );
  }
  if (a === b) throw new Refusal('bad-parameter', '--explain wants two different records');
  return resolver.explain(a, b);
}
