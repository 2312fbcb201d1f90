/**
 * Keeps the links level with what records say: feeds the resolver from the views, compares what it believes with what is
 * decided already, and asks for the difference. It holds nothing that cannot be made again from the views, so that
 * after a crash it simply looks again.
 */
import { type RecordId, recordId } from '../domain/kernel';
import { decidePair, type LinkBook, type Pair, type PairCommand, two } from '../domain/link';
import type { Model } from '../domain/matching/model';
import { Resolver } from '../domain/matching/resolver';
import type { Change } from '../domain/matching/told';
import { describe } from '../projections/described';
import { readLinks, readRecord } from '../projections/documents';
import type { Wish } from './deciding';
import type { WrittenRecords } from './drafts';
import type { Collection, ViewReader } from './ports';

/** Resolves when the wishes are decided, or known to be nothing. */
export type Decide = (wishes: readonly Wish[]) => Promise<void>;

const CHUNK = 1_000;

export class Resolving {
  private readonly records = new Set<RecordId>();
  private readonly decided = new Set<RecordId>();
  private resolver: Resolver | undefined;

  constructor(
    private readonly views: () => Pick<ViewReader, 'load' | 'scan'>,
    private readonly decide: Decide,
    private readonly model: () => Promise<Model>,
  ) {}

  /** What the views wrote; looked at in the next turn. */
  note({ records, decided }: WrittenRecords): void {
    for (const record of records) this.records.add(record);
    for (const record of decided) this.decided.add(record);
  }

  /** Another model, or other views: everything is looked at anew in the next turn. */
  restart(): void {
    this.resolver = undefined;
  }

  /** Takes in what was noted, and decides what follows. To be called when the views are level. */
  async turn(): Promise<void> {
    if (!this.resolver) return this.begin();
    const resolver = this.resolver;
    const [records, decided] = [[...this.records], [...this.decided]];
    this.records.clear();
    this.decided.clear();
    try {
      for (const part of chunks(records)) await this.take(resolver, part);
      for (const part of chunks(decided)) constrain(resolver, part, await this.books(part));
      await this.settle(resolver.drain(), resolver.hash);
    } catch (problem) {
      // What was taken half-way is made again from the views.
      this.restart();
      throw problem;
    }
  }

  /** The resolver that knows all records, for who explains or reviews. */
  async current(): Promise<Resolver> {
    await this.turn();
    return this.resolver ?? new Resolver(await this.model());
  }

  private async begin(): Promise<void> {
    this.records.clear();
    this.decided.clear();
    const resolver = new Resolver(await this.model());
    for await (const documents of this.all('records')) {
      for (const { id, body } of documents) resolver.put(describe(id, readRecord(body)));
    }
    const recorded = new Map<RecordId, LinkBook>();
    for await (const documents of this.all('links')) {
      for (const { id, body } of documents) recorded.set(id, readLinks(body));
    }
    constrain(resolver, [...recorded.keys()], recorded);
    const changes = resolver.drain();
    await this.settle([...noLonger(recorded, changes), ...changes], resolver.hash);
    this.resolver = resolver;
  }

  private async take(resolver: Resolver, records: readonly RecordId[]): Promise<void> {
    const bodies = await this.views().load('records', records);
    for (const record of records) {
      const body = bodies.get(record);
      if (body === undefined) resolver.remove(record);
      else resolver.put(describe(record, readRecord(body)));
    }
  }

  /** Asks only for what does not hold yet. */
  private async settle(changes: readonly Change[], model: string): Promise<void> {
    for (const part of chunks(changes)) {
      const wishes = part.flatMap((change) => wishOf(change, model) ?? []);
      const books = await this.books(wishes.map(({ pair }) => pair.a));
      const lacking = wishes.filter(
        ({ pair, command }) => decidePair(command, books.get(pair.a)?.[pair.b] ?? {}).length > 0,
      );
      if (lacking.length > 0) await this.decide(lacking);
    }
  }

  private async books(records: readonly RecordId[]): Promise<ReadonlyMap<RecordId, LinkBook>> {
    const bodies = await this.views().load('links', [...new Set(records)]);
    return new Map([...bodies].map(([record, body]) => [record, readLinks(body)]));
  }

  private async *all(collection: Collection): AsyncGenerator<readonly { id: RecordId; body: string }[]> {
    for (let after: RecordId | undefined, end = false; !end; ) {
      const page = await this.views().scan(collection, after, CHUNK);
      yield page.documents;
      after = page.next;
      end = after === undefined;
    }
  }
}

/** What people decided about the pairs of these records. */
function constrain(resolver: Resolver, records: readonly RecordId[], books: ReadonlyMap<RecordId, LinkBook>): void {
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

/** What was decided by rule once, and no longer follows from anything. */
function noLonger(recorded: ReadonlyMap<RecordId, LinkBook>, believed: readonly Change[]): readonly Change[] {
  const held = new Set(believed.flatMap((change) => ('a' in change ? [`${change.kind} ${change.a} ${change.b}`] : [])));
  return [...recorded].flatMap(([record, book]) =>
    Object.entries(book).flatMap(([other, pair]): Change[] => {
      if (other < record) return [];
      const [a, b] = [record, other];
      return [
        ...(pair.linked?.by === 'rule' && !held.has(`linked ${a} ${b}`)
          ? [{ kind: 'unlinked', a, b, reason: 'grouped otherwise' } as const]
          : []),
        ...(pair.proposed && !held.has(`proposed ${a} ${b}`) ? [{ kind: 'withdrawn', a, b } as const] : []),
        ...(pair.related && !held.has(`related ${a} ${b}`) ? [{ kind: 'unrelated', a, b } as const] : []),
      ];
    }),
  );
}

function wishOf(change: Change, model: string): Wish | undefined {
  if (!('a' in change)) return undefined;
  const command = commandOf(change, model);
  return command && { pair: two(recordId(change.a), recordId(change.b)), command };
}

function commandOf(change: Change, model: string): PairCommand | undefined {
  switch (change.kind) {
    case 'linked':
      // A steward's link is on the stream already; the resolver only repeats it.
      return change.by === 'steward'
        ? undefined
        : {
            wants: 'linked',
            by: 'rule',
            weight: change.weight,
            model,
            evidence: { ...change.evidence, parts: change.evidence.parts.map((part) => ({ ...part })) },
          };
    case 'unlinked':
      return { wants: 'unlinked', reason: change.reason };
    case 'proposed':
      return {
        wants: 'proposed',
        precision: change.precision,
        weight: change.weight,
        model,
        evidence: { ...change.evidence, parts: change.evidence.parts.map((part) => ({ ...part })) },
      };
    case 'related':
      return { wants: 'related', relation: change.relation };
    case 'unrelated':
    case 'withdrawn':
      return { wants: change.kind };
    case 'value-demoted':
    case 'value-restored':
      return undefined;
  }
}

function* chunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += CHUNK) yield all.slice(from, from + CHUNK);
}
