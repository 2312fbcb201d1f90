/**
 * Which records are one customer: those that links join and nobody holds apart. It knows links, from wherever they are
 * read (the views, what the runner has not written yet, the log as of a moment), and never decides one.
 */
import { type RecordId, recordId } from '../domain/kernel';
import type { LinkBook, Two } from '../domain/link';

/**
 * The line of the timeline index on which the decisions about a record stand, apart from its facts: in the order in which
 * they were recorded, so that what was known at a moment is a prefix of it.
 */
export const identityLine = (record: RecordId): RecordId => recordId(`identity-${record}`);

/** Link books of these records; what is not in the map is empty. */
export type BooksOf = (records: readonly RecordId[]) => Promise<ReadonlyMap<RecordId, LinkBook>>;

/**
 * For each of these records all that are one customer with it, itself among them, ordered by id; and the same for every
 * record to which a chain of links leads from there, since one decision may move them all.
 */
export async function groupsOf(
  records: Iterable<RecordId>,
  booksOf: BooksOf,
): Promise<ReadonlyMap<RecordId, readonly RecordId[]>> {
  const books = new Map<RecordId, LinkBook>();
  for (let frontier = [...new Set(records)]; frontier.length > 0; ) {
    const found = await booksOf(frontier);
    for (const record of frontier) books.set(record, found.get(record) ?? NO_LINKS);
    const next = new Set(frontier.flatMap((record) => linkedTo(books.get(record))));
    frontier = [...next].filter((record) => !books.has(record));
  }
  const groups = new Map<RecordId, readonly RecordId[]>();
  for (const record of books.keys()) {
    if (groups.has(record)) continue;
    if (linkedTo(books.get(record)).length === 0) {
      groups.set(record, [record]);
      continue;
    }
    const chained = reach(record, books);
    for (const group of isTorn(chained, books) ? parted(chained, books) : [chained])
      for (const member of group) groups.set(member, group);
  }
  return groups;
}

const NO_LINKS: LinkBook = {};

/** Records to which this one is linked. */
const linkedTo = (book: LinkBook = NO_LINKS): readonly RecordId[] =>
  Object.entries(book).flatMap(([other, { linked }]) => (linked ? [recordId(other)] : []));

/** Records from which this one is held apart. */
const apartFrom = (book: LinkBook = NO_LINKS): readonly RecordId[] =>
  Object.entries(book).flatMap(([other, { apart }]) => (apart ? [recordId(other)] : []));

type Books = ReadonlyMap<RecordId, LinkBook>;

function reach(start: RecordId, books: Books): readonly RecordId[] {
  const found = new Set([start]);
  // A set gives out what is added to it while it is walked.
  for (const record of found) for (const other of linkedTo(books.get(record))) found.add(other);
  return [...found].sort();
}

/** Whether a chain of links leads from one record to another that it is held apart from. */
function isTorn(chained: readonly RecordId[], books: Books): boolean {
  if (chained.length < 3) return false;
  const among = new Set(chained);
  return chained.some((record) => apartFrom(books.get(record)).some((other) => among.has(other)));
}

/**
 * Who is held apart is never one customer, through nobody: links hold one after the other, people's first and then the
 * strongest, and one that would bring two together who are held apart joins nothing as long as they are. The resolver
 * takes people's links in this order too.
 */
function parted(chained: readonly RecordId[], books: Books): readonly (readonly RecordId[])[] {
  const groups = new Map(chained.map((record) => [record, [record]]));
  for (const { a, b } of inOrder(chained, books)) {
    const [one = [], other = []] = [groups.get(a), groups.get(b)];
    if (one === other) continue;
    if (one.some((record) => apartFrom(books.get(record)).some((foe) => groups.get(foe) === other))) continue;
    const both = [...one, ...other];
    for (const record of both) groups.set(record, both);
  }
  return [...new Set(groups.values())].map((group) => group.sort());
}

function inOrder(chained: readonly RecordId[], books: Books): readonly Two[] {
  const links = chained.flatMap((a) =>
    Object.entries(books.get(a) ?? NO_LINKS).flatMap(([other, { linked }]) =>
      linked && a < other ? [{ a, b: recordId(other), bits: linked.weight ?? Infinity }] : [],
    ),
  );
  return links.sort((x, y) => (x.bits === y.bits ? byIds(x, y) : y.bits - x.bits));
}

const byIds = (x: Two, y: Two): number => (x.a === y.a ? (x.b < y.b ? -1 : 1) : x.a < y.a ? -1 : 1);
