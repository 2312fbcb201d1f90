/** The bytes of documents: canonical JSON, without position, lag or any mark of an engine. */
import { canonical } from '../../eventstore/canonical';
import type { RecordId } from '../domain/kernel';
import type { LinkBook } from '../domain/link';
import type { CustomerView } from './customer';
import type { RecordView } from './record';

export const writeRecord = (view: RecordView): string => canonical(view);

export const writeLinks = (book: LinkBook): string => canonical(book);

/** What `writeLinks` wrote. */
export const readLinks = (body: string): LinkBook => JSON.parse(body);

export const writeCustomer = (view: CustomerView): string => canonical(view);

/** What `writeRecord` wrote, as a draft that folds may go on with. */
export const readRecord = (body: string): RecordView => JSON.parse(body);

/** When the record was recorded first, of what `writeRecord` wrote; finding it takes a twentieth of reading the view. */
export function recordedAtIn(body: string, record: RecordId): string | undefined {
  // Within a text quotes are escaped, so that these words stand only where the members are.
  const before = `"records":{"${record}":{"recordedAt":"`;
  const at = body.indexOf(before);
  return at < 0 ? undefined : body.slice(at + before.length, body.indexOf('"', at + before.length));
}
