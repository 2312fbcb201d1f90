/**
 * What a data steward does with identity: merges customers and undoes it, answers proposals, keeps records apart, asks
 * why. Each act is a decision about pairs of records; no fact and no view is touched.
 */
import type { LogReader, Position } from '../../eventstore/store';
import type { ValueName } from '../domain/generic-value';
import { type CustomerId, customerId, type JsonObject, type RecordId, recordId } from '../domain/kernel';
import { type PairCommand, type Proposed, type Two, two } from '../domain/link';
import type { Explanation } from '../domain/matching/explaining';
import { Refusal } from '../domain/refusals';
import { customerOf, type CustomerView } from '../projections/customer';
import { readLinks, readRecord } from '../projections/documents';
import { isEmpty } from '../projections/record';
import type { Deciding, Granted } from './deciding';
import { decisionsOf } from './identity';
import { groupsOf } from './membership';
import type { Sources } from './folding';
import { type Books, booksOf, documentPages } from './pages';
import { survivorshipAt } from './policies';
import type { ViewReader } from './ports';

/** Who does it, and why; both stand in the decision. */
export interface Because {
  readonly reason: string;
  readonly actor?: string;
}

export interface Merged {
  /** Names the merge for its undo; absent where nothing was to be done. */
  readonly merges: readonly string[];
  readonly before: readonly CustomerView[];
  readonly after: CustomerView;
  /** Of the log; absent for a dry run, or where nothing was to be done. */
  readonly position?: bigint;
}

export interface Decided extends Two {
  readonly outcome: Granted['outcome'];
  readonly position?: bigint;
}

/** What a person may say of two records. */
export type Wanted = 'linked' | 'apart' | 'released' | 'rejected' | 'reconsidered';

/** One decision about a record of a customer, as it is told: what, about whom, when, by whom, and on which grounds. */
export interface ToldDecision {
  readonly event: string;
  readonly type: string;
  readonly record: RecordId;
  readonly other: RecordId;
  readonly recordedAt: string;
  readonly actor?: string;
  readonly data: JsonObject;
}

export interface MatchCandidate extends Two, Proposed {}

/** Values by the hashes that name them in the log. */
export interface ToldExplanation extends Omit<Explanation, 'silent'> {
  readonly silent?: readonly ValueName[];
}

export class Stewarding {
  constructor(
    private readonly sources: Sources & { readonly log: Pick<LogReader, 'read'>; readonly views: ViewReader },
    private readonly deciding: Deciding,
    private readonly explaining: (a: RecordId, b: RecordId) => Promise<ToldExplanation>,
  ) {}

  /** Makes several customers one. Throws `customer-unknown`, `held-apart`, `bad-parameter`. */
  async merge(customers: readonly string[], because: Because, dryRun = false): Promise<Merged> {
    if (new Set(customers).size < 2) throw new Refusal('bad-parameter', 'customers: name at least two, each once');
    const groups = await Promise.all(customers.map((id) => this.group(id)));
    const distinct = [...new Map(groups.map((group) => [group[0], group])).values()];
    const before = await Promise.all(distinct.map((group) => this.view(group)));
    const after = await this.view(distinct.flat());
    await this.mayJoin(distinct);
    const heads = before.map(({ customer }) => recordId(customer));
    const pairs = heads
      .filter((head) => head !== recordId(after.customer))
      .map((head) => two(recordId(after.customer), head));
    if (dryRun || pairs.length === 0) return { merges: [], before, after };
    const granted = await this.decide(pairs, { wants: 'linked', by: 'steward', reason: because.reason }, because.actor);
    const merges = granted.flatMap((one, i) => {
      const pair = pairs[i];
      return one.outcome === 'decided' && pair ? [writeMerge(pair, one.revision)] : [];
    });
    return { merges, before, after, ...positionOf(granted) };
  }

  /**
   * Takes one merge back, whatever was merged after it; what the rules believe of the two holds again. Throws
   * `not-merged` where it was undone already, or was never one.
   */
  async undo(merge: string, because: Because): Promise<Decided> {
    const { pair, revision } = readMerge(merge);
    const { pair: held, linkedAt } = await this.deciding.pair(pair);
    if (held.linked?.by !== 'steward' || linkedAt !== revision)
      throw new Refusal('not-merged', `${merge} does not hold: it was undone, or another decision took its place`);
    return this.one(pair, { wants: 'unlinked', by: 'steward', reason: because.reason }, because.actor);
  }

  /** Says of two records what a person knows. Throws `record-unknown`, `held-apart`. */
  async say(a: string, b: string, wants: Wanted, because: Because): Promise<Decided> {
    const pair = two(await this.known(a), await this.known(b));
    const { reason } = because;
    if (wants === 'linked') await this.mayJoin([await this.group(pair.a), await this.group(pair.b)]);
    const command: PairCommand = wants === 'linked' ? { wants, by: 'steward', reason } : { wants, reason };
    return this.one(pair, command, because.actor);
  }

  /** Proposals that wait for a person, the most promising first. */
  async candidates(limit: number): Promise<readonly MatchCandidate[]> {
    const found: MatchCandidate[] = [];
    for await (const documents of documentPages(this.sources.views, 'links')) {
      for (const { id: a, body } of documents) {
        for (const [other, { proposed }] of Object.entries(readLinks(body))) {
          if (proposed && a < other) found.push({ a, b: recordId(other), ...proposed });
        }
      }
    }
    return found
      .sort((x, y) => y.precision - x.precision || y.weight - x.weight || (x.a < y.a ? -1 : 1))
      .slice(0, limit);
  }

  /** Everything that was decided about the records of a customer, in the order in which it was recorded. */
  async decisions(id: string): Promise<readonly ToldDecision[]> {
    const found = new Map<Position, ToldDecision>();
    for (const record of await this.group(id)) {
      for await (const { event, other, position } of decisionsOf(this.sources, record)) {
        const { a: _a, b: _b, ...data } = event.data;
        const { id: name, type, recordedAt, actor } = event;
        const told = { event: name, type, record, other, recordedAt, ...(actor !== undefined && { actor }), data };
        if (!found.has(position)) found.set(position, told);
      }
    }
    return [...found].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, told]) => told);
  }

  /** Parties that share something with the customer and are others: family, colleagues. */
  async related(id: string): Promise<readonly { readonly customer: CustomerId; readonly relation: string }[]> {
    const group = await this.group(id);
    const books = await this.books(group);
    const found = new Map<CustomerId, string>();
    for (const record of group) {
      for (const [other, { related }] of Object.entries(books.get(record) ?? {})) {
        if (!related || group.includes(recordId(other))) continue;
        const [customer] = await this.sources.views.load('customers', await this.together(recordId(other)));
        if (customer) found.set(customerId(customer[0]), related.relation);
      }
    }
    return [...found].map(([customer, relation]) => ({ customer, relation }));
  }

  /** Throws `record-unknown`. */
  async explain(a: string, b: string): Promise<ToldExplanation> {
    const pair = two(await this.known(a), await this.known(b));
    return this.explaining(pair.a, pair.b);
  }

  private async one(pair: Two, command: PairCommand, actor: string | undefined): Promise<Decided> {
    const granted = await this.decide([pair], command, actor);
    return { ...pair, outcome: granted[0]?.outcome ?? 'nothing', ...positionOf(granted) };
  }

  private decide(pairs: readonly Two[], command: PairCommand, actor: string | undefined): Promise<readonly Granted[]> {
    return this.deciding.decide(
      pairs.map((pair) => ({ pair, command })),
      actor,
    );
  }

  /** Throws `held-apart` where a person has decided that a record of one is not a record of another. */
  private async mayJoin(groups: readonly (readonly RecordId[])[]): Promise<void> {
    const books = await this.books(groups.flat());
    for (const group of groups) {
      for (const record of group) {
        for (const [other, { apart }] of Object.entries(books.get(record) ?? {})) {
          if (apart && !group.includes(recordId(other)) && groups.flat().includes(recordId(other)))
            throw new Refusal(
              'held-apart',
              `records ${record} and ${other} were held apart (${apart.reason}); release them before you merge`,
            );
        }
      }
    }
  }

  private async view(records: readonly RecordId[]): Promise<CustomerView> {
    const bodies = await this.sources.views.load('records', records);
    const { log, seal, views } = this.sources;
    const by = await survivorshipAt(log, seal, (await views.checkpoint()).position);
    return customerOf(
      [...bodies.values()].map(readRecord).filter((view) => !isEmpty(view)),
      by,
    );
  }

  /** Throws `customer-unknown`. */
  private async group(id: string): Promise<readonly RecordId[]> {
    const group = await this.together(recordId(id));
    if ((await this.sources.views.load('records', group)).size === 0)
      throw new Refusal('customer-unknown', `no customer ${JSON.stringify(id.slice(0, 64))}`);
    return group;
  }

  /** This record and all that are one customer with it, whether or not anything is left of them. */
  private async together(record: RecordId): Promise<readonly RecordId[]> {
    return (await groupsOf([record], (records) => this.books(records))).get(record) ?? [record];
  }

  private async known(id: string): Promise<RecordId> {
    const record = recordId(id);
    if (!(await this.sources.views.load('records', [record])).has(record))
      throw new Refusal(
        'record-unknown',
        `no record ${JSON.stringify(id.slice(0, 64))}; a customer's view lists its records`,
      );
    return record;
  }

  private books(records: readonly RecordId[]): Promise<Books> {
    return booksOf(this.sources.views, records);
  }
}

const writeMerge = ({ a, b }: Two, revision: bigint): string => `${a}-${b}-${revision}`;

function readMerge(merge: string): { readonly pair: Two; readonly revision: bigint } {
  const parts = /^([0-9a-f]{32})-([0-9a-f]{32})-(\d{1,15})$/.exec(merge);
  if (!parts)
    throw new Refusal('not-merged', `${JSON.stringify(merge.slice(0, 90))} is no id of a merge; merging answers it`);
  return { pair: two(recordId(parts[1] ?? ''), recordId(parts[2] ?? '')), revision: BigInt(parts[3] ?? 0) };
}

function positionOf(granted: readonly Granted[]): { position?: bigint } {
  const positions = granted.flatMap((one) => (one.outcome === 'decided' ? [one.position] : []));
  const last = positions.reduce((most, position) => (position > most ? position : most), 0n);
  return last > 0n ? { position: last } : {};
}
