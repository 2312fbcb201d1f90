/**
 * The frozen model: everything that a decision rests on beside the records themselves, as plain JSON. Whoever holds the
 * same records, the same model and the same constraints gets the same customers.
 */
import { hash } from 'node:crypto';
import { canonical } from '../../../eventstore/canonical';
import { COMPARISONS, IDENTIFIER_LEVELS, type Level, TRAIT_LEVELS } from './comparison';
import { knownFamilies, knownGivens } from './names/known';
import { experience } from './experience';
import { areCareful, defaultSettings, firstSettings, type Settings } from './settings';

/** Probability of each level among records of one party (m) and of two (u). */
export interface Probabilities {
  readonly m: readonly number[];
  readonly u: readonly number[];
}

/** How often values occur, as shares of all records; `rest` is the share of one value that is not listed. */
export interface Frequencies {
  readonly values: Readonly<Record<string, number>>;
  readonly rest: number;
}

export interface Thresholds {
  /** Bits from which a pair is linked without asking anybody. */
  readonly automatic: number;
  /** Bits from which a name that agrees is enough where nothing else is known; out of reach unless records taught it. */
  readonly nameAlone: number;
  /** Bits of name and birth date, without the prior, from which they are enough where nothing else agrees; what `automatic` asks where absent. */
  readonly nameAndBirth?: number;
  /** Calibrated precision from which a pair is shown for review. */
  readonly review: number;
  /** Average capped bits that two groups must reach to be joined. */
  readonly average: number;
  /** Bits by which a record must fit one group better than another that is kept apart from it. */
  readonly margin: number;
  /** No single pair counts more than this in an average, for or against. */
  readonly cap: number;
}

export interface Model {
  readonly version: 1;
  readonly settings: Settings;
  /** Names of the comparisons behind the fixed ones: `identifier/<scheme>`, `trait/<name>`, sorted. */
  readonly extra: readonly string[];
  readonly comparisons: Readonly<Record<string, Probabilities>>;
  readonly frequencies: {
    readonly family: Frequencies;
    readonly given: Frequencies;
    readonly birth: Frequencies;
    /** Names of organisations, counted once a town; absent where none were trained on. */
    readonly organisation?: Frequencies;
  };
  /** Whether a conflict in this field keeps records apart, or is so often an error here that it only weighs. */
  readonly trusts: { readonly birth: boolean; readonly given: boolean };
  /** log2 of the odds that two records, drawn at random, are of one party. */
  readonly prior: number;
  readonly thresholds: Thresholds;
  /** Guard and bits, in steps of two → share of such pairs that are of one party, estimated without labels. */
  readonly calibration: Readonly<Record<string, number>>;
  /** Numbers (hash51) of blocks that were over-full in training: not compared, whatever their size is now. */
  readonly stopKeys: readonly number[];
  /** Records the model was trained on; 0 for the default. */
  readonly trainedOn: number;
}

export const probabilitiesOf = (levels: readonly Level[]): Probabilities => ({
  m: levels.map(({ m }) => m),
  u: levels.map(({ u }) => u),
});

export const levelsOf = (name: string): readonly Level[] => {
  if (name.startsWith('identifier/')) return IDENTIFIER_LEVELS;
  if (name.startsWith('trait/')) return TRAIT_LEVELS;
  return COMPARISONS.find((one) => one.name === name)?.levels ?? [];
};

/** The names of all comparisons of a model, in the order of the vectors of levels. */
export const comparisonsOf = (extra: readonly string[]): readonly string[] => [
  ...COMPARISONS.map(({ name }) => name),
  ...extra,
];

export const defaultThresholds: Thresholds = {
  automatic: 4,
  nameAlone: 99,
  review: 0.5,
  average: -2,
  cap: 12,
  margin: 3,
};

/** Shares of names as the first default model knew them: US census 2010 and SSA, and a name out of ten thousand. */
const firstFrequencies: Model['frequencies'] = {
  family: {
    values: {
      smith: 0.0083,
      johnson: 0.0065,
      williams: 0.0055,
      brown: 0.0049,
      jones: 0.0048,
      muller: 0.0095,
      wang: 0.07,
      li: 0.07,
      zhang: 0.068,
      garcia: 0.008,
    },
    rest: 2e-4,
  },
  given: {
    values: {
      james: 0.03,
      john: 0.03,
      robert: 0.03,
      michael: 0.028,
      mary: 0.026,
      maria: 0.026,
      david: 0.024,
      anna: 0.02,
    },
    rest: 2e-3,
  },
  birth: { values: {}, rest: 4e-5 },
};

/** Each town has a Main Street: without the area a street says little, and with a number little more. */
const ELSEWHERE: Readonly<Record<string, number>> = {
  'street same, area differs': 3,
  'street close, area differs': 1,
  'street street, area differs': 0,
};

function probabilitiesIn(name: string, settings: Settings): Probabilities {
  const levels = levelsOf(name);
  const { m, u } = probabilitiesOf(levels);
  if (name !== 'address' || !areCareful(settings)) return { m, u };
  return { m, u: u.map((one, at) => elsewhere(levels[at]?.name ?? '', m[at] ?? 1) ?? one) };
}

function elsewhere(level: string, m: number): number | undefined {
  const bits = ELSEWHERE[level];
  return bits === undefined ? undefined : Number((m / 2 ** bits).toPrecision(6));
}

function frequenciesIn(settings: Settings): Model['frequencies'] {
  if (!areCareful(settings)) return firstFrequencies;
  const usual = (name: string): number => levelsOf(name)[0]?.u ?? 1;
  return {
    family: knownFamilies(usual('family')),
    given: knownGivens(usual('given')),
    birth: { values: {}, rest: usual('birth') },
  };
}

/** Of a name and birth date with so many bits a country of eighty million has one other in six or seven. */
const CROWD = 29;

/** A model that nobody trained: probabilities from the literature, and a prior for some ten thousand records. */
export const modelWith = (settings: Settings, extra: readonly string[]): Model => ({
  version: 1,
  settings,
  extra,
  comparisons: Object.fromEntries(comparisonsOf(extra).map((name) => [name, probabilitiesIn(name, settings)])),
  frequencies: frequenciesIn(settings),
  trusts: { birth: true, given: true },
  prior: -14,
  thresholds: areCareful(settings) ? { ...defaultThresholds, nameAndBirth: CROWD } : defaultThresholds,
  calibration: areCareful(settings) ? experience() : {},
  stopKeys: [],
  trainedOn: 0,
});

export const defaultModel: Model = modelWith(defaultSettings, []);

/** The default model of logs that were decided by it before rules had a number. */
export const firstDefaultModel: Model = modelWith(firstSettings, []);

/** SHA-256 of the canonical JSON, in hex. */
export const modelHash = (model: Model): string => hash('sha256', canonical(model), 'hex');
