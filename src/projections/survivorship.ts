/**
 * Which value of a field stands first: the candidates of a customer, ranked by a policy. Each says by which rule it stands
 * before the next one. It looks at candidates alone and never at which records there are.
 */
import { canonical } from '../../eventstore/canonical';
import type { JsonValue } from '../domain/kernel';
import { familyOf } from '../domain/slots';
import { type Criterion, defaultPolicy, type Policy, policyHash } from '../domain/survivorship';
import { type Candidate, compareRefs, type Ref } from './record';

/** What decided, the first that told the candidates apart. */
export type Rule = 'only-value' | 'not-ended' | 'override' | Criterion | 'withdrawal' | 'tie';

export interface Shown {
  readonly value: JsonValue;
  /** The statement that shows it: event, times, source, actor, record. */
  readonly from: Ref;
  /** When it was said first. */
  readonly since: Ref;
  readonly times: number;
  readonly rule: Rule;
  readonly verified?: Ref;
  readonly ended?: Ref;
  /** When a steward chose it last, and who. */
  readonly chosen?: Ref;
}

/** What stewards chose of a field: canonical JSON of a value → when last. */
export type Choices = Readonly<Record<string, Ref>>;

/** Negative where a stands before b. */
type Compare = (a: Candidate, b: Candidate) => number;
export type Rules = readonly { readonly rule: Rule; readonly compare: Compare }[];

/** A policy, ready to rank by. */
export interface Survivorship {
  readonly hash: string;
  readonly rulesOf: (slot: string) => Rules;
}

export function survivorship(policy: Policy): Survivorship {
  const { fields = {}, ...whole } = policy;
  const all = rulesBy(whole);
  const own = new Map(
    Object.entries(fields).map(([field, mine]) => [field, rulesBy({ ...whole, ...fields[familyOf(field)], ...mine })]),
  );
  const rulesOf = (slot: string): Rules =>
    familyOf(slot) === 'consent' ? LAST_WORD : (own.get(slot) ?? own.get(familyOf(slot)) ?? all);
  return { hash: policyHash(policy), rulesOf };
}

/** Candidates best first; each says by which rule it stands before the next one, the last by which it lost. */
export function rank(candidates: readonly Candidate[], policy: Rules, chosen?: Choices): readonly Shown[] {
  const rules = chosen ? [...FIRST, byChoice(chosen), ...policy.slice(FIRST.length)] : policy;
  const sorted = [...candidates].sort((a, b) => decide(a, b, rules).order);
  return sorted.map((candidate, i) => {
    const next = sorted[i + 1] ?? sorted[i - 1];
    return show(
      candidate,
      next ? decide(candidate, next, rules).rule : 'only-value',
      chosen?.[canonical(candidate.value)],
    );
  });
}

function decide(a: Candidate, b: Candidate, rules: Rules): { rule: Rule; order: number } {
  for (const { rule, compare } of rules) {
    const order = compare(a, b);
    if (order !== 0) return { rule, order };
  }
  return { rule: 'tie', order: 0 };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const hasEnded = ({ ended, last, times }: Candidate): boolean =>
  ended !== undefined && (times === 0 || compareRefs(last, ended) < 0);

/** A consent that was taken back at the very moment it was given is taken back. */
const isWithdrawn = ({ value }: Candidate): boolean =>
  typeof value === 'object' && value !== null && 'status' in value && value['status'] === 'withdrawn';

const byTrust =
  (trust: readonly string[]): Compare =>
  (a, b) =>
    placeIn(trust, a) - placeIn(trust, b);

function placeIn(trust: readonly string[], { last }: Candidate): number {
  const place = trust.indexOf(last.source);
  return place < 0 ? trust.length : place;
}

const comparing: Readonly<Record<Criterion, (trust: readonly string[]) => Compare>> = {
  verified: () => (a, b) => Number(b.verified !== undefined) - Number(a.verified !== undefined),
  'source-trust': byTrust,
  // What was learned later of the same moment is newer too.
  recency: () => (a, b) =>
    compare(b.last.occurredAt, a.last.occurredAt) || compare(b.last.recordedAt, a.last.recordedAt),
  frequency: () => (a, b) => b.times - a.times,
  completeness: () => (a, b) => canonical(b.value).length - canonical(a.value).length,
};

/** The value that was chosen last; of two choices the later one holds, whenever their values were first said. */
export function lastChosen(chosen: Choices = {}): string | undefined {
  const order = (a: Ref, b: Ref) => compare(a.recordedAt, b.recordedAt) || compare(a.event, b.event);
  return Object.entries(chosen).sort(([, a], [, b]) => order(b, a))[0]?.[0];
}

function byChoice(chosen: Choices): Rules[number] {
  const last = lastChosen(chosen);
  const isLast = ({ value }: Candidate): number => Number(canonical(value) === last);
  return { rule: 'override', compare: (a, b) => isLast(b) - isLast(a) };
}

/** What ended never stands before what holds, whatever a policy says. */
const FIRST: Rules = [{ rule: 'not-ended', compare: (a, b) => Number(hasEnded(a)) - Number(hasEnded(b)) }];
const TIE: Rules = [
  {
    rule: 'tie',
    compare: (a, b) =>
      compare(a.last.record, b.last.record) ||
      compareRefs(b.last, a.last) ||
      compare(canonical(a.value), canonical(b.value)),
  },
];

const rulesBy = ({ order, trust }: Pick<Policy, 'order' | 'trust'>): Rules => [
  ...FIRST,
  ...order.map((rule) => ({ rule, compare: comparing[rule](trust) })),
  ...TIE,
];

/** Of a consent the last word holds: no trust in a source revives what was withdrawn elsewhere. */
const LAST_WORD: Rules = [
  ...FIRST,
  { rule: 'recency', compare: comparing.recency([]) },
  { rule: 'withdrawal', compare: (a, b) => Number(isWithdrawn(b)) - Number(isWithdrawn(a)) },
  { rule: 'frequency', compare: comparing.frequency([]) },
  { rule: 'completeness', compare: comparing.completeness([]) },
  ...TIE,
];

export const defaultSurvivorship = survivorship(defaultPolicy);

const show = (candidate: Candidate, rule: Rule, chosen?: Ref): Shown => ({
  value: candidate.value,
  from: candidate.last,
  since: candidate.first,
  times: candidate.times,
  rule,
  ...(candidate.verified && { verified: candidate.verified }),
  ...(candidate.ended && hasEnded(candidate) && { ended: candidate.ended }),
  ...(chosen && { chosen }),
});
