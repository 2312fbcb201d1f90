/**
 * Which records are one customer: those that links join. It knows links, from wherever they are read (the views, what
 * the runner has not written yet, the log as of a moment), and never decides one.
 */
import type { RecordId } from '../domain/kernel';
import { recordId } from '../domain/kernel';
import type { LinkBook } from '../domain/link';

/**
 * The line of the timeline index on which the decisions about a record stand, apart from its facts: in the order in which
 * they were recorded, so that what was known at a moment is a prefix of it.
 */
export const identityLine = (record: RecordId): RecordId => recordId(`identity-${record}`);

/** Link books of these records; what is not in the map is empty. */
export type BooksOf = (records: readonly RecordId[]) => Promise<ReadonlyMap<RecordId, LinkBook>>;

/** Records to which this one is linked. */
export const linkedTo = (book: LinkBook | undefined): readonly RecordId[] =>
  Object.entries(book ?? {}).flatMap(([other, { linked }]) => (linked ? [recordId(other)] : []));

/** For each of these records all that are one customer with it, itself among them, ordered by id. */
export async function groupsOf(
  records: Iterable<RecordId>,
  booksOf: BooksOf,
): Promise<ReadonlyMap<RecordId, readonly RecordId[]>> {
  const wanted = [...new Set(records)];
  const links = new Map<RecordId, readonly RecordId[]>();
  for (let frontier = wanted; frontier.length > 0; ) {
    const books = await booksOf(frontier);
    for (const record of frontier) links.set(record, linkedTo(books.get(record)));
    const next = new Set(frontier.flatMap((record) => links.get(record) ?? []));
    frontier = [...next].filter((record) => !links.has(record));
  }
  const groups = new Map<RecordId, readonly RecordId[]>();
  for (const record of wanted) {
    if (groups.has(record)) continue;
    const group = reach(record, links);
    for (const member of group) groups.set(member, group);
  }
  return groups;
}

function reach(start: RecordId, links: ReadonlyMap<RecordId, readonly RecordId[]>): readonly RecordId[] {
  const found = new Set([start]);
  // A set gives out what is added to it while it is walked.
  for (const record of found) for (const other of links.get(record) ?? []) found.add(other);
  return [...found].sort();
}
