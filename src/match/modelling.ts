/**
 * Which model decides, and why: a frozen one from a file, one that is trained on the records without labels, or the
 * weights of the literature where there are too few records to learn from.
 */
import { canonical } from '../../eventstore/canonical';
import type { Described } from '../domain/matching/described';
import { type Model, modelWith } from '../domain/matching/model';
import { defaultSettings, firstSettings, type Settings } from '../domain/matching/settings';
import { train } from '../domain/matching/training';
import { reasonOf, Refusal } from '../domain/refusals';
import { isObject } from '../import/shapes';

/** Training draws its random pairs from it; always the same, so that the same files give the same model. */
const SEED = 20260101;

export interface ModelAsked {
  /** Path and text of a frozen model. */
  readonly file?: { readonly path: string; readonly text: string };
  /** `true`: learn, or say that it cannot be; `false`: do not learn; `undefined`: learn where there is enough. */
  readonly train?: boolean;
  /** ISO 3166 alpha-2. */
  readonly region?: string;
}

export interface Chosen {
  readonly model: Model;
  readonly how: 'frozen' | 'trained' | 'default';
  /** Which and why, for people. */
  readonly why: string;
}

const count = (n: number): string => n.toLocaleString('en');

/** Throws `bad-parameter` where it was asked to learn from too few records, `model-unusable` for a wrong file. */
export function chooseModel(described: readonly Described[], { file, train: asked, region }: ModelAsked): Chosen {
  if (file) {
    const model = readModel(file);
    const learnt = !isTaught(model)
      ? 'it has the weights of the literature'
      : `it was trained on ${count(model.trainedOn)} records`;
    return { model, how: 'frozen', why: `the frozen model of ${file.path}; ${learnt}` };
  }
  const settings: Settings = { ...firstSettings, region: region ?? '' };
  if (asked === false) {
    const model = modelWith({ ...defaultSettings, region: region ?? '' }, extraOf(described));
    return {
      model,
      how: 'default',
      why: 'the default model, with weights from the literature, since training was declined',
    };
  }
  const model = train(described, { settings, seed: SEED });
  const records = `${count(described.length)} records`;
  if (isTaught(model)) return { model, how: 'trained', why: `trained on these ${records}, without labels` };
  if (asked) {
    throw new Refusal(
      'bad-parameter',
      `${records} are too few to train on; bring more, use --model with a model that was trained elsewhere, or leave out --train for the default one`,
    );
  }
  return {
    model,
    how: 'default',
    why: `the default model: ${records} are too few to learn weights from, so these come from the literature; how frequent values and matches are was counted here`,
  };
}

/** Whether the weights are others than before training. */
const isTaught = ({ settings, extra, comparisons }: Model): boolean =>
  canonical(comparisons) !== canonical(modelWith(settings, extra).comparisons);

/** Comparisons that occur beside the fixed ones, sorted. */
function extraOf(described: readonly Described[]): readonly string[] {
  const found = new Set<string>();
  for (const { identifiers, traits = {} } of described) {
    for (const { scheme, exclusive } of identifiers) if (!exclusive) found.add(`identifier/${scheme}`);
    for (const name of Object.keys(traits)) found.add(`trait/${name}`);
  }
  return [...found].sort();
}

const unusable = (path: string, what: string, todo = 'train a new one with --train --save-model'): Refusal =>
  new Refusal('model-unusable', `${path}: ${what}; ${todo}`);

function readModel({ path, text }: { readonly path: string; readonly text: string }): Model {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch (problem) {
    throw unusable(path, `it is no JSON (${reasonOf(problem)})`);
  }
  if (!isObject(said) || !('comparisons' in said)) throw unusable(path, 'it is no model');
  const { version } = said;
  const ours = modelWith(firstSettings, []).version;
  if (version !== ours)
    throw unusable(path, `it is a model of version ${JSON.stringify(version)}, and this Kith reads version ${ours}`);
  const { extra } = said;
  const names = Array.isArray(extra) && extra.every((one) => typeof one === 'string') ? extra.map(String) : [];
  const problem = difference(said, modelWith(isCareful(said) ? defaultSettings : firstSettings, names), '');
  if (problem !== undefined) throw unusable(path, `${problem}, so it was made by another version of Kith`);
  if (!isModel(said, problem)) throw unusable(path, 'it is no model');
  return said;
}

/** Whether the model names the rules that judge for it. */
const isCareful = (said: object): boolean => 'settings' in said && isObject(said.settings) && 'rules' in said.settings;

/** What `difference` found is all there is to know about the shape. */
const isModel = (_said: unknown, problem: string | undefined): _said is Model => problem === undefined;

/** Members whose keys are values of records; only what they hold is checked. */
const OPEN = new Set([
  '/frequencies/family/values',
  '/frequencies/given/values',
  '/frequencies/birth/values',
  '/frequencies/organisation/values',
  '/calibration',
]);

/** Where the model is not built like ours, in words; `undefined` where it is. */
function difference(said: unknown, ours: unknown, at: string): string | undefined {
  if (Array.isArray(ours)) {
    if (!Array.isArray(said)) return `${at} is no list`;
    const sort = at === '/extra' || at === '/settings/evidence' ? 'string' : 'number';
    if (said.some((one) => typeof one !== sort)) return `${at} holds something else than a ${sort}`;
    const isRow = at.startsWith('/comparisons/');
    return isRow && said.length !== ours.length ? `${at} has ${said.length} levels and not ${ours.length}` : undefined;
  }
  if (isObject(ours)) {
    if (!isObject(said)) return `${at} is no object`;
    if (OPEN.has(at))
      return Object.values(said).some((one) => typeof one !== 'number')
        ? `${at} holds something else than numbers`
        : undefined;
    const strange = Object.keys(said).find((key) => !(key in ours));
    if (strange !== undefined) return `${at}/${strange} is not known`;
    for (const [key, own] of Object.entries(ours)) {
      if (!(key in said)) return `${at}/${key} is missing`;
      const problem = difference(said[key], own, `${at}/${key}`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  return typeof said === typeof ours ? undefined : `${at} is no ${typeof ours}`;
}
