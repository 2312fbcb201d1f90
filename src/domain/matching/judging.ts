/** What becomes of a pair: bits, the guard it runs into, and the outcome that follows from both. */
import { type Blanks, compareRest, compareWho } from './comparing';
import { AT } from './comparison';
import { BIRTH } from './comparing-values';
import { FAMILY, GIVEN } from './comparing-names';
import { GUARDS, type GuardName, guardOf, speaks, type Standing, standingOf } from './guards';
import { isHoused } from './guards-organisation';
import type { Model } from './model';
import type { Prepared } from './prepared';
import { bitsOf, score, type Scorer } from './scoring';
import { areCareful } from './settings';

/** automatic: one party; review: somebody should look; household, colleague: related, never merged; none: nothing. */
export type Outcome = 'automatic' | 'review' | 'household' | 'colleague' | 'none';

export interface Verdict {
  readonly bits: number;
  readonly guard: GuardName | undefined;
  /** identifier: a unique identifier is shared, whatever the bits are. */
  readonly rule: 'identifier' | 'score';
  readonly outcome: Outcome;
}

/** Leaves the levels in `scorer.agreement`. */
export function judge(scorer: Scorer, a: Prepared, b: Prepared, blanks: Blanks): Verdict {
  score(scorer, a, b, blanks);
  return verdictOf(scorer, a, b);
}

/** The same verdict; `undefined` where it is none, which names and births tell of many pairs without a look at the rest. */
export function judgeUnlessNone(scorer: Scorer, a: Prepared, b: Prepared, blanks: Blanks): Verdict | undefined {
  if (b.id < a.id) return judgeUnlessNone(scorer, b, a, blanks);
  compareWho(a, b, scorer.agreement);
  if (isNone(scorer, a, b)) return undefined;
  compareRest(a, b, blanks, scorer.agreement);
  const verdict = verdictOf(scorer, a, b);
  return verdict.outcome === 'none' ? undefined : verdict;
}

/** Of the levels that stand in `scorer.agreement`. */
function verdictOf(scorer: Scorer, a: Prepared, b: Prepared): Verdict {
  const bits = bitsOf(scorer);
  const stands = standingOf(scorer);
  const guard = guardOf(a, b, scorer, stands);
  const { automatic } = scorer.model.thresholds;
  const rule = scorer.agreement.sharedIdentifier === '' ? 'score' : 'identifier';
  if (guard === undefined) {
    const outcome = rule === 'identifier' || bits >= automatic ? 'automatic' : asked(scorer, guard, bits);
    return { bits, guard, rule, outcome };
  }
  return { bits, guard, rule, outcome: guarded(scorer, guard, bits, stands) };
}

/**
 * Whether nothing that was not compared yet can save the pair: names and births run it into a guard (see `personGuard`),
 * and behind that guard there is nothing, or something only for those who share a contact point. False where in doubt.
 */
function isNone(scorer: Scorer, a: Prepared, b: Prepared): boolean {
  if (a.organisation !== b.organisation) return true;
  const { agreement, model } = scorer;
  if (a.organisation || !model.trusts.birth || !model.trusts.given) return false;
  if (saysBoth(a.identifiers, b.identifiers) || saysBoth(a.employers, b.employers)) return false;
  const family = agreement.levels[AT.family] ?? 0;
  if (agreement.levels[AT.birth] === BIRTH.differs) return !mayBeAsked(scorer, 'birth conflict') && !mayShare(a, b);
  if (agreement.levels[AT.given] === GIVEN.differs) return family === FAMILY.differs || !mayShare(a, b);
  return family === FAMILY.differs && !speaks(scorer, AT.birth, 1) && !mayBeAsked(scorer, 'another family name');
}

/** Whether any bits are enough for review behind this guard. */
const mayBeAsked = ({ precision, model }: Scorer, guard: GuardName): boolean =>
  precision.most(guard) >= model.thresholds.review;

const saysBoth = (a: readonly unknown[], b: readonly unknown[]): boolean => a.length > 0 && b.length > 0;

const mayShare = (a: Prepared, b: Prepared): boolean =>
  saysBoth(a.places, b.places) || saysBoth(a.emails, b.emails) || saysBoth(a.phones, b.phones);

const asked = (scorer: Scorer, guard: GuardName | undefined, bits: number): 'review' | 'none' =>
  scorer.precision.of(guard, bits) >= scorer.model.thresholds.review ? 'review' : 'none';

function guarded(scorer: Scorer, guard: GuardName, bits: number, stands: Standing): Outcome {
  const { force } = GUARDS[guard];
  if (force === 'veto' && guard !== 'birth conflict') return 'none';
  const shares = stands.address || stands.contact;
  if (guard === 'household') return shares ? 'household' : 'none';
  if (guard === 'other person') return (scorer.agreement.levels[9] ?? 0) === 1 ? 'colleague' : 'none';
  if (guard === 'another organisation') return 'none';
  if (guard === 'contact alone') return shares ? 'household' : 'none';
  if (guard === 'birth conflict' && shares) return 'household';
  const { automatic, nameAlone } = scorer.model.thresholds;
  if (guard === 'part of the name' && isHoused(scorer.agreement.levels) && bits >= automatic) return 'automatic';
  if (guard === 'name alone' && bits >= nameAlone) return 'automatic';
  return asked(scorer, guard, bits);
}

/** What the pair is worth when two groups are weighed: −∞ for a veto, and never more than the cap. */
export function worth({ bits, guard, rule }: Verdict, { settings, thresholds: { cap }, trusts }: Model): number {
  // A field that is not trusted keeps nobody apart; it has its weight.
  const doubted = (guard === 'birth conflict' && !trusts.birth) || (guard === 'household' && !trusts.given);
  const force = guard === undefined || doubted ? undefined : GUARDS[guard].force;
  if (force === 'veto') return -Infinity;
  if (force === 'hold') return -cap;
  // Whoever fits both of them fits two people.
  if (guard === 'other contact points') return -cap;
  // What is a question between two records is no reason to join their groups.
  if (areCareful(settings) && force === 'ask' && guard !== 'part of the name') return Math.min(0, bits);
  // It joins where nothing speaks against it, and outweighs nobody.
  if (guard === 'part of the name') return 0;
  return rule === 'identifier' ? cap : Math.max(-cap, Math.min(cap, bits));
}
