/** What another model would change, tried beside the one that holds: nothing is decided here. */
import { type RecordId, recordId } from '../domain/kernel';
import type { Described } from '../domain/matching/described';
import type { Model } from '../domain/matching/model';
import { Resolver } from '../domain/matching/resolver';
import { firstSettings } from '../domain/matching/settings';
import { train } from '../domain/matching/training';
import { describe } from '../projections/described';
import { readRecord } from '../projections/documents';
import { groupsOf } from './membership';
import { allBooks, documentPages } from './pages';
import type { ViewReader } from './ports';
import { constrain } from './resolving';

type Views = Pick<ViewReader, 'scan' | 'load'>;

export interface WhatIf {
  readonly customers: { readonly now: number; readonly tried: number };
  readonly proposals: number;
  /** Customers that would look as if several parties had grown together. */
  readonly suspected: number;
  /** Customers of today that would become one, named by their ids of today. */
  readonly merged: readonly { readonly into: RecordId; readonly from: readonly RecordId[] }[];
  readonly split: readonly { readonly customer: RecordId; readonly into: readonly RecordId[] }[];
}

/** Without labels, on all records of the views. The same records and seed give the same model. */
export async function trained(views: Views, seed: number): Promise<Model> {
  return train(await described(views), { settings: firstSettings, seed });
}

/** Who would be one customer, by this model and what people decided. */
export async function whatIf(views: Views, model: Model): Promise<WhatIf> {
  const resolver = new Resolver(model);
  const records = await described(views);
  for (const record of records) resolver.put(record);
  const books = await allBooks(views);
  constrain(resolver, [...books.keys()], books);
  const now = await groupsOf(
    records.map(({ id }) => recordId(id)),
    async () => books,
  );
  const tried = new Map(
    resolver.partition().flatMap(({ id, records: all }) => all.map((one) => [recordId(one), recordId(id)] as const)),
  );
  const today = headsOf(now, records);
  return {
    customers: { now: new Set(today.values()).size, tried: new Set(tried.values()).size },
    proposals: resolver.candidates().length,
    suspected: resolver.statistics().suspected,
    merged: several(tried, today).map(([into, from]) => ({ into, from })),
    split: several(today, tried).map(([customer, into]) => ({ customer, into })),
  };
}

/** Groups of `by` whose members belong to several groups of `of`. */
function several(by: ReadonlyMap<RecordId, RecordId>, of: ReadonlyMap<RecordId, RecordId>): [RecordId, RecordId[]][] {
  const met = new Map<RecordId, Set<RecordId>>();
  for (const [record, group] of by) {
    const other = of.get(record);
    if (other === undefined) continue;
    met.set(group, (met.get(group) ?? new Set<RecordId>()).add(other));
  }
  return [...met].flatMap(([group, others]): [RecordId, RecordId[]][] =>
    others.size > 1 ? [[group, [...others].sort()]] : [],
  );
}

/** A customer is named by the record that was recorded first, ties by id. */
function headsOf(
  groups: ReadonlyMap<RecordId, readonly RecordId[]>,
  records: readonly Described[],
): ReadonlyMap<RecordId, RecordId> {
  const at = new Map(records.map(({ id, recordedAt = 0 }) => [id, recordedAt] as const));
  const first = (group: readonly RecordId[]): RecordId =>
    group.reduce((best, one) => ((at.get(one) ?? Infinity) < (at.get(best) ?? Infinity) ? one : best));
  return new Map([...groups].map(([record, group]) => [record, first(group)]));
}

async function described(views: Views): Promise<readonly Described[]> {
  const all: Described[] = [];
  for await (const documents of documentPages(views, 'records'))
    for (const { id, body } of documents) all.push(describe(id, readRecord(body)));
  return all;
}
