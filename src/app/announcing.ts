/**
 * Tells consumers of merged and split customers: follows the decisions about pairs in log order and announces what each did
 * to customers. Where it stopped it knows from its last announcement; what is told twice is once, by its id.
 */
import type { LoggedEvent, LogReader, Page, Position } from '../../eventstore/store';
import { type Announcement, announcements, CUSTOMERS_FEED } from '../domain/announcement';
import { decode } from '../domain/envelope';
import { type RecordId, recordId, membersOf, textOf } from '../domain/kernel';
import {
  evolvePair,
  isEmptyPair,
  type LinkBook,
  type Linked,
  movesAnybody,
  movingTypes,
  pairOf,
  pairStream,
  type Pair,
  type Two,
  two,
  withPair,
} from '../domain/link';
import type { Seal } from '../domain/seal';
import { readLinks, recordedAtIn } from '../projections/documents';
import { groupsOf } from './membership';
import { documentPages, upTo } from './pages';
import type { ViewReader } from './ports';

export type Announce = (told: readonly Announcement[]) => Promise<void>;

interface Sources {
  readonly log: Pick<LogReader, 'read' | 'readAll'>;
  readonly views: Pick<ViewReader, 'load' | 'scan'>;
  readonly seal: Seal;
}

const NO_LINKS: LinkBook = {};
/** Decisions read at once. */
const PAGE = 1_000;
const PAGES_A_TURN = 10;
/** Decisions kept in memory from the look at the start. */
const KEPT = 5_000;

export class Announcing {
  /** Of link books as of `at`, what makes groups: links and who is held apart. */
  private readonly books = new Map<RecordId, LinkBook>();
  private at: Position | undefined;

  constructor(
    private readonly sources: Sources,
    private readonly announce: Announce,
  ) {}

  /** Announces what some pages of decisions did. True when all is told of what the views showed at `shown`. */
  async turn(shown: Position): Promise<boolean> {
    for (let pages = 0; pages < PAGES_A_TURN; pages++) if (await this.page(shown)) return true;
    return false;
  }

  /** No further than the views show: they say which records came first, and of which books a restart begins. */
  private async page(shown: Position): Promise<boolean> {
    const { log, seal } = this.sources;
    if (this.at !== undefined && this.at >= shown) return true;
    const read =
      this.at === undefined
        ? await this.begin(shown)
        : await log.readAll(this.at, { limit: PAGE, filter: { types: movingTypes } });
    if (!read) return true;
    const page = upTo(shown, read);
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
    const now = grouping(evolvePair(held, event), held);
    if (!movesAnybody(held, now)) return [];
    const both = [pair.a, pair.b];
    const before = await groupsOf(both, async () => this.books);
    this.set(pair, now);
    const after = await groupsOf(both, async () => this.books);
    if (same(before, after)) return [];
    const first = await this.firstRecorded([...before.keys(), ...after.keys()]);
    return announcements(before, after, { ...pair, n }, first);
  }

  private set({ a, b }: Two, pair: Pair): void {
    this.books.set(a, withPair(this.books.get(a) ?? NO_LINKS, b, pair));
    this.books.set(b, withPair(this.books.get(b) ?? NO_LINKS, a, pair));
  }

  /** Names a customer by the record that was recorded first, ties by id. */
  private async firstRecorded(records: readonly RecordId[]): Promise<(group: readonly RecordId[]) => RecordId> {
    const bodies = await this.sources.views.load('records', [...new Set(records)]);
    const at = new Map([...bodies].map(([record, body]) => [record, recordedAtIn(body, record) ?? '~']));
    const key = (record: RecordId): string => `${at.get(record) ?? '~'} ${record}`;
    return (group) => group.reduce((best, one) => (key(one) < key(best) ? one : best));
  }

  /** Decisions from the cause of the last announcement on, with the books as they were right before it; nothing where that is not shown yet. */
  private async begin(shown: Position): Promise<Page | undefined> {
    const { log, views, seal } = this.sources;
    const [last] = (await log.read(CUSTOMERS_FEED, { direction: 'backward', limit: 1 })).events;
    if (!last) return { events: [], next: 0n, end: false };
    const { a, b, n } = membersOf(decode(last.bytes, seal).data['cause']);
    const cause = two(recordId(textOf(a)), recordId(textOf(b)));
    const [caused] = (await log.read(pairStream(cause), { from: BigInt(Number(n)), limit: 1 })).events;
    const at = (caused?.position ?? 1n) - 1n;
    if (shown < at) return undefined;
    for await (const documents of documentPages(views, 'links'))
      for (const { id, body } of documents) this.books.set(id, groupingOf(readLinks(body)));
    const { pairs, first } = await this.decidedSince(at);
    for (const pair of pairs) this.set(pair, grouping(await this.pairAt(pair, at)));
    return first;
  }

  /** Which pairs, all of them, and the first of the decisions: a log without types on its index is then read once. */
  private async decidedSince(position: Position): Promise<{ readonly pairs: readonly Two[]; readonly first: Page }> {
    const pairs = new Map<string, Two>();
    const events: LoggedEvent[] = [];
    let next = position;
    for (let at = position, end = false; !end; ) {
      const page = await this.sources.log.readAll(at, { limit: PAGE, filter: { types: movingTypes } });
      for (const { stream } of page.events) {
        const pair = pairOf(stream);
        if (pair) pairs.set(stream, pair);
      }
      // Without a gap: what follows the first page that is left out is read again.
      if (next === at && events.length < KEPT) {
        events.push(...page.events);
        next = page.next;
      }
      ({ next: at, end } = page);
    }
    return { pairs: [...pairs.values()], first: { events, next, end: false } };
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

/** A pair as far as it makes groups, so that the books of all records fit in memory; what did not change since `held` stays the same object. */
function grouping({ linked, apart }: Pair, held: Pair = {}): Pair {
  return { ...(linked && { linked: linked === held.linked ? linked : bare(linked) }), ...(apart && { apart }) };
}

const groupingOf = (book: LinkBook): LinkBook =>
  Object.fromEntries(
    Object.entries(book)
      .map(([other, pair]) => [other, grouping(pair)] as const)
      .filter(([, pair]) => !isEmptyPair(pair)),
  );

/** Without what it rests on. */
const bare = ({ event, recordedAt, by, weight }: Linked): Linked => ({
  ...{ event, recordedAt, by },
  ...(weight !== undefined && { weight }),
});

function same(
  before: ReadonlyMap<RecordId, readonly RecordId[]>,
  after: ReadonlyMap<RecordId, readonly RecordId[]>,
): boolean {
  if (before.size !== after.size) return false;
  for (const [record, group] of before) if (after.get(record)?.join() !== group.join()) return false;
  return true;
}
