/**
 * How likely two records are of one party: the sum of the weights of all levels in bits, each log2(m/u), plus how much
 * rarer or commoner than usual the shared values are, plus the prior (Fellegi & Sunter 1969; frequencies as Winkler 1989).
 */
import { type Agreement, type Blanks, compare, emptyAgreement } from './comparing';
import { AT } from './comparison';
import type { SharedName } from './comparing-organisations';
import { comparisonsOf, type Frequencies, levelsOf, type Model } from './model';
import { Precision } from './precision';
import type { Prepared } from './prepared';
import { areCareful } from './settings';

/** Rare values may add and common ones take at most this many bits. */
const FREQUENCY_LIMIT = 6;

export interface Scorer {
  readonly model: Model;
  readonly names: readonly string[];
  /** Names of the levels by comparison, level 1 first. */
  readonly levelNames: readonly (readonly string[])[];
  /** Weights in bits by comparison and level; level 0 weighs 0. */
  readonly weights: readonly Float64Array[];
  readonly agreement: Agreement;
  readonly families: Rarity;
  readonly givens: Rarity;
  readonly births: Rarity;
  readonly organisations: Rarity;
  readonly precision: Precision;
}

/** Bits that a shared value adds for its frequency: those that are listed, and all others. */
interface Rarity {
  readonly listed: ReadonlyMap<string, number>;
  readonly rest: number;
}

/** Where nobody counted, every value is as frequent as usual. */
const USUAL: Rarity = { listed: new Map(), rest: 0 };

const rarityOf = ({ values, rest }: Frequencies, usual: number): Rarity => ({
  listed: new Map(Object.entries(values).map(([value, share]) => [value, adjustment(usual, share)])),
  rest: adjustment(usual, rest),
});

const adjustment = (usual: number, share: number): number =>
  Math.max(-FREQUENCY_LIMIT, Math.min(FREQUENCY_LIMIT, Math.log2(usual / share)));

/** Makes a model ready to score with; the scorer owns one agreement that every comparison overwrites. */
export function scorerOf(model: Model): Scorer {
  const names = comparisonsOf(model.extra);
  const weights = names.map((name) => {
    const { m, u } = model.comparisons[name] ?? { m: [], u: [] };
    return Float64Array.from([0, ...m.map((one, level) => Math.log2(one / (u[level] ?? 1)))]);
  });
  const { family, given, birth, organisation } = model.frequencies;
  const usual = (name: string): number => model.comparisons[name]?.u[0] ?? 1;
  return {
    model,
    names,
    levelNames: names.map((name) => levelsOf(name).map((level) => level.name)),
    weights,
    agreement: emptyAgreement(model.extra, areCareful(model.settings)),
    families: rarityOf(family, usual('family')),
    givens: rarityOf(given, usual('given')),
    births: rarityOf(birth, usual('birth')),
    organisations: organisation ? rarityOf(organisation, organisation.rest) : USUAL,
    precision: new Precision(model.calibration),
  };
}

const adjusted = ({ listed, rest }: Rarity, shared: string): number =>
  shared === '' ? 0 : (listed.get(shared) ?? rest);

const namedAlike = ({ listed, rest }: Rarity, shared: SharedName | undefined): number =>
  shared ? (listed.get(shared.counted) ?? listed.get(shared.joined) ?? rest) : 0;

/** Bits that the frequency of the shared value adds to the comparison at this place. */
export function frequencyBits(scorer: Scorer, at: number, agreement: Agreement): number {
  if (at === AT.family) return adjusted(scorer.families, agreement.sharedFamily);
  if (at === AT.given) return adjusted(scorer.givens, agreement.sharedGiven);
  if (at === AT.organisation) return namedAlike(scorer.organisations, agreement.sharedOrganisation);
  return at === AT.birth ? adjusted(scorer.births, agreement.sharedBirth) : 0;
}

/** Bits of the levels that stand in `scorer.agreement`, the prior included. */
export function bitsOf(scorer: Scorer): number {
  const { agreement, weights } = scorer;
  let bits = scorer.model.prior;
  for (let at = 0; at < weights.length; at++) bits += weights[at]?.[agreement.levels[at] ?? 0] ?? 0;
  bits += adjusted(scorer.families, agreement.sharedFamily);
  bits += adjusted(scorer.givens, agreement.sharedGiven);
  bits += namedAlike(scorer.organisations, agreement.sharedOrganisation);
  return bits + adjusted(scorer.births, agreement.sharedBirth);
}

/** Compares in canonical order of ids, so that both ways round give the same bits; leaves the levels in the scorer. */
export function score(scorer: Scorer, a: Prepared, b: Prepared, blanks: Blanks): number {
  if (a.id < b.id) compare(a, b, blanks, scorer.agreement);
  else compare(b, a, blanks, scorer.agreement);
  return bitsOf(scorer);
}
