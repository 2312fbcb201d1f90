/**
 * The link books that the runner holds between two writes: what the views store of them, and what the pages since then
 * decided. A book is a fold of the events of its pairs in log order.
 */
import type { Position } from '../../eventstore/store';
import type { FactEvent } from '../domain/envelope';
import type { RecordId } from '../domain/kernel';
import { evolvePair, type LinkBook, movesAnybody, type Two, withPair } from '../domain/link';
import { readLinks, writeLinks } from '../projections/documents';
import type { ViewSet, Written } from './ports';

const NO_LINKS: LinkBook = {};

export interface Decision {
  readonly pair: Two;
  readonly event: FactEvent;
  readonly position: Position;
}

export class Books {
  private readonly held = new Map<RecordId, LinkBook>();
  /** Where the stored books stand. */
  private readonly over = new Map<RecordId, Position>();
  private readonly changed = new Set<RecordId>();
  private readonly moved = new Set<RecordId>();
  /** Records whose stored book held what was decided already. */
  private readonly ahead = new Set<RecordId>();
  /** Whether any record has a book; while none has, nobody looks for one. */
  private any: boolean | undefined;

  constructor(private readonly views: Pick<ViewSet, 'hold' | 'scan'>) {}

  /** Books held. */
  get size(): number {
    return this.held.size;
  }

  /** Records that may belong to other customers than before. */
  get regrouped(): ReadonlySet<RecordId> {
    return this.ahead.size === 0 ? this.moved : new Set([...this.moved, ...this.ahead]);
  }

  /** Books of these records. */
  readonly of = async (records: readonly RecordId[]): Promise<ReadonlyMap<RecordId, LinkBook>> => {
    await this.load(records);
    return this.held;
  };

  /** Takes in decisions about pairs, in log order. */
  async take(decisions: readonly Decision[]): Promise<void> {
    if (decisions.length === 0) return;
    this.any = true;
    await this.load([...new Set(decisions.flatMap(({ pair: { a, b } }) => [a, b]))]);
    for (const { pair, event, position } of decisions) {
      for (const [record, other] of [
        [pair.a, pair.b],
        [pair.b, pair.a],
      ] as const) {
        if (position <= this.standing(record)) this.ahead.add(record);
        else this.turn(record, other, event);
      }
    }
  }

  private standing(record: RecordId): Position {
    return this.over.get(record) ?? 0n;
  }

  private turn(record: RecordId, other: RecordId, event: FactEvent): void {
    const book = this.held.get(record) ?? NO_LINKS;
    const pair = book[other] ?? {};
    const now = evolvePair(pair, event);
    this.held.set(record, withPair(book, other, now));
    this.changed.add(record);
    if (movesAnybody(pair, now)) this.moved.add(record);
  }

  private async load(records: readonly RecordId[]): Promise<void> {
    this.any ??= (await this.views.scan('links', undefined, 1)).documents.length > 0;
    if (!this.any) return;
    const missing = records.filter((record) => !this.held.has(record));
    if (missing.length === 0) return;
    const stored = await this.views.hold('links', missing);
    for (const record of missing) {
      const { body, position = 0n } = stored.get(record) ?? {};
      this.held.set(record, body === undefined ? NO_LINKS : readLinks(body));
      this.over.set(record, position);
    }
  }

  /** The books that changed, as documents. */
  *documents(): Generator<Written> {
    for (const id of this.changed) {
      const book = this.held.get(id) ?? NO_LINKS;
      const body = Object.keys(book).length === 0 ? undefined : writeLinks(book);
      yield { collection: 'links', id, body, keys: [], over: this.standing(id) };
    }
  }

  written(to: Position): void {
    for (const record of this.changed) this.over.set(record, to);
    this.changed.clear();
    this.moved.clear();
    this.ahead.clear();
  }

  /** To be called when nothing is changed: lets go of what the views hold too. */
  release(): void {
    this.held.clear();
    this.over.clear();
  }

  forget(): void {
    this.release();
    this.changed.clear();
    this.moved.clear();
    this.ahead.clear();
    this.any = undefined;
  }
}
