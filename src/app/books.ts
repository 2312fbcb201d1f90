/**
 * The link books that the runner holds between two writes: what the views store of them, and what the pages since then
 * decided. A book is a fold of the events of its pairs in log order.
 */
import type { FactEvent } from '../domain/envelope';
import type { RecordId } from '../domain/kernel';
import { evolvePair, isEmptyPair, type LinkBook, type Two } from '../domain/link';
import { readLinks, writeLinks } from '../projections/documents';
import type { ViewReader, Written } from './ports';

const NO_LINKS: LinkBook = {};

export class Books {
  private readonly held = new Map<RecordId, LinkBook>();
  private readonly changed = new Set<RecordId>();
  private readonly moved = new Set<RecordId>();
  /** Whether any record has a book; while none has, nobody looks for one. */
  private any: boolean | undefined;

  constructor(private readonly views: Pick<ViewReader, 'load' | 'size'>) {}

  /** Records whose book changed since the last write. */
  get touched(): ReadonlySet<RecordId> {
    return this.changed;
  }

  /** Of these the records that may belong to other customers now: proposals and relations move nobody. */
  get regrouped(): ReadonlySet<RecordId> {
    return this.moved;
  }

  /** Books of these records. */
  readonly of = async (records: readonly RecordId[]): Promise<ReadonlyMap<RecordId, LinkBook>> => {
    await this.load(records);
    return this.held;
  };

  /** Takes in one decision about a pair. */
  async take(pair: Two, event: FactEvent): Promise<void> {
    await this.load([pair.a, pair.b]);
    this.any = true;
    this.turn(pair.a, pair.b, event);
    this.turn(pair.b, pair.a, event);
  }

  private turn(record: RecordId, other: RecordId, event: FactEvent): void {
    const { [other]: pair = {}, ...others } = this.held.get(record) ?? NO_LINKS;
    const now = evolvePair(pair, event);
    this.held.set(record, isEmptyPair(now) ? others : { ...others, [other]: now });
    this.changed.add(record);
    if (now.linked !== pair.linked || now.apart !== pair.apart) this.moved.add(record);
  }

  private async load(records: readonly RecordId[]): Promise<void> {
    this.any ??= (await this.views.size()).links > 0;
    if (!this.any) return;
    const missing = records.filter((record) => !this.held.has(record));
    if (missing.length === 0) return;
    const stored = await this.views.load('links', missing);
    for (const record of missing) {
      const body = stored.get(record);
      this.held.set(record, body === undefined ? NO_LINKS : readLinks(body));
    }
  }

  /** The books that changed, as documents. */
  documents(): readonly Written[] {
    return [...this.changed].map((id) => {
      const book = this.held.get(id) ?? NO_LINKS;
      return { collection: 'links', id, body: Object.keys(book).length === 0 ? undefined : writeLinks(book), keys: [] };
    });
  }

  written(): void {
    this.changed.clear();
    this.moved.clear();
  }

  /** To be called when nothing is changed: lets go of what the views hold too. */
  release(): void {
    this.held.clear();
  }

  forget(): void {
    this.held.clear();
    this.changed.clear();
    this.moved.clear();
    this.any = undefined;
  }
}
