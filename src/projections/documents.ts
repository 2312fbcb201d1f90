/** The bytes of documents: canonical JSON, without position, lag or any mark of an engine. */
import { canonical } from '../../eventstore/canonical';
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
