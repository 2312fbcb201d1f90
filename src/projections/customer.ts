/**
 * Who is this customer: the 360° view. It is the sum of the customer's records, and only here a value is chosen among
 * candidates (survivorship), last of all. Each shown value says where it comes from and by which rule it won.
 */
import { canonical } from '../../eventstore/canonical';
import type { CustomerId, JsonValue, RecordId, Subject } from '../domain/kernel';
import { customerId, recordId } from '../domain/kernel';
import { cardinalityOf, lookupKeys } from '../domain/slots';
import { writeSubject } from '../domain/subject';
import { minus, plus, type Whole } from '../domain/whole';
import { type Candidate, compareRefs, empty, merge, type RecordView, type Ref } from './record';

/** Which criterion decided, the first that told the candidates apart. */
export type Rule =
  | 'only-value'
  | 'not-ended'
  | 'verified'
  | 'source-trust'
  | 'recency'
  | 'withdrawal'
  | 'frequency'
  | 'completeness'
  | 'tie';

/** What survivorship may be told; a policy is versioned, so that a view says by which it was made. */
export interface Policy {
  readonly version: number;
  /** Sources from most to least trusted; sources that are not named come after them, all alike. */
  readonly trust: readonly string[];
}

export const defaultPolicy: Policy = { version: 1, trust: [] };

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
}

export interface Chosen extends Shown {
  /** The losing candidates, best first. */
  readonly others: readonly Shown[];
}

export interface CustomerView {
  readonly customer: CustomerId;
  readonly records: readonly { record: RecordId; subject?: Subject; recordedAt: string }[];
  /** Nobody could be recognised behind any of its facts. */
  readonly anonymous: boolean;
  readonly first?: Ref;
  readonly last?: Ref;
  /** One value each: name, birthDate, standing, consent/newsletter/email … */
  readonly fields: Readonly<Record<string, Chosen>>;
  /** Values side by side, present ones first: contact/email, identifier/tax-id, address/home … */
  readonly lists: Readonly<Record<string, readonly (Shown & { present: boolean })[]>>;
  /** By currency, in minor units; net = gross − returned + adjusted. */
  readonly lifetime: Readonly<Record<string, Lifetime>>;
  readonly sums: Readonly<Record<string, Whole>>;
  readonly policy: number;
}

export interface Lifetime {
  readonly gross: Whole;
  readonly returned: Whole;
  readonly adjusted: Whole;
  readonly net: Whole;
  readonly purchases: Whole;
  readonly returns: Whole;
}

/** The records' sum as one customer, named by the record that was recorded first (ties by id). `views` is not empty. */
export function customerOf(views: readonly RecordView[], policy: Policy = defaultPolicy): CustomerView {
  const [only, ...more] = views;
  const sum = only && more.length === 0 ? only : views.reduce(merge, empty());
  const records = Object.entries(sum.records)
    .map(([record, met]) => ({ record: recordId(record), ...met }))
    .sort((a, b) => compare(a.recordedAt, b.recordedAt) || compare(a.record, b.record));
  const fields: Record<string, Chosen> = {};
  const lists: Record<string, (Shown & { present: boolean })[]> = {};
  for (const [slot, candidates] of Object.entries(sum.slots)) {
    const ranked = rank(Object.values(candidates), policy);
    const [best, ...others] = ranked;
    if (cardinalityOf(slot) === 'many') lists[slot] = listed(ranked);
    else if (best) fields[slot] = { ...best, others };
  }
  const [earliest] = records;
  if (!earliest) throw new RangeError('a customer has at least one record');
  return {
    customer: customerId(earliest.record),
    records,
    anonymous: 'facts/anonymous' in sum.sums && sum.sums['facts/anonymous'] === sum.sums['facts/all'],
    ...(sum.first && { first: sum.first }),
    ...(sum.last && { last: sum.last }),
    fields,
    lists,
    lifetime: lifetimes(sum.sums),
    sums: Object.fromEntries(Object.entries(sum.sums).filter(([path]) => !path.startsWith('money/'))),
    policy: policy.version,
  };
}

/** `kind:value` under which the customer is found: every identifier and contact point, present or former, and each record itself. */
export function lookupKeysOf(view: RecordView): readonly string[] {
  const keys = new Set<string>();
  for (const { subject } of Object.values(view.records)) if (subject) keys.add(`record:${writeSubject(subject)}`);
  for (const [slot, candidates] of Object.entries(view.slots)) {
    for (const { value } of Object.values(candidates)) for (const key of lookupKeys(slot, value)) keys.add(key);
  }
  return [...keys].sort();
}

/** Present values before ended ones, each in the order of survivorship. */
const listed = (ranked: readonly Shown[]): (Shown & { present: boolean })[] => {
  const all = ranked.map((shown) => ({ ...shown, present: shown.ended === undefined }));
  return [...all.filter((s) => s.present), ...all.filter((s) => !s.present)];
};

/** What tells candidates apart, strongest first; each compares so that the better one comes first. */
const criteria: readonly { rule: Rule; compare: (a: Candidate, b: Candidate, policy: Policy) => number }[] = [
  { rule: 'not-ended', compare: (a, b) => Number(hasEnded(a)) - Number(hasEnded(b)) },
  { rule: 'verified', compare: (a, b) => Number(b.verified !== undefined) - Number(a.verified !== undefined) },
  { rule: 'source-trust', compare: (a, b, policy) => trustOf(a, policy) - trustOf(b, policy) },
  // What was learned later of the same moment is newer too: a withdrawal beats the consent of that minute.
  {
    rule: 'recency',
    compare: (a, b) => compare(b.last.occurredAt, a.last.occurredAt) || compare(b.last.recordedAt, a.last.recordedAt),
  },
  { rule: 'withdrawal', compare: (a, b) => Number(isWithdrawn(b)) - Number(isWithdrawn(a)) },
  { rule: 'frequency', compare: (a, b) => b.times - a.times },
  { rule: 'completeness', compare: (a, b) => canonical(b.value).length - canonical(a.value).length },
  {
    rule: 'tie',
    compare: (a, b) =>
      compare(a.last.record, b.last.record) ||
      compareRefs(b.last, a.last) ||
      compare(canonical(a.value), canonical(b.value)),
  },
];

/** Candidates best first; each says by which rule it stands before the next one, the last by which it lost. */
function rank(candidates: readonly Candidate[], policy: Policy): readonly Shown[] {
  const sorted = [...candidates].sort((a, b) => decide(a, b, policy).order);
  return sorted.map((candidate, i) => {
    const next = sorted[i + 1] ?? sorted[i - 1];
    return show(candidate, next ? decide(candidate, next, policy).rule : 'only-value');
  });
}

function decide(a: Candidate, b: Candidate, policy: Policy): { rule: Rule; order: number } {
  for (const { rule, compare } of criteria) {
    const order = compare(a, b, policy);
    if (order !== 0) return { rule, order };
  }
  return { rule: 'tie', order: 0 };
}

/** A consent that was taken back at the very moment it was given is taken back. */
const isWithdrawn = ({ value }: Candidate): boolean =>
  typeof value === 'object' && value !== null && 'status' in value && value['status'] === 'withdrawn';

const hasEnded = ({ ended, last, times }: Candidate): boolean =>
  ended !== undefined && (times === 0 || compareRefs(last, ended) < 0);

function trustOf({ last }: Candidate, policy: Policy): number {
  const place = policy.trust.indexOf(last.source);
  return place < 0 ? policy.trust.length : place;
}

const show = (candidate: Candidate, rule: Rule): Shown => ({
  value: candidate.value,
  from: candidate.last,
  since: candidate.first,
  times: candidate.times,
  rule,
  ...(candidate.verified && { verified: candidate.verified }),
  ...(candidate.ended && hasEnded(candidate) && { ended: candidate.ended }),
});

function lifetimes(sums: Readonly<Record<string, Whole>>): Record<string, Lifetime> {
  const currencies = new Set(Object.keys(sums).flatMap((path) => /^money\/([A-Z]{3})\//.exec(path)?.[1] ?? []));
  const of = (currency: string, part: string) => sums[`money/${currency}/${part}`] ?? 0;
  return Object.fromEntries(
    [...currencies].map((currency) => {
      const [gross, returned, adjusted] = [of(currency, 'gross'), of(currency, 'returned'), of(currency, 'adjusted')];
      const counts = { purchases: of(currency, 'purchases'), returns: of(currency, 'returns') };
      return [currency, { gross, returned, adjusted, net: plus(minus(gross, returned), adjusted), ...counts }];
    }),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
