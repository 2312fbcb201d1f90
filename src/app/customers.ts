/**
 * Second stage of a write: the customers of the records that were touched, each the sum of all its records, stored under
 * the first of them. They are computed from records, link books and the survivorship policy alone, never folded from
 * events: whatever they were computed from before, computing them again is right.
 */
import { type RecordId, recordId } from '../domain/kernel';
import { customerOf } from '../projections/customer';
import { readRecord, writeCustomer } from '../projections/documents';
import { isEmpty, type RecordView } from '../projections/record';
import { defaultSurvivorship, type Survivorship } from '../projections/survivorship';
import type { HeldRecords } from './held';
import { type BooksOf, groupsOf } from './membership';
import { documentPages } from './pages';
import type { ViewSet, Written } from './ports';

const NO_VIEWS: ReadonlyMap<RecordId, RecordView> = new Map();

/** Customers of several records that a build computes at once. */
const AT_ONCE = 1_000;

export class Customers {
  /** By which their values are chosen. */
  by: Survivorship = defaultSurvivorship;
  /** While a build goes part by part: records that are not alone, whose customers are written when all parts are. */
  private late: Set<RecordId> | undefined;

  constructor(
    private readonly views: Pick<ViewSet, 'load' | 'scan'>,
    private readonly held: HeldRecords,
    private readonly booksOf: BooksOf,
  ) {}

  /** Of all records that may be one customer with these; what nobody is stored under is taken away. */
  async documents(touched: readonly RecordId[]): Promise<Iterable<Written>> {
    const groups = [...new Set((await groupsOf(touched, this.booksOf)).values())];
    const now: (readonly RecordId[])[] = [];
    for (const group of groups) {
      if (group.length === 1 || !this.late) now.push(group);
      else for (const record of group) this.late.add(record);
    }
    const stored = await this.stored(now.flat().filter((record) => !this.held.has(record)));
    return this.written(now, stored);
  }

  private *written(
    groups: readonly (readonly RecordId[])[],
    stored: ReadonlyMap<RecordId, RecordView>,
  ): Generator<Written> {
    for (const group of groups) {
      const views = group.flatMap((record) => this.held.get(record) ?? stored.get(record) ?? []);
      const told = views.filter((view) => !isEmpty(view));
      const customer = told.length > 0 ? customerOf(told, this.by) : undefined;
      for (const id of group) {
        const body = customer && recordId(customer.customer) === id ? writeCustomer(customer) : undefined;
        yield { collection: 'customers', id, body };
      }
    }
  }

  /** Views of records that are not in memory. */
  private async stored(records: readonly RecordId[]): Promise<ReadonlyMap<RecordId, RecordView>> {
    if (records.length === 0) return NO_VIEWS;
    const bodies = await this.views.load('records', records);
    return new Map([...bodies].map(([record, body]) => [record, readRecord(body)]));
  }

  /** All that are stored, computed again, some at a time. */
  async *all(): AsyncGenerator<Iterable<Written>> {
    for await (const page of documentPages(this.views, 'customers'))
      yield await this.documents(page.map(({ id }) => id));
  }

  get arePutOff(): boolean {
    return this.late !== undefined;
  }

  putOff(): void {
    this.late = new Set();
  }

  /** Those that were put off, some at a time. */
  async *putOffOnes(): AsyncGenerator<Iterable<Written>> {
    const records = [...(this.late ?? [])];
    this.late = undefined;
    for (let from = 0; from < records.length; from += AT_ONCE)
      yield this.documents(records.slice(from, from + AT_ONCE));
  }

  forget(): void {
    this.late = undefined;
  }
}
