/**
 * Which records are believed to be one customer. Today every record is its own; identity resolution will answer here,
 * and nothing else changes: views are summed over whatever this says.
 */
import { type CustomerId, customerId, type RecordId, recordId } from '../domain/kernel';

export interface Membership {
  customerOf(record: RecordId): CustomerId;
  /** Not empty; ordered by id. */
  recordsOf(customer: CustomerId): readonly RecordId[];
}

export const everyRecordAlone: Membership = {
  customerOf: (record) => customerId(record),
  recordsOf: (customer) => [recordId(customer)],
};
