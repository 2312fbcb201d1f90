/**
 * Tells consumers of merged and split customers: follows the decisions about pairs in log order and announces what each did
 * to customers. Where it stopped it knows from its last announcement; what is told twice is once, by its id.
 */
import type { LogReader, Position } from '../../eventstore/store';
import { type Announcement, announcements, CUSTOMERS_FEED } from '../domain/announcement';
import { decode } from '../domain/envelope';
import { type RecordId, recordId, membersOf, textOf } from '../domain/kernel';
import {
  evolvePair,
  isEmptyPair,
  type LinkBook,
  movesAnybody,
  pairOf,
  pairStream,
  pairTypes,
  type Pair,
  type Two,
  two,
} from '../domain/link';
import type { Seal } from '../domain/seal';
import { readRecord } from '../projections/documents';
import { groupsOf } from './membership';
import { allBooks, eventPages } from './pages';
import type { ViewReader } from './ports';

export type Announce = (told: readonly Announcement[]) => Promise<void>;

interface Sources {
  readonly log: Pick<LogReader, 'read' | 'readAll'>;
  readonly views: Pick<ViewReader, 'load' | 'scan'>;
  readonly seal: Seal;
}

const PAGE = 1_000;

export class Announcing {
  /** Link books as of `at`. */
  private readonly books = new Map<RecordId, LinkBook>();
  private at: Position | undefined;

  constructor(
    private readonly sources: Sources,
    private readonly announce: Announce,
  ) {}

  /** Announces what one page of decisions did. True when no more stand in the log. */
  async turn(): Promise<boolean> {
    this.at ??= await this.begin();
    const { log, seal } = this.sources;
    const page = await log.readAll(this.at, { limit: PAGE, filter: { types: pairTypes } });
    const told: Announcement[] = [];
    for (const { stream, revision, bytes } of page.events) {
      const pair = pairOf(stream);
      if (pair) told.push(...(await this.take(pair, revision, decode(bytes, seal))));
    }
    if (told.length > 0) await this.announce(told);
    this.at = page.next;
    return page.end;
  }

  /** Something failed: the next turn begins where the last announcement stands. */
  restart(): void {
    this.at = undefined;
    this.books.clear();
  }

  private async take(pair: Two, n: bigint, event: Parameters<typeof evolvePair>[1]): Promise<readonly Announcement[]> {
    const held = this.books.get(pair.a)?.[pair.b] ?? {};
    const now = evolvePair(held, event);
    if (!movesAnybody(held, now)) {
      this.set(pair, now);
      return [];
    }
    const both = [pair.a, pair.b];
    const before = await groupsOf(both, async () => this.books);
    this.set(pair, now);
    const after = await groupsOf(both, async () => this.books);
    if (same(before, after)) return [];
    const first = await this.firstRecorded([...before.keys(), ...after.keys()]);
    return announcements(before, after, { ...pair, n }, first);
  }

  private set({ a, b }: Two, pair: Pair): void {
    for (const [record, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const { [other]: _, ...others } = this.books.get(record) ?? {};
      this.books.set(record, isEmptyPair(pair) ? others : { ...others, [other]: pair });
    }
  }

  /** Names a customer by the record that was recorded first, ties by id. */
  private async firstRecorded(records: readonly RecordId[]): Promise<(group: readonly RecordId[]) => RecordId> {
    const bodies = await this.sources.views.load('records', [...new Set(records)]);
    const at = new Map(
      [...bodies].map(([record, body]) => [record, readRecord(body).records[record]?.recordedAt ?? '~']),
    );
    const key = (record: RecordId): string => `${at.get(record) ?? '~'} ${record}`;
    return (group) => group.reduce((best, one) => (key(one) < key(best) ? one : best));
  }

  /** Right before the cause of the last announcement, with the books as they were there. */
  private async begin(): Promise<Position> {
    const { log, views, seal } = this.sources;
    const [last] = (await log.read(CUSTOMERS_FEED, { direction: 'backward', limit: 1 })).events;
    if (!last) return 0n;
    const { a, b, n } = membersOf(decode(last.bytes, seal).data['cause']);
    const cause = two(recordId(textOf(a)), recordId(textOf(b)));
    const [caused] = (await log.read(pairStream(cause), { from: BigInt(Number(n)), limit: 1 })).events;
    const at = (caused?.position ?? 1n) - 1n;
    for (const [record, book] of await allBooks(views)) this.books.set(record, book);
    for (const pair of await this.decidedSince(at)) this.set(pair, await this.pairAt(pair, at));
    return at;
  }

  private async decidedSince(position: Position): Promise<readonly Two[]> {
    const found = new Map<string, Two>();
    for await (const events of eventPages(this.sources.log, pairTypes, position)) {
      for (const { stream } of events) {
        const pair = pairOf(stream);
        if (pair) found.set(stream, pair);
      }
    }
    return [...found.values()];
  }

  private async pairAt(pair: Two, position: Position): Promise<Pair> {
    let held: Pair = {};
    for (let from = 0n, end = false; !end; ) {
      const page = await this.sources.log.read(pairStream(pair), { from });
      for (const event of page.events) {
        if (event.position <= position) held = evolvePair(held, decode(event.bytes, this.sources.seal));
        from = event.revision + 1n;
      }
      end = page.end;
    }
    return held;
  }
}

function same(
  before: ReadonlyMap<RecordId, readonly RecordId[]>,
  after: ReadonlyMap<RecordId, readonly RecordId[]>,
): boolean {
  if (before.size !== after.size) return false;
  for (const [record, group] of before) if (after.get(record)?.join() !== group.join()) return false;
  return true;
}
