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

export class LiveReader implements ViewReader {
  /** `live` throws while no generation is live. */
  constructor(
    private readonly live: () => ViewReader,
    private readonly end: () => Promise<void>,
  ) {}

  get name(): string {
    return this.live().name;
  }

  async checkpoint(): Promise<Checkpoint> {
    return this.live().checkpoint();
  }

  async load(collection: Collection, ids: readonly RecordId[]): Promise<ReadonlyMap<RecordId, string>> {
    return this.live().load(collection, ids);
  }

  async scan(collection: Collection, after: RecordId | undefined, limit: number): Promise<DocumentPage> {
    return this.live().scan(collection, after, limit);
  }

  async find(key: string, limit: number): Promise<readonly RecordId[]> {
    return this.live().find(key, limit);
  }

  async timeline(records: readonly RecordId[], query: TimelineQuery): Promise<readonly Entry[]> {
    return this.live().timeline(records, query);
  }

  async parked(limit: number, after?: RecordId): Promise<readonly Parked[]> {
    return this.live().parked(limit, after);
  }

  async isParked(records: readonly RecordId[]): Promise<readonly Parked[]> {
    return this.live().isParked(records);
  }

  async roots(): Promise<Readonly<Record<Collection, string>>> {
    return this.live().roots();
  }

  async size(): Promise<Size> {
    return this.live().size();
  }

  async close(): Promise<void> {
    await this.end();
  }
}
