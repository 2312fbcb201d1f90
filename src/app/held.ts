/**
 * The record views that the runner holds between two writes, and where the stored document of each stood when it was
 * read. An event at or below that place is in the document already: a crash may leave documents ahead of the
 * checkpoint, and somebody else may have written them.
 */
import type { Position } from '../../eventstore/store';
import type { RecordId } from '../domain/kernel';
import { readRecord } from '../projections/documents';
import type { RecordView } from '../projections/record';
import type { ViewSet } from './ports';

export class HeldRecords {
  private readonly views = new Map<RecordId, RecordView>();
  private readonly over = new Map<RecordId, Position>();

  constructor(private readonly store: Pick<ViewSet, 'hold'>) {}

  get size(): number {
    return this.views.size;
  }

  has(record: RecordId): boolean {
    return this.views.has(record);
  }

  get(record: RecordId): RecordView | undefined {
    return this.views.get(record);
  }

  set(record: RecordId, view: RecordView): void {
    this.views.set(record, view);
  }

  /** Where the stored document stands; 0n where there is none. */
  standing(record: RecordId): Position {
    return this.over.get(record) ?? 0n;
  }

  /** Fetches these. Answers those of them that are parked. */
  async load(records: readonly RecordId[]): Promise<readonly RecordId[]> {
    const stuck: RecordId[] = [];
    for (const [record, { body, position, parked }] of await this.store.hold('records', records)) {
      if (body !== undefined) this.views.set(record, readRecord(body));
      if (position > 0n) this.over.set(record, position);
      if (parked) stuck.push(record);
    }
    return stuck;
  }

  written(records: Iterable<RecordId>, to: Position): void {
    if (to > 0n) for (const record of records) this.over.set(record, to);
  }

  /** The view is spoiled; where the document stands remains known. */
  spoil(record: RecordId): void {
    this.views.delete(record);
  }

  drop(record: RecordId): void {
    this.views.delete(record);
    this.over.delete(record);
  }

  clear(): void {
    this.views.clear();
    this.over.clear();
  }
}
