/** What another survivorship policy would show, computed beside the one that holds: nothing is published here, and no view changes. */
import { canonical } from '../../eventstore/canonical';
import type { LogReader } from '../../eventstore/store';
import type { CustomerId } from '../domain/kernel';
import type { Seal } from '../domain/seal';
import type { Policy } from '../domain/survivorship';
import { customerOf, type CustomerView } from '../projections/customer';
import { readRecord } from '../projections/documents';
import type { RecordView } from '../projections/record';
import { type Shown, survivorship } from '../projections/survivorship';
import { groupsOf } from './membership';
import { booksOf, documentPages } from './pages';
import { survivorshipAt } from './policies';
import type { ViewReader } from './ports';

/** A value as it is shown, and why. */
export type Told = Pick<Shown, 'value' | 'rule' | 'from'>;

/** One field of one customer that would show something else. */
export interface Difference {
  readonly customer: CustomerId;
  readonly field: string;
  /** From 0: the first place at which the values of a list would differ; 0 for a single value. */
  readonly place: number;
  readonly now: Told;
  readonly tried: Told;
}

export interface PolicyTrial {
  /** Of the policy that was tried. */
  readonly hash: string;
  /** Of the policy that holds. */
  readonly holds: string;
  readonly customers: { readonly all: number; readonly changed: number };
  /** Field → how many customers would show something else there. */
  readonly fields: Readonly<Record<string, number>>;
  /** The first of the differences, in the order of the customers' ids. */
  readonly differences: readonly Difference[];
  /** How many more there are. */
  readonly unnamed: number;
}

/** Customers that are computed between two turns of whoever shares the thread. */
const AT_ONCE = 200;

/** As of where the views stand. `named` differences are told one by one. */
export async function tryPolicy(
  { log, views, seal }: { log: Pick<LogReader, 'read'>; views: ViewReader; seal: Seal },
  policy: Policy,
  named = 1_000,
): Promise<PolicyTrial> {
  const held = await survivorshipAt(log, seal, (await views.checkpoint()).position);
  const tried = survivorship(policy);
  const fields = new Map<string, number>();
  const differences: Difference[] = [];
  let [all, changed, found] = [0, 0, 0];
  for await (const records of customersOf(views)) {
    const differing = differencesOf(customerOf(records, held), customerOf(records, tried));
    all += 1;
    changed += Number(differing.length > 0);
    found += differing.length;
    for (const { field } of differing) fields.set(field, (fields.get(field) ?? 0) + 1);
    differences.push(...differing.slice(0, named - differences.length));
  }
  return {
    hash: tried.hash,
    holds: held.hash,
    customers: { all, changed },
    fields: Object.fromEntries([...fields].sort(([, a], [, b]) => b - a)),
    differences,
    unnamed: found - differences.length,
  };
}

/** Of each customer the views of its records. */
async function* customersOf(views: ViewReader): AsyncGenerator<readonly RecordView[]> {
  for await (const documents of documentPages(views, 'customers', AT_ONCE)) {
    const ids = documents.map(({ id }) => id);
    const groups = await groupsOf(ids, (records) => booksOf(views, records));
    const bodies = await views.load('records', [...groups.keys()]);
    for (const id of ids) {
      const written = (groups.get(id) ?? [id]).flatMap((record) => bodies.get(record) ?? []);
      // Views that move on meanwhile may have taken a customer away.
      if (written.length > 0) yield written.map(readRecord);
    }
  }
}

function differencesOf(now: CustomerView, then: CustomerView): readonly Difference[] {
  const { customer } = now;
  const before = { ...now.lists, ...single(now) };
  const after = { ...then.lists, ...single(then) };
  return Object.entries(before).flatMap(([field, shown]) => {
    const others = after[field] ?? [];
    const place = shown.findIndex(({ value }, i) => canonical(value) !== canonical(others[i]?.value ?? null));
    const [a, b] = [shown[place], others[place]];
    return a && b ? [{ customer, field, place, now: told(a), tried: told(b) }] : [];
  });
}

const single = ({ fields }: CustomerView): Record<string, readonly Shown[]> =>
  Object.fromEntries(Object.entries(fields).map(([field, chosen]) => [field, [chosen]]));

const told = ({ value, rule, from }: Shown): Told => ({ value, rule, from });
