/** All documents of a collection, all events of some types, page by page; and link books, some or all of them. */
import type { LoggedEvent, LogReader, Page, Position } from '../../eventstore/store';
import type { RecordId } from '../domain/kernel';
import type { LinkBook } from '../domain/link';
import { readLinks } from '../projections/documents';
import type { Collection, DocumentPage, ViewReader } from './ports';

const PAGE = 1_000;

/** In the order of their ids. */
export async function* documentPages(
  views: Pick<ViewReader, 'scan'>,
  collection: Collection,
  limit = PAGE,
): AsyncGenerator<DocumentPage['documents']> {
  let after: RecordId | undefined;
  do {
    const page = await views.scan(collection, after, limit);
    yield page.documents;
    after = page.next;
  } while (after !== undefined);
}

/** From behind `after` to the end of the log as it is when that is reached. */
export async function* eventPages(
  log: Pick<LogReader, 'readAll'>,
  types: readonly string[],
  after: Position = 0n,
): AsyncGenerator<readonly LoggedEvent[]> {
  for (let at = after, end = false; !end; ) {
    const page = await log.readAll(at, { limit: PAGE, filter: { types } });
    yield page.events;
    at = page.next;
    end = page.end;
  }
}

/** The page as it would be if the log ended at `until`. */
export function upTo(until: Position | undefined, page: Page): Page {
  if (until === undefined || page.next < until) return page;
  return { events: page.events.filter((event) => event.position <= until), next: until, end: true };
}

export type Books = ReadonlyMap<RecordId, LinkBook>;

/** What is not in the map is empty. */
export async function booksOf(views: Pick<ViewReader, 'load'>, records: Iterable<RecordId>): Promise<Books> {
  const bodies = await views.load('links', [...new Set(records)]);
  return new Map([...bodies].map(([record, body]) => [record, readLinks(body)]));
}

export async function allBooks(views: Pick<ViewReader, 'scan'>): Promise<Map<RecordId, LinkBook>> {
  const books = new Map<RecordId, LinkBook>();
  for await (const documents of documentPages(views, 'links'))
    for (const { id, body } of documents) books.set(id, readLinks(body));
  return books;
}
