/**
 * Trains a model on records without labels. The same set of records in any order gives the same model to the byte: they
 * are put in the order of their ids first, and chance is drawn from a seed.
 */
import { noBlanks } from './comparing';
import { AT } from './comparison';
import { countedAs } from './comparing-organisations';
import type { Described } from './described';
import { countPattern, expectedMatches, type Patterns, smoothed, type Table } from './expectation';
import { guardOf, GUARDS } from './guards';
import { type Frequencies, levelsOf, type Model, modelWith } from './model';
import { candidatePairs, pairsBy, randomPairs } from './pairing';
import { probability } from './precision';
import { prepare, type Prepared } from './prepared';
import { bitsOf, score, type Scorer, scorerOf } from './scoring';
import { calibrated } from './calibrating';
import { typedSchemes } from './schemes';
import { trustsOf } from './trusting';
import { firstSettings, type Settings } from './settings';

export interface Training {
  readonly settings: Settings;
  readonly seed: number;
}

/** Fewer records than this teach nothing: they get the weights of the literature, and their own frequencies. */
const FEW = 300;
const RANDOM_PAIRS = 400_000;
/** Values kept in a table of frequencies; the rest share one figure. */
const FREQUENT = 2000;

/** Unsupervised: see identity.md, and Splink's training for the order of the steps. */
export function train(described: readonly Described[], { settings: asked, seed }: Training): Model {
  const typed = typedSchemes(preparedOf(described, asked), asked);
  const settings: Settings = { ...asked, evidence: [...new Set([...asked.evidence, ...typed])].sort() };
  const records = preparedOf(described, settings);
  const extra = extraOf(records);
  const start: Model = {
    ...modelWith(settings, extra),
    frequencies: frequenciesOf(records),
    trainedOn: records.length,
  };
  const rough = scorerOf({ ...start, prior: priorFor(records.length) });
  if (records.length < FEW) return withPrior(start, records);
  const u = randomLevels(records, rough, seed);
  const m = matchingLevels(records, rough, u);
  const comparisons = Object.fromEntries(
    rough.names.map((name, at) => [name, { m: rounded(m[at] ?? []), u: rounded(u[at] ?? []) }]),
  );
  const trained: Model = { ...start, comparisons };
  return withPrior({ ...trained, trusts: trustsOf(trained, records) }, records);
}

const preparedOf = (described: readonly Described[], settings: Settings): readonly Prepared[] =>
  described.map((one) => prepare(one, settings)).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

/** Six digits are more than the counts can tell, and keep the bytes of a model the same on every machine. */
const rounded = (shares: readonly number[]): number[] => shares.map((share) => Number(share.toPrecision(6)));

/** Each record has about one other of its party: a start that the counts then correct. */
const priorFor = (records: number): number => -Math.log2(Math.max(2, records));

/** Evidence schemes and traits that occur, sorted. */
function extraOf(records: readonly Prepared[]): readonly string[] {
  const found = new Set<string>();
  for (const { identifiers, traits } of records) {
    for (const { scheme, unique } of identifiers) if (!unique) found.add(`identifier/${scheme}`);
    for (const [name] of traits) found.add(`trait/${name}`);
  }
  return [...found].sort();
}

function frequenciesOf(records: readonly Prepared[]): Model['frequencies'] {
  const [family, given, birth] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  const count = (table: Map<string, number>, value: string): void => {
    if (value !== '') table.set(value, (table.get(value) ?? 0) + 1);
  };
  for (const { names, births } of records) {
    const [name] = names;
    if (name) count(family, name.family);
    if (name) count(given, name.given);
    for (const { digits } of births) count(birth, digits);
  }
  const known = modelWith(firstSettings, []).frequencies;
  const organisations = townsOf(records);
  return {
    ...(organisations.size > 0 && { organisation: shares(organisations, RARE_NAME) }),
    family: shares(family, known.family),
    given: shares(given, known.given),
    birth: shares(birth, known.birth),
  };
}

/** A name of an organisation that hardly any other has. */
const RARE_NAME: Frequencies = { values: {}, rest: 2e-5 };

/** In how many towns each name is found: records of one town may be of one organisation, those of many are a chain or namesakes. */
function townsOf(records: readonly Prepared[]): ReadonlyMap<string, number> {
  const towns = new Map<string, Set<string>>();
  for (const { organisations, places } of records) {
    const [name] = organisations;
    if (!name) continue;
    const known = towns.get(countedAs(name)) ?? new Set();
    towns.set(countedAs(name), known);
    for (const { locality, postal } of places) if (locality !== '' || postal !== '') known.add(locality || postal);
  }
  return new Map([...towns].map(([name, known]) => [name, Math.max(1, known.size)]));
}

/** How many records what is known beforehand about frequencies counts for. */
const KNOWN = 500;

/** Values in the order of their counts, then of their letters; what is not listed is as frequent as those on average. */
function shares(counts: ReadonlyMap<string, number>, known: Frequencies): Frequencies {
  const total = [...counts.values()].reduce((sum, one) => sum + one, 0);
  const share = (n: number, before: number): number => Number(((n + KNOWN * before) / (total + KNOWN)).toPrecision(6));
  const ordered = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const listed = ordered.slice(0, FREQUENT).filter(([, n]) => n > 1);
  const others = ordered.slice(listed.length);
  const left = others.reduce((sum, [, n]) => sum + n, 0);
  return {
    values: Object.fromEntries(listed.map(([value, n]) => [value, share(n, known.values[value] ?? known.rest)])),
    rest: share(Math.max(1, left) / Math.max(1, others.length), known.rest),
  };
}

/** u: how often two random records are at each level. Pairs that look like one party are left out. */
function randomLevels(records: readonly Prepared[], rough: Scorer, seed: number): Table {
  const counts = rough.names.map((name) => levelsOf(name).map(() => 0));
  randomPairs(records, RANDOM_PAIRS, seed, (a, b) => {
    if (score(rough, a, b, noBlanks) > 0) return;
    for (const [at, row] of counts.entries()) {
      const level = rough.agreement.levels[at] ?? 0;
      if (level > 0) row[level - 1] = (row[level - 1] ?? 0) + 1;
    }
  });
  return rough.names.map((name, at) => {
    // Order is looked at only where names agree, and random pairs hardly do: what is known beforehand stays.
    if (at === AT.order) return levelsOf(name).map(({ u }) => u);
    const row = counts[at] ?? [];
    const total = row.reduce((sum, one) => sum + one, 0);
    // What is known beforehand counts as two pairs at that level.
    return levelsOf(name).map(({ u }, level) => ((row[level] ?? 0) + 2) / (total + 2 / u));
  });
}

type Drawn = readonly [name: string, keys: (one: Prepared) => readonly string[], without: readonly number[]];

/** Which pairs each m is learnt on: dates on pairs of one name, names on pairs of one date. */
const GROUPS: readonly Drawn[] = [
  [
    'name',
    (one) => one.names.map(({ given, family }) => (given.length > 1 && family.length > 1 ? `${given} ${family}` : '')),
    [AT.family, AT.given, AT.middle, AT.order, AT.gender],
  ],
  ['birth', (one) => one.births.filter(({ day }) => day > 0).map(({ digits }) => digits), [AT.birth]],
  ['organisation', (one) => one.organisations.map(({ joined }) => joined), [AT.organisation]],
];
/** Where there is no date to learn names on, those who share a contact point have to do. */
const CONTACTS: readonly Drawn[] = [
  ['email', (one) => one.emails.map(({ address }) => address), [AT.email]],
  ['phone', (one) => one.phones.map(({ value }) => value), [AT.phone]],
  [
    'address',
    (one) => one.places.map(({ number, street, postal }) => (number === '' ? '' : `${number} ${street} ${postal}`)),
    [AT.address, AT.premise],
  ],
];
const GROUP_LIMIT = 40;
const ENOUGH = 100;

/** m: expected counts of all groups together. */
function matchingLevels(records: readonly Prepared[], rough: Scorer, u: Table): Table {
  const start: Table = rough.names.map((name) => levelsOf(name).map(({ m }) => m));
  const total = start.map((row) => row.map(() => 0));
  const learn = (groups: readonly Drawn[]): void => {
    for (const [, keys, without] of groups) {
      const patterns: Patterns = new Map();
      const present = (one: Prepared): readonly string[] => keys(one).filter((key) => key !== '');
      pairsBy(records, present, GROUP_LIMIT, (a, b) => {
        score(rough, a, b, noBlanks);
        countPattern(patterns, rough.agreement.levels);
      });
      const used = rough.names.map((_, at) => !without.includes(at));
      const expected = expectedMatches(patterns, start, u, used, 0.3);
      for (const [at, row] of total.entries()) {
        for (const level of row.keys()) row[level] = (row[level] ?? 0) + (expected[at]?.[level] ?? 0);
      }
    }
  };
  learn(GROUPS);
  const sum = (at: number): number => (total[at] ?? []).reduce((all, one) => all + one, 0);
  if (sum(AT.family) < ENOUGH && sum(AT.organisation) < ENOUGH) learn(CONTACTS);
  return smoothed(
    total,
    start,
    rough.names.map(() => true),
  );
}

/** log2 odds of a random pair, so that the expected number of matches among the candidates is what the odds say. */
function withPrior(model: Model, records: readonly Prepared[]): Model {
  const scorer = scorerOf({ ...model, prior: 0 });
  const bits: number[] = [];
  const { full } = candidatePairs(records, model.settings.blockLimit, (a, b) => {
    score(scorer, a, b, noBlanks);
    const guard = guardOf(a, b, scorer);
    const force = guard === undefined ? undefined : GUARDS[guard].force;
    if (force !== 'veto' && force !== 'hold') bits.push(bitsOf(scorer));
  });
  const pairs = Math.max(1, (records.length * (records.length - 1)) / 2);
  let prior = priorFor(records.length);
  for (let round = 0; round < 15; round++) {
    const matches = bits.reduce((sum, one) => sum + probability(one + prior), 0);
    prior = Math.log2(Math.max(1, matches) / pairs);
  }
  return calibrated({ ...model, prior: Number(prior.toPrecision(6)), stopKeys: full }, records);
}
