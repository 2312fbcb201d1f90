/** What becomes of a pair: bits, the guard it runs into, and the outcome that follows from both. */
import type { Blanks } from './comparison';
import { GUARDS, type GuardName, guardOf, type Standing, standingOf } from './guards';
import type { Model } from './model';
import type { Prepared } from './prepared';
import { score, type Scorer } from './scoring';

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
  const bits = score(scorer, a, b, blanks);
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

const asked = (scorer: Scorer, guard: GuardName | undefined, bits: number): 'review' | 'none' =>
  scorer.precision.of(guard, bits) >= scorer.model.thresholds.review ? 'review' : 'none';

function guarded(scorer: Scorer, guard: GuardName, bits: number, stands: Standing): Outcome {
  const { force } = GUARDS[guard];
  if (force === 'veto' && guard !== 'birth conflict') return 'none';
  const shares = stands.address || stands.contact;
  if (guard === 'household') return shares ? 'household' : 'none';
  if (guard === 'other person') return (scorer.agreement.levels[9] ?? 0) === 1 ? 'colleague' : 'none';
  if (guard === 'contact alone') return shares ? 'household' : 'none';
  if (guard === 'birth conflict' && shares) return 'household';
  if (guard === 'name alone' && bits >= scorer.model.thresholds.nameAlone) return 'automatic';
  return asked(scorer, guard, bits);
}

/** What the pair is worth when two groups are weighed: −∞ for a veto, and never more than the cap. */
export function worth({ bits, guard, rule }: Verdict, { thresholds: { cap }, trusts }: Model): number {
  // A field that is not trusted keeps nobody apart; it has its weight.
  const doubted = (guard === 'birth conflict' && !trusts.birth) || (guard === 'household' && !trusts.given);
  const force = guard === undefined || doubted ? undefined : GUARDS[guard].force;
  if (force === 'veto') return -Infinity;
  if (force === 'hold') return -cap;
  return rule === 'identifier' ? cap : Math.max(-cap, Math.min(cap, bits));
}
