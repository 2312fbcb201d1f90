/**
 * The shortest correct engine of the views: everything in maps, gone with the process. For tests, demos and whole read
 * models as of a day; the model that the other engines are compared with.
 */
import type {
  Batch,
  Checkpoint,
  Collection,
  DocumentPage,
  Entry,
  Generation,
  Held,
  Parked,
  Size,
  TimelineQuery,
  ViewReader,
  ViewSet,
  ViewStore,
  Written,
} from '../app/ports';
import { added, documentHash, type Root, rootHex, subtracted } from '../app/root';
import { LiveReader } from './live';
import { asked, byCollection, compareMoments, heldAt, mustNotFall, pageOf, type RecordId } from './rules';

export class MemoryViewStore implements ViewStore {
  private readonly held = new Map<string, { readonly fingerprint: string; readonly views: MemoryViews }>();
  private live: string | undefined;
  private made = 0;

  async generations(): Promise<readonly Generation[]> {
    return [...this.held].map(([name, { fingerprint }]) => ({ name, fingerprint, live: name === this.live }));
  }

  async create(fingerprint: string): Promise<ViewSet> {
    this.made += 1;
    const views = new MemoryViews(`g${this.made}`);
    this.held.set(views.name, { fingerprint, views });
    return views;
  }

  async open(name: string): Promise<ViewSet> {
    return this.get(name);
  }

  async switchTo(name: string): Promise<void> {
    this.live = this.get(name).name;
  }

  async drop(name: string): Promise<void> {
    if (this.get(name).name === this.live) throw new Error(`views ${name} are live and cannot be dropped`);
    this.held.delete(name);
  }

  /** Follows the pointer. */
  reader(): ViewReader {
    return new LiveReader(
      async (question) => question(this.get(this.live)),
      () => this.get(this.live).name,
      async () => {},
    );
  }

  async close(): Promise<void> {}

  private get(name: string | undefined): MemoryViews {
    if (name === undefined) throw new Error('no views are live yet');
    const found = this.held.get(name);
    if (!found) throw new Error(`there are no views ${name}`);
    return found.views;
  }
}

class MemoryViews implements ViewSet {
  private at: Checkpoint = { position: 0n, recordedAt: 0 };
  private shelves = byCollection(() => new Shelf());
  private readonly entries = new Map<RecordId, Entry[]>();
  private readonly refused = new Map<RecordId, Parked>();
  private entryCount = 0;

  constructor(readonly name: string) {}

  async hold(collection: 'records' | 'links', ids: readonly RecordId[]): Promise<ReadonlyMap<RecordId, Held>> {
    const parked = collection === 'records' ? await this.isParked(ids) : [];
    return heldAt(this.at.position, await this.load(collection, ids), parked);
  }

  async write(batch: Batch): Promise<void> {
    mustNotFall(this.name, this.at.position, batch.checkpoint.position);
    // Copied, and thereby read to the end, before anything changes: all of it or nothing.
    const documents = Array.from(batch.documents, (written) => ({ ...written }));
    const timeline = batch.timeline.map((entry) => ({ ...entry }));
    const parked = batch.parked.map((each) => ({ ...each }));
    for (const written of documents) this.shelves[written.collection].put(written);
    for (const entry of timeline) this.enter(entry);
    for (const record of batch.unparked) this.refused.delete(record);
    for (const each of parked) if (!this.refused.has(each.record)) this.refused.set(each.record, each);
    const { position, recordedAt } = batch.checkpoint;
    this.at = { position, recordedAt };
  }

  async clear(): Promise<void> {
    this.at = { position: 0n, recordedAt: 0 };
    this.shelves = byCollection(() => new Shelf());
    this.entries.clear();
    this.refused.clear();
    this.entryCount = 0;
  }

  private enter(entry: Entry): void {
    const line = this.entries.get(entry.record) ?? [];
    this.entries.set(entry.record, line);
    let at = line.length;
    while (at > 0 && compareMoments(line[at - 1] as Entry, entry) > 0) at -= 1;
    const before = line[at - 1];
    if (before && compareMoments(before, entry) === 0) return;
    line.splice(at, 0, entry);
    this.entryCount += 1;
  }

  async checkpoint(): Promise<Checkpoint> {
    return this.at;
  }

  async load(collection: Collection, ids: readonly RecordId[]): Promise<ReadonlyMap<RecordId, string>> {
    const { documents } = this.shelves[collection];
    return new Map(ids.flatMap((id) => (documents.has(id) ? [[id, documents.get(id)?.body as string]] : [])));
  }

  async scan(collection: Collection, after: RecordId | undefined, limit: number): Promise<DocumentPage> {
    return this.shelves[collection].scan(after, limit);
  }

  async find(key: string, limit: number): Promise<readonly RecordId[]> {
    const found = Object.values(this.shelves).flatMap(({ keys }) => [...(keys.get(key) ?? [])]);
    return [...new Set(found)].sort().slice(0, limit);
  }

  async timeline(records: readonly RecordId[], query: TimelineQuery): Promise<readonly Entry[]> {
    const entries = [...new Set(records)].flatMap((record) => this.entries.get(record) ?? []);
    return pageOf(
      entries.filter((entry) => asked(entry, query)),
      query,
    );
  }

  async parked(limit: number, after?: RecordId): Promise<readonly Parked[]> {
    const ids = [...this.refused.keys()].sort().filter((id) => after === undefined || id > after);
    return this.isParked(ids.slice(0, limit));
  }

  async isParked(records: readonly RecordId[]): Promise<readonly Parked[]> {
    return [...new Set(records)].flatMap((record) => this.refused.get(record) ?? []);
  }

  async roots(): Promise<Readonly<Record<Collection, string>>> {
    return byCollection((collection) => rootHex(this.shelves[collection].root));
  }

  async size(): Promise<Size> {
    const keys = Object.values(this.shelves).reduce((sum, { keyCount }) => sum + keyCount, 0);
    return {
      ...byCollection((collection) => this.shelves[collection].documents.size),
      entries: this.entryCount,
      keys,
    };
  }

  async close(): Promise<void> {}
}

/** The documents of one collection. */
class Shelf {
  readonly documents = new Map<RecordId, { readonly body: string; readonly keys: readonly string[] }>();
  readonly keys = new Map<string, Set<RecordId>>();
  keyCount = 0;
  root: Root = 0n;
  /** Ids in order; forgotten when one comes or goes. */
  private sorted: RecordId[] | undefined;

  put({ id, body, keys }: Written): void {
    const held = this.documents.get(id);
    if (held) this.root = subtracted(this.root, documentHash(id, held.body));
    if (held === undefined || body === undefined) this.sorted = undefined;
    if (body === undefined) {
      this.documents.delete(id);
      return this.setKeys(id, held?.keys ?? [], []);
    }
    this.root = added(this.root, documentHash(id, body));
    const now = keys ? [...new Set(keys)] : (held?.keys ?? []);
    // A text just put together is a tree of its parts, several times its size, until a character of it is read.
    body.charCodeAt(0);
    this.documents.set(id, { body, keys: now });
    if (now !== held?.keys) this.setKeys(id, held?.keys ?? [], now);
  }

  private setKeys(id: RecordId, before: readonly string[], now: readonly string[]): void {
    for (const key of before) {
      const ids = this.keys.get(key);
      ids?.delete(id);
      if (ids?.size === 0) this.keys.delete(key);
    }
    for (const key of now) {
      const ids = this.keys.get(key);
      if (ids) ids.add(id);
      else this.keys.set(key, new Set([id]));
    }
    this.keyCount += now.length - before.length;
  }

  scan(after: RecordId | undefined, limit: number): DocumentPage {
    this.sorted ??= [...this.documents.keys()].sort();
    const from = after === undefined ? 0 : firstAfter(this.sorted, after);
    const ids = this.sorted.slice(from, from + limit);
    const documents = ids.map((id) => ({ id, body: this.documents.get(id)?.body as string }));
    const last = ids.at(-1);
    return { documents, ...(last !== undefined && from + limit < this.sorted.length && { next: last }) };
  }
}

/** Index of the first id > `after` in sorted ids. */
function firstAfter(ids: readonly RecordId[], after: RecordId): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] as RecordId) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
