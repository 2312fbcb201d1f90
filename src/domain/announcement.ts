/**
 * What consumers are told of customers: several became one, or one became several. It follows from the decisions about
 * pairs and adds nothing to them; who keeps copies of customers needs no more than this.
 */
import type { RecordId } from './kernel';
import { pairStream, type Two } from './link';

export const CUSTOMERS_MERGED = 'kith.customers-merged.v1';
export const CUSTOMER_SPLIT = 'kith.customer-split.v1';

/** All of them stand on one stream, in the order of their causes. */
export const CUSTOMERS_FEED = 'feed-customers';

/** The decision that brought it about: which pair, and which revision of the pair's stream. */
export interface Cause extends Two {
  readonly n: bigint;
}

export interface Announcement {
  readonly type: string;
  /** Says which it is, so that it is announced once. */
  readonly clientId: string;
  readonly data: {
    readonly [member: string]: string | readonly string[] | { readonly [member: string]: string | number };
  };
}

/** Records by the customer that they belong to, each customer a list of its own. */
export type Groups = ReadonlyMap<RecordId, readonly RecordId[]>;

/** Pure: what a decision did to the customers of the records that it reached. `headOf` names a customer by its records. */
export function announcements(
  before: Groups,
  after: Groups,
  cause: Cause,
  headOf: (records: readonly RecordId[]) => RecordId,
): readonly Announcement[] {
  const { a, b, n } = cause;
  const told = { a, b, n: Number(n) };
  const found: Announcement[] = [];
  const say = (type: string, data: Announcement['data']): void => {
    found.push({
      type,
      clientId: `customers:${pairStream(cause)}:${n}:${found.length}`,
      data: { ...data, cause: told },
    });
  };
  for (const group of distinct(after)) {
    const from = partsIn(group, before).map(headOf).sort();
    const into = headOf(group);
    if (from.length > 1) say(CUSTOMERS_MERGED, { into, from: from.filter((one) => one !== into) });
  }
  for (const group of distinct(before)) {
    const into = partsIn(group, after).map(headOf).sort();
    if (into.length > 1) say(CUSTOMER_SPLIT, { customer: headOf(group), into });
  }
  return found;
}

const distinct = (groups: Groups): readonly (readonly RecordId[])[] =>
  [...new Set(groups.values())].sort((x, y) => ((x[0] ?? '') < (y[0] ?? '') ? -1 : 1));

/** The groups in which these records are, or alone where nobody says. */
const partsIn = (records: readonly RecordId[], groups: Groups): readonly (readonly RecordId[])[] => [
  ...new Map(records.map((record) => groups.get(record) ?? [record]).map((group) => [group[0], group])).values(),
];
