/**
 * Who is this customer: the 360° view. It is the sum of the customer's records, and only here a value is chosen among
 * candidates (survivorship.ts), last of all. Each shown value says where it comes from and by which rule it won.
 */
import type { CustomerId, RecordId, Subject } from '../domain/kernel';
import { customerId, recordId } from '../domain/kernel';
import { cardinalityOf, lookupKeys } from '../domain/slots';
import { writeSubject } from '../domain/subject';
import { minus, plus, type Whole } from '../domain/whole';
import { type RecordView, type Ref, sumOf } from './record';
import { rank, type Shown, type Survivorship } from './survivorship';

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
  /** Hash of the survivorship policy by which values were chosen. */
  readonly policy: string;
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
export function customerOf(views: readonly RecordView[], by: Survivorship): CustomerView {
  const [only, ...more] = views;
  const sum = only && more.length === 0 ? only : sumOf(views);
  const records = Object.entries(sum.records)
    .map(([record, met]) => ({ record: recordId(record), ...met }))
    .sort((a, b) => compare(a.recordedAt, b.recordedAt) || compare(a.record, b.record));
  const fields: Record<string, Chosen> = {};
  const lists: Record<string, (Shown & { present: boolean })[]> = {};
  for (const [slot, candidates] of Object.entries(sum.slots)) {
    const ranked = rank(Object.values(candidates), by.rulesOf(slot), sum.chosen?.[slot]);
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
    policy: by.hash,
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
