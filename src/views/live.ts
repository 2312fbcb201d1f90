/**
 * The views that are live now, whichever generation that is: asks for it at each call, so that a switch is seen by the
 * next one. An answer comes from one generation, never from two.
 */
import type {
  Checkpoint,
  Collection,
  DocumentPage,
  Entry,
  Parked,
  Size,
  TimelineQuery,
  ViewReader,
} from '../app/ports';
import type { RecordId } from './rules';

/** Puts a question to the generation that is live. Rejects while none is. */
export type Ask = <Answer>(question: (views: ViewReader) => Promise<Answer>) => Promise<Answer>;

export class LiveReader implements ViewReader {
  constructor(
    private readonly ask: Ask,
    private readonly nameNow: () => string,
    private readonly end: () => Promise<void>,
  ) {}

  get name(): string {
    return this.nameNow();
  }

  async checkpoint(): Promise<Checkpoint> {
    return this.ask((views) => views.checkpoint());
  }

  async load(collection: Collection, ids: readonly RecordId[]): Promise<ReadonlyMap<RecordId, string>> {
    return this.ask((views) => views.load(collection, ids));
  }

  async scan(collection: Collection, after: RecordId | undefined, limit: number): Promise<DocumentPage> {
    return this.ask((views) => views.scan(collection, after, limit));
  }

  async find(key: string, limit: number): Promise<readonly RecordId[]> {
    return this.ask((views) => views.find(key, limit));
  }

  async timeline(records: readonly RecordId[], query: TimelineQuery): Promise<readonly Entry[]> {
    return this.ask((views) => views.timeline(records, query));
  }

  async parked(limit: number, after?: RecordId): Promise<readonly Parked[]> {
    return this.ask((views) => views.parked(limit, after));
  }

  async isParked(records: readonly RecordId[]): Promise<readonly Parked[]> {
    return this.ask((views) => views.isParked(records));
  }

  async roots(): Promise<Readonly<Record<Collection, string>>> {
    return this.ask((views) => views.roots());
  }

  async size(): Promise<Size> {
    return this.ask((views) => views.size());
  }

  async close(): Promise<void> {
    await this.end();
  }
}
