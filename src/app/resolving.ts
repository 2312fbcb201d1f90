/**
 * Keeps the links level with what records say: feeds the resolver from the views, compares what it believes with what is
 * decided already, and asks for the difference. It holds nothing that cannot be made again from the views, so that
 * after a crash it simply looks again.
 */
import { hash } from 'node:crypto';
import type { Position } from '../../eventstore/store';
import type { RecordId } from '../domain/kernel';
import { decidePair, type Pair, pairStream, type Two } from '../domain/link';
import type { ValueChange } from '../domain/generic-value';
import type { Described } from '../domain/matching/described';
import type { Explanation } from '../domain/matching/explaining';
import type { Model } from '../domain/matching/model';
import { Resolver } from '../domain/matching/resolver';
import type { Change, Statistics } from '../domain/matching/told';
import type { DemotedValue } from '../domain/matching/generic';
import { describe } from '../projections/described';
import { readRecord } from '../projections/documents';
import type { Announce } from './announcing';
import { allBooks, type Books, booksOf } from './pages';
import type { ViewReader } from './ports';
import { noLonger, type RuleWish, wishOf } from './wishing';

/** Answers where the decisions stand in the log, when all are made or known to be nothing: what holds already is not decided again. */
export type Decide = (wishes: readonly RuleWish[]) => Promise<readonly Position[]>;

const CHUNK = 1_000;
/** Records looked at in one turn: many, so that a flood is decided in few pieces; not more, so that who asks waits less than a second. */
const RECORDS_A_TURN = 2_000;
const RECORDS_A_LOAD = 1_000;

/** How matching stands. */
export interface MatchingState {
  /** Hash of the model that holds. */
  readonly model: string;
  readonly statistics: Statistics;
  /** Contact points that too many people share: they find nobody, until fewer do. */
  readonly generic: readonly (DemotedValue & {
    /** Names it in the log, which never holds the value. */
    readonly hash?: string;
    /** When the log says that it fell silent. */
    readonly since?: string;
  })[];
}

/** How what the resolver believes gets into the log. */
export interface Opinions {
  readonly decide: Decide;
  /** Tells consumers of customers that were merged or split. */
  readonly announce: Announce;
  /** Has it in the log that contact points fell silent or speak again. */
  readonly tellValues: (changes: readonly ValueChange[]) => Promise<void>;
  /** The same when all is known anew: these are silent, and no others. */
  readonly reconcileValues: (silent: readonly DemotedValue[]) => Promise<void>;
}

export interface Matching extends Opinions {
  /** The model that holds; the same object as long as it does. */
  readonly model: () => Promise<Model>;
  /** Opinions go nowhere, and others decide: nothing that is decided is compared with them. */
  readonly explainsOnly?: true;
}

export class Resolving {
  private readonly records = new Set<RecordId>();
  private readonly decided = new Set<RecordId>();
  private resolver: Resolver | undefined;
  /** A hash of what each record said last: most facts say nothing new about who it is. */
  private readonly described = new Map<RecordId, string>();
  /** Where reading all records has come to; `done` when the resolver knows them all. */
  private loaded: { readonly after?: RecordId } | 'done' = {};
  private doubted = false;

  constructor(
    private readonly views: Pick<ViewReader, 'load' | 'scan'>,
    private readonly matching: Matching,
  ) {}

  /** Something new of who the party of this record is; the views show it. Looked at in a later turn. */
  said(record: RecordId): void {
    this.records.add(record);
  }

  /** Something new about a pair; the views show it. Looked at in a later turn. */
  decidedAbout({ a, b }: Two): void {
    this.decided.add(a).add(b);
  }

  /** Somebody else decided by rules: what is decided is compared with all that is believed, once nothing else is left. */
  doubt(): void {
    this.doubted = !this.matching.explainsOnly;
  }

  /** There is enough for a turn. */
  get isFull(): boolean {
    return this.records.size >= RECORDS_A_TURN || this.decided.size >= RECORDS_A_TURN;
  }

  /** The next turn begins anew from the views. */
  forget(): void {
    this.resolver = undefined;
  }

  /** Takes in some of what was noted, and decides what follows. True when nothing is left. To be called when the views are level. */
  async turn(): Promise<boolean> {
    const model = await this.matching.model();
    if (this.resolver?.model !== model) this.begin(model);
    const resolver = this.resolver ?? new Resolver(model);
    try {
      if (this.loaded === 'done') await this.follow(resolver);
      else await this.load(resolver, this.loaded.after);
      if (this.doubted && this.isLevel) await this.reconcile(resolver);
    } catch (problem) {
      // What was taken half-way is made again from the views.
      this.resolver = undefined;
      throw problem;
    }
    return this.isLevel;
  }

  private get isLevel(): boolean {
    return this.loaded === 'done' && this.records.size + this.decided.size === 0;
  }

  /** What the resolver says of two records, also of those that say nothing. Throws RangeError where there is no such record. */
  async explain(a: RecordId, b: RecordId): Promise<Explanation> {
    const resolver = await this.current();
    const silent = [a, b].filter((record) => !this.described.has(record));
    const bodies = await this.views.load('records', silent);
    for (const [record, body] of bodies) resolver.put(describe(record, readRecord(body)));
    try {
      return resolver.explain(a, b);
    } finally {
      for (const record of bodies.keys()) resolver.remove(record);
    }
  }

  private async current(): Promise<Resolver> {
    while (!(await this.turn()));
    return this.resolver ?? new Resolver(await this.matching.model());
  }

  async state(): Promise<MatchingState> {
    const resolver = await this.current();
    return { model: resolver.hash, statistics: resolver.statistics(), generic: resolver.demoted() };
  }

  private begin(model: Model): void {
    this.resolver = new Resolver(model);
    // What was noted is in the views, and all of them are read.
    this.records.clear();
    this.decided.clear();
    this.described.clear();
    this.loaded = {};
  }

  private async load(resolver: Resolver, after: RecordId | undefined): Promise<void> {
    const { documents, next } = await this.views.scan('records', after, RECORDS_A_LOAD);
    for (const { id, body } of documents) this.put(resolver, id, body);
    resolver.drain();
    if (next !== undefined) {
      this.loaded = { after: next };
      return;
    }
    await this.reconcile(resolver);
    this.loaded = 'done';
  }

  /** All that the resolver believes against all that is decided. */
  private async reconcile(resolver: Resolver): Promise<void> {
    this.doubted = false;
    const recorded = await allBooks(this.views);
    constrain(resolver, [...recorded.keys()], recorded);
    resolver.drain();
    await this.matching.reconcileValues(resolver.demoted());
    const believed: readonly Change[] = [
      ...resolver.links().map((link) => ({ kind: 'linked' as const, ...link })),
      ...resolver.candidates().map((candidate) => ({ kind: 'proposed' as const, ...candidate })),
      ...resolver.related().map((related) => ({ kind: 'related' as const, ...related })),
    ];
    const gone = noLonger(recorded, believed, (a, b) => resolver.unlinked(a, b));
    await this.settle([...gone, ...believed], resolver.hash, recorded);
  }

  private async follow(resolver: Resolver): Promise<void> {
    const records = first(this.records, RECORDS_A_TURN);
    const decided = first(this.decided, RECORDS_A_TURN);
    await this.take(resolver, records);
    constrain(resolver, decided, await booksOf(this.views, decided));
    const changes = resolver.drain();
    await this.tellValues(changes);
    await this.settle(changes, resolver.hash);
    for (const record of records) this.records.delete(record);
    for (const record of decided) this.decided.delete(record);
  }

  /** Before the links that go with them, so that the log tells the cause first. */
  private async tellValues(changes: readonly Change[]): Promise<void> {
    const told = changes.flatMap((change) =>
      change.kind === 'value-demoted' || change.kind === 'value-restored'
        ? [{ value: change.value, demoted: change.kind === 'value-demoted' }]
        : [],
    );
    if (told.length > 0) await this.matching.tellValues(told);
  }

  private async take(resolver: Resolver, records: readonly RecordId[]): Promise<void> {
    const bodies = await this.views.load('records', records);
    for (const record of records) {
      const body = bodies.get(record);
      if (body !== undefined) this.put(resolver, record, body);
      else if (this.described.delete(record)) resolver.remove(record);
    }
  }

  private put(resolver: Resolver, record: RecordId, body: string): void {
    const described = describe(record, readRecord(body));
    // Who says nothing that anybody could be recognised by is met only when somebody asks.
    if (isSilent(described)) {
      if (this.described.delete(record)) resolver.remove(record);
      return;
    }
    const now = hash('sha1', JSON.stringify(described), 'base64');
    if (this.described.get(record) === now) return;
    this.described.set(record, now);
    resolver.put(described);
  }

  /**
   * Has it decided, but for what `recorded` has already. Whoever decides looks into the log, because the views may not
   * show yet what was decided a moment ago. What no longer holds goes first: of one pair a link may end and a proposal begin.
   */
  private async settle(changes: readonly Change[], model: string, recorded?: Books): Promise<void> {
    const wishes = changes.flatMap((change) => wishOf(change, model) ?? []);
    const [ending, beginning] = [wishes.filter(isEnding), wishes.filter((wish) => !isEnding(wish))];
    const ended = new Set(ending.map(({ pair }) => pairStream(pair)));
    const lacking = beginning.filter((wish) => ended.has(pairStream(wish.pair)) || !holds(wish, recorded));
    for (const part of [...chunks(ending), ...chunks(lacking)]) await this.matching.decide(part);
  }
}

/** Commands that take something back. */
const isEnding = ({ command }: RuleWish): boolean => ['unlinked', 'withdrawn', 'unrelated'].includes(command.wants);

const holds = ({ pair, command }: RuleWish, recorded: Books | undefined): boolean =>
  recorded !== undefined && decidePair(command, recorded.get(pair.a)?.[pair.b] ?? {}).length === 0;

const isSilent = ({ names, births, identifiers, emails, phones, addresses }: Described): boolean =>
  [names, births, identifiers, emails, phones, addresses].every((said) => said.length === 0);

/** What people decided about the pairs of these records. */
export function constrain(resolver: Resolver, records: readonly RecordId[], books: Books): void {
  for (const record of records) {
    const pairs = Object.entries(books.get(record) ?? {});
    const said = new Map(
      pairs.flatMap(([other, pair]) => {
        const constraint = constraintOf(pair);
        return constraint ? [[other, constraint] as const] : [];
      }),
    );
    for (const [other, constraint] of said) resolver.constrain(record, other, constraint);
    for (const other of resolver.constrained(record))
      if (!said.has(other)) resolver.constrain(record, other, undefined);
  }
}

const constraintOf = ({ linked, apart, rejected }: Pair) =>
  apart ? 'apart' : linked?.by === 'steward' ? 'linked' : rejected ? 'rejected' : undefined;

const first = <T>(all: Iterable<T>, count: number): readonly T[] => {
  const some: T[] = [];
  for (const one of all) {
    if (some.length === count) break;
    some.push(one);
  }
  return some;
};

function* chunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += CHUNK) yield all.slice(from, from + CHUNK);
}
