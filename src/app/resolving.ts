/**
 * Keeps the links level with what records say: feeds the resolver from the views, compares what it believes with what is
 * decided already, and asks for the difference. It holds nothing that cannot be made again from the views, so that
 * after a crash it simply looks again.
 */
import { hash } from 'node:crypto';
import type { RecordId } from '../domain/kernel';
import { decidePair, type LinkBook, type Pair, pairStream } from '../domain/link';
import type { Described } from '../domain/matching/described';
import type { Explanation } from '../domain/matching/explaining';
import type { Model } from '../domain/matching/model';
import { Resolver } from '../domain/matching/resolver';
import type { Change, Statistics } from '../domain/matching/told';
import type { DemotedValue } from '../domain/matching/generic';
import { describe } from '../projections/described';
import { readLinks, readRecord } from '../projections/documents';
import type { Announce } from './announcing';
import type { Wish } from './deciding';
import type { WrittenRecords } from './drafts';
import type { ViewReader } from './ports';
import { noLonger, wishOf } from './wishing';

/** Resolves when the wishes are decided, or known to be nothing. */
export type Decide = (wishes: readonly Wish[]) => Promise<void>;

const CHUNK = 1_000;
/** Commands that take something back. */
const ENDING: ReadonlySet<string> = new Set(['unlinked', 'withdrawn', 'unrelated']);
/** Records looked at in one turn: many, so that a flood is decided and written in few pieces; not more, so that the views wait less than a second. */
const RECORDS_A_TURN = 5_000;
/** The same while no flood waits, and while the records are read for the first time: some hundredths of a second. */
const RECORDS_A_STEP = 250;
const RECORDS_A_LOAD = 250;

/** How matching stands. */
export interface MatchingState {
  /** Hash of the model that holds. */
  readonly model: string;
  readonly statistics: Statistics;
  /** Contact points that too many people share: they find nobody, until fewer do. */
  readonly generic: readonly DemotedValue[];
}

export interface Matching {
  readonly decide: Decide;
  /** Tells consumers of customers that were merged or split. */
  readonly announce: Announce;
  /** The model that holds; the same object as long as it does. */
  readonly model: () => Promise<Model>;
}

export class Resolving {
  private readonly records = new Set<RecordId>();
  private readonly decided = new Set<RecordId>();
  private resolver: Resolver | undefined;
  /** A hash of what each record said last: most facts say nothing new about who it is. */
  private readonly said = new Map<RecordId, string>();
  /** Where reading all records has come to; `done` when the resolver knows them all. */
  private loaded: { readonly after?: RecordId } | 'done' = {};

  constructor(
    private readonly views: () => Pick<ViewReader, 'load' | 'scan'>,
    private readonly matching: Matching,
  ) {}

  /** What the views wrote; looked at in a later turn. */
  note({ records, decided }: WrittenRecords): void {
    // Before the first turn nothing is known, and everything will be read.
    if (!this.resolver) return;
    for (const record of records) this.records.add(record);
    for (const record of decided) this.decided.add(record);
  }

  /** Takes in some of what was noted, and decides what follows. True when nothing is left. To be called when the views are level. */
  async turn(): Promise<boolean> {
    const model = await this.matching.model();
    if (this.resolver?.model !== model) this.begin(model);
    const resolver = this.resolver ?? new Resolver(model);
    try {
      if (this.loaded === 'done') await this.follow(resolver);
      else await this.load(resolver, this.loaded.after);
    } catch (problem) {
      // What was taken half-way is made again from the views.
      this.resolver = undefined;
      throw problem;
    }
    return this.loaded === 'done' && this.records.size + this.decided.size === 0;
  }

  /** What the resolver says of two records, also of those that say nothing. Throws RangeError where there is no such record. */
  async explain(a: RecordId, b: RecordId): Promise<Explanation> {
    const resolver = await this.current();
    const silent = [a, b].filter((record) => !this.said.has(record));
    const bodies = await this.views().load('records', silent);
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
    this.said.clear();
    this.loaded = {};
  }

  private async load(resolver: Resolver, after: RecordId | undefined): Promise<void> {
    const { documents, next } = await this.views().scan('records', after, RECORDS_A_LOAD);
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
    const recorded = new Map<RecordId, LinkBook>();
    for (let after: RecordId | undefined, end = false; !end; ) {
      const { documents, next } = await this.views().scan('links', after, CHUNK);
      for (const { id, body } of documents) recorded.set(id, readLinks(body));
      after = next;
      end = next === undefined;
    }
    constrain(resolver, [...recorded.keys()], recorded);
    resolver.drain();
    const believed: readonly Change[] = [
      ...resolver.links().map((link) => ({ kind: 'linked' as const, ...link })),
      ...resolver.candidates().map((candidate) => ({ kind: 'proposed' as const, ...candidate })),
      ...resolver.related().map((related) => ({ kind: 'related' as const, ...related })),
    ];
    await this.settle([...noLonger(recorded, believed), ...believed], resolver.hash);
  }

  private async follow(resolver: Resolver): Promise<void> {
    // What comes in one by one is followed in small steps, so that views wait for nobody; a flood in large ones.
    const records = first(this.records, this.records.size > RECORDS_A_TURN ? RECORDS_A_TURN : RECORDS_A_STEP);
    const decided = first(this.decided, RECORDS_A_TURN);
    await this.take(resolver, records);
    constrain(resolver, decided, await this.books(decided));
    await this.settle(resolver.drain(), resolver.hash);
    for (const record of records) this.records.delete(record);
    for (const record of decided) this.decided.delete(record);
  }

  private async take(resolver: Resolver, records: readonly RecordId[]): Promise<void> {
    const bodies = await this.views().load('records', records);
    for (const record of records) {
      const body = bodies.get(record);
      if (body !== undefined) this.put(resolver, record, body);
      else if (this.said.delete(record)) resolver.remove(record);
    }
  }

  private put(resolver: Resolver, record: RecordId, body: string): void {
    const described = describe(record, readRecord(body));
    // Who says nothing that anybody could be recognised by is met only when somebody asks.
    if (isSilent(described)) {
      if (this.said.delete(record)) resolver.remove(record);
      return;
    }
    const now = hash('sha1', JSON.stringify(described), 'base64');
    if (this.said.get(record) === now) return;
    this.said.set(record, now);
    resolver.put(described);
  }

  /** What no longer holds goes first: of one pair a link may end and a proposal begin. */
  private async settle(changes: readonly Change[], model: string): Promise<void> {
    const wishes = changes.flatMap((change) => wishOf(change, model) ?? []);
    const ending = wishes.filter(({ command }) => ENDING.has(command.wants));
    const ended = new Set(ending.map(({ pair }) => pairStream(pair)));
    await this.ask(ending, new Set());
    await this.ask(
      wishes.filter(({ command }) => !ENDING.has(command.wants)),
      ended,
    );
  }

  /** Asks only for what does not hold yet; about pairs that were just decided the views do not know yet, so of them always. */
  private async ask(wishes: readonly Wish[], decided: ReadonlySet<string>): Promise<void> {
    for (const part of chunks(wishes)) {
      const books = await this.books(part.map(({ pair }) => pair.a));
      const lacking = part.filter(
        ({ pair, command }) =>
          decided.has(pairStream(pair)) || decidePair(command, books.get(pair.a)?.[pair.b] ?? {}).length > 0,
      );
      if (lacking.length > 0) await this.matching.decide(lacking);
    }
  }

  private async books(records: readonly RecordId[]): Promise<ReadonlyMap<RecordId, LinkBook>> {
    const bodies = await this.views().load('links', [...new Set(records)]);
    return new Map([...bodies].map(([record, body]) => [record, readLinks(body)]));
  }
}

const isSilent = ({ names, births, identifiers, emails, phones, addresses }: Described): boolean =>
  [names, births, identifiers, emails, phones, addresses].every((said) => said.length === 0);

/** What people decided about the pairs of these records. */
export function constrain(
  resolver: Resolver,
  records: readonly RecordId[],
  books: ReadonlyMap<RecordId, LinkBook>,
): void {
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
