/**
 * What is believed of two records: that they are one party, that they are two, or that somebody should look. Beliefs are
 * opinions beside the facts: each is an event on the stream of its pair, made by a rule or a person, and can be taken
 * back. It never looks at what the records say.
 */
import type { FactEvent } from './envelope';
import type { ValueName } from './generic-value';
import { type EventId, type Instant, type JsonObject, membersOf, type RecordId, recordId, textOf } from './kernel';
import { Refusal } from './refusals';

export const RECORDS_LINKED = 'kith.records-linked.v1';
export const LINK_RETRACTED = 'kith.link-retracted.v1';
export const RECORDS_HELD_APART = 'kith.records-held-apart.v1';
export const APART_RELEASED = 'kith.apart-released.v1';
export const MATCH_PROPOSED = 'kith.match-proposed.v1';
export const MATCH_WITHDRAWN = 'kith.match-withdrawn.v1';
export const MATCH_REJECTED = 'kith.match-rejected.v1';
export const MATCH_RECONSIDERED = 'kith.match-reconsidered.v1';
export const RELATION_FOUND = 'kith.relation-found.v1';
export const RELATION_LOST = 'kith.relation-lost.v1';

/** Everything that may be decided about a pair, for who reads only that of a log. */
export const pairTypes: readonly string[] = [
  ...[RECORDS_LINKED, LINK_RETRACTED, RECORDS_HELD_APART, APART_RELEASED],
  ...[MATCH_PROPOSED, MATCH_WITHDRAWN, MATCH_REJECTED, MATCH_RECONSIDERED],
  ...[RELATION_FOUND, RELATION_LOST],
];

/** What may move a record to another customer; proposals and relations never do. */
export const movingTypes: readonly string[] = [
  ...[RECORDS_LINKED, LINK_RETRACTED, RECORDS_HELD_APART, APART_RELEASED, MATCH_REJECTED],
];

export type Relation = 'household' | 'colleague';

/** Which event says so, when it was recorded, and who did it. */
interface Made {
  readonly event: EventId;
  readonly recordedAt: Instant;
  readonly actor?: string;
}

/** What a rule rests on. */
interface Grounds {
  /** Bits: log2 of the odds that the two are one party. */
  readonly weight: number;
  /** Hash of the model that said so. */
  readonly model: string;
  /** Levels and weights, never values. */
  readonly evidence: JsonObject;
}

export interface Linked extends Made, Partial<Grounds> {
  readonly by: 'rule' | 'steward';
  readonly reason?: string;
}

export interface Proposed extends Made, Grounds {
  /** Calibrated share of pairs like this one that are of one party, 0 to 1. */
  readonly precision: number;
}

/** What holds of one pair now. */
export interface Pair {
  readonly linked?: Linked;
  readonly apart?: Made & { readonly reason: string };
  readonly proposed?: Proposed;
  readonly rejected?: Made & { readonly reason: string };
  readonly related?: Made & { readonly relation: Relation };
}

/** What holds of one record, by the other one of each pair. */
export type LinkBook = Readonly<Record<string, Pair>>;

/** Two records in canonical order. */
export interface Two {
  readonly a: RecordId;
  readonly b: RecordId;
}

/** Throws `bad-parameter` for a record and itself. */
export function two(x: RecordId, y: RecordId): Two {
  if (x === y) throw new Refusal('bad-parameter', 'a record is always one party with itself; name two records');
  return x < y ? { a: x, b: y } : { a: y, b: x };
}

export const pairStream = ({ a, b }: Two): string => `pair-${a}-${b}`;

/** The two records whose stream this is, `undefined` for other streams. */
export function pairOf(stream: string): Two | undefined {
  const parts = /^pair-([0-9a-f]{32})-([0-9a-f]{32})$/.exec(stream);
  return parts ? { a: recordId(parts[1] ?? ''), b: recordId(parts[2] ?? '') } : undefined;
}

export const isEmptyPair = (pair: Pair): boolean => Object.keys(pair).length === 0;

/** The book with this pair as it is now. */
export function withPair(book: LinkBook, other: RecordId, pair: Pair): LinkBook {
  if (!isEmptyPair(pair)) return { ...book, [other]: pair };
  const { [other]: _, ...others } = book;
  return others;
}

/** Whether somebody may belong to another customer than before. */
export const movesAnybody = (before: Pair, after: Pair): boolean =>
  before.linked !== after.linked || before.apart !== after.apart;

/** One more event of the pair. */
export function evolvePair(pair: Pair, event: FactEvent): Pair {
  const made: Made = {
    event: event.id,
    recordedAt: event.recordedAt,
    ...(event.actor !== undefined && { actor: event.actor }),
  };
  const { data } = event;
  const { linked, apart, proposed, rejected, related } = pair;
  switch (event.type) {
    case RECORDS_LINKED:
      return only({ linked: { ...made, ...linkOf(data) }, apart, rejected, related });
    case LINK_RETRACTED:
      return only({ apart, proposed, rejected, related });
    case RECORDS_HELD_APART:
      return only({ apart: { ...made, reason: textOf(data['reason']) }, rejected, related });
    case APART_RELEASED:
      return only({ linked, proposed, rejected, related });
    case MATCH_PROPOSED:
      return only({
        linked,
        apart,
        proposed: { ...made, ...groundsOf(data), precision: Number(data['precision']) },
        rejected,
        related,
      });
    case MATCH_WITHDRAWN:
      return only({ linked, apart, rejected, related });
    case MATCH_REJECTED:
      return only({ apart, rejected: { ...made, reason: textOf(data['reason']) }, related });
    case MATCH_RECONSIDERED:
      return only({ linked, apart, proposed, related });
    case RELATION_FOUND:
      return only({
        ...pair,
        related: { ...made, relation: data['relation'] === 'colleague' ? 'colleague' : 'household' },
      });
    case RELATION_LOST:
      return only({ linked, apart, proposed, rejected });
    default:
      throw new Error(`no fold knows the decision ${event.type}`);
  }
}

/** Without the members that hold nothing. */
const only = (pair: { readonly [Part in keyof Pair]: Pair[Part] | undefined }): Pair =>
  Object.fromEntries(Object.entries(pair).filter(([, part]) => part !== undefined));

function linkOf(data: JsonObject): Pick<Linked, 'by' | 'reason'> & Partial<Grounds> {
  if (data['by'] === 'rule') return { by: 'rule', ...groundsOf(data) };
  return { by: 'steward', ...(typeof data['reason'] === 'string' && { reason: data['reason'] }) };
}

const groundsOf = (data: JsonObject): Grounds => ({
  weight: Number(data['weight']),
  model: textOf(data['model']),
  evidence: membersOf(data['evidence']),
});

/** What somebody, or a rule, wants to be so. */
export type PairCommand =
  | ({ readonly wants: 'linked'; readonly by: 'rule' } & Grounds)
  | { readonly wants: 'linked'; readonly by: 'steward'; readonly reason: string }
  | {
      readonly wants: 'unlinked';
      readonly by: 'rule' | 'steward';
      readonly reason: string;
      /** Values whose silence is the reason. */
      readonly silent?: readonly ValueName[];
    }
  | { readonly wants: 'apart'; readonly reason: string }
  | { readonly wants: 'released'; readonly reason: string }
  | ({ readonly wants: 'proposed'; readonly precision: number } & Grounds)
  | { readonly wants: 'withdrawn' }
  | { readonly wants: 'rejected'; readonly reason: string }
  | { readonly wants: 'reconsidered'; readonly reason: string }
  | { readonly wants: 'related'; readonly relation: Relation }
  | { readonly wants: 'unrelated' };

/** What an event of a pair says, beside the pair itself. */
export interface Decided {
  readonly type: string;
  readonly data: JsonObject;
}

/** Pure: the events that make it so; none where it is so already. Throws `held-apart` where a person has decided otherwise. */
export function decidePair(command: PairCommand, pair: Pair): readonly Decided[] {
  switch (command.wants) {
    case 'linked':
      return link(command, pair);
    case 'unlinked':
      // What a person linked, only a person unlinks.
      if (command.by === 'rule' && pair.linked?.by === 'steward') return [];
      return when(pair.linked, LINK_RETRACTED, {
        reason: command.reason,
        ...(command.silent && { silent: command.silent }),
      });
    case 'apart':
      return unless(pair.apart, RECORDS_HELD_APART, { reason: command.reason });
    case 'released':
      return when(pair.apart, APART_RELEASED, { reason: command.reason });
    case 'proposed': {
      const { wants: _, ...grounds } = command;
      const known = pair.proposed?.precision === grounds.precision && pair.proposed.model === grounds.model;
      return known || pair.linked || pair.apart || pair.rejected ? [] : [{ type: MATCH_PROPOSED, data: grounds }];
    }
    case 'withdrawn':
      return when(pair.proposed, MATCH_WITHDRAWN, {});
    case 'rejected':
      return unless(pair.rejected && !pair.linked, MATCH_REJECTED, { reason: command.reason });
    case 'reconsidered':
      return when(pair.rejected, MATCH_RECONSIDERED, { reason: command.reason });
    case 'related':
      return pair.related?.relation === command.relation
        ? []
        : [{ type: RELATION_FOUND, data: { relation: command.relation } }];
    case 'unrelated':
      return when(pair.related, RELATION_LOST, {});
  }
}

function link(
  command: Extract<PairCommand, { wants: 'linked' }>,
  { linked, apart, rejected }: Pair,
): readonly Decided[] {
  if ((apart || rejected) && command.by === 'rule') return [];
  if (apart)
    throw new Refusal(
      'held-apart',
      `the two records were held apart (${apart.reason}); release them before you link them`,
    );
  // A person's link outlives what the rules think; a rule adds nothing to it.
  if (linked && (linked.by === 'steward' || command.by === 'rule')) return [];
  const { wants: _, ...data } = command;
  return [{ type: RECORDS_LINKED, data }];
}

const when = (holds: unknown, type: string, data: JsonObject): readonly Decided[] => (holds ? [{ type, data }] : []);
const unless = (holds: unknown, type: string, data: JsonObject): readonly Decided[] => (holds ? [] : [{ type, data }]);
