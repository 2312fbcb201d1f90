/** What is configured about matching, once per schema and never per file. Part of the model, and so of its hash. */
export interface Settings {
  /** ISO 3166 alpha-2 region for phone numbers written without a country; '' where there is none to assume. */
  readonly region: string;
  /** Schemes that are written with typos: scored as evidence, whatever the source says of them. */
  readonly evidence: readonly string[];
  /** Distinct names (sound of the surname and an initial) that an e-mail, phone or address may have before it says nothing. */
  readonly genericLimit: number;
  /** Records in one block above which the block is no longer compared; the narrower blocks go on. */
  readonly blockLimit: number;
  /** Members above which a customer raises the size alarm. */
  readonly sizeAlarm: number;
  /**
   * Density below which a customer raises the density alarm: the share of the pairs of its records that are linked. Where
   * a model does not say it, which keeps the hashes of models that are older than the alarm, it is DENSITY_ALARM.
   */
  readonly densityAlarm?: number;
  /** The rules that judge people: 2 asks wherever a name and one thing more agree; absent in models that are older than them. */
  readonly rules?: 2;
  /** Proposals that stewards can look at, for a thousand records, twenty at least; all where absent. */
  readonly proposalsPerThousand?: number;
}

export const areCareful = ({ rules }: Settings): boolean => rules === 2;

/** Of so many records: how many proposals there may be at once, and how many of many bits more. */
export function proposalsAmong(
  records: number,
  { proposalsPerThousand }: Settings,
): { readonly all: number; readonly beyond: number } {
  if (proposalsPerThousand === undefined) return { all: Infinity, beyond: 0 };
  const all = Math.max(20, Math.floor((proposalsPerThousand * records) / 1000));
  return { all, beyond: Math.floor(all / 5) };
}

/** A chain of n records has a density of 2/n, so that one of five falls below. */
export const DENSITY_ALARM = 0.5;

export const densityAlarmOf = ({ densityAlarm = DENSITY_ALARM }: Settings): number => densityAlarm;

export const defaultSettings: Settings = {
  region: '',
  evidence: [],
  genericLimit: 6,
  blockLimit: 60,
  sizeAlarm: 30,
  rules: 2,
  proposalsPerThousand: 50,
};

/** Of models that are trained, which know their records, and of all that were made before the rules had a number. */
export const firstSettings: Settings = {
  region: '',
  evidence: [],
  genericLimit: 6,
  blockLimit: 60,
  sizeAlarm: 30,
};
