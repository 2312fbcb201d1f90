/**
 * What is known of one record, or of several together: a sum that keeps every candidate and never chooses. `merge` is
 * commutative and associative with `empty`, so a customer is the sum of their records, and leaving a record out is an
 * exact un-merge. It names no fact: facts tell it what they tell (see Telling in the kernel).
 */
import { canonical } from '../../eventstore/canonical';
import type { FactEvent } from '../domain/envelope';
import { type Choice, choiceOf } from '../domain/choice';
import { definitionOf } from '../domain/facts/catalogue';
import type { EventId, Instant, JsonValue, RecordId, Subject, Telling } from '../domain/kernel';
import { isRevision, Standing } from '../domain/revision';
import { plus, type Whole } from '../domain/whole';

/** Where a value comes from. Ordered by (occurredAt, recordedAt, event). */
export interface Ref {
  readonly event: EventId;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly source: string;
  readonly actor?: string;
  readonly record: RecordId;
}

/** One distinct value of a slot, however often it was said. */
export interface Candidate {
  readonly value: JsonValue;
  /** How often it was stated; 0 where we only heard that it ended, and then first and last are of those endings. */
  times: number;
  first: Ref;
  last: Ref;
  /** Last time that a source vouched for it. */
  verified?: Ref;
  /** Last time that it was said to have ended. */
  ended?: Ref;
}

export interface RecordView {
  records: Record<string, { subject?: Subject; recordedAt: Instant }>;
  /** Earliest and latest fact of which the records are the subject. */
  first?: Ref;
  last?: Ref;
  /** By path: `facts/kind/purchase`, `money/EUR/gross` … */
  sums: Record<string, Whole>;
  /** slot → canonical JSON of the value → candidate. */
  slots: Record<string, Record<string, Candidate>>;
  /** slot → canonical JSON of a value → when a steward chose it last. */
  chosen?: Record<string, Record<string, Ref>>;
}

export const empty = (): RecordView => ({ records: {}, sums: {}, slots: {} });

export const isEmpty = (view: RecordView): boolean => Object.keys(view.records).length === 0;

/** Takes in one event as `record` sees it, as its subject or as a party. Changes and returns `view`, which the caller owns; where it throws the view is spoiled. */
export function evolve(view: RecordView, event: FactEvent, record: RecordId): RecordView {
  if (event.record !== record) return mention(view, event, record);
  const choice = choiceOf(event);
  if (choice) return choose(view, choice, refOf(event, record));
  const definition = definitionOf(event.type);
  if (!definition) throw new Error(`no fold knows the type ${event.type}`);
  const tellings = definition.tells(event.data);
  const ref = refOf(event, record);
  meet(view, record, event.recordedAt, event.subject);
  view.first = view.first ? earlier(view.first, ref) : ref;
  view.last = view.last ? later(view.last, ref) : ref;
  add(view, 'facts/all', 1);
  add(view, path('facts/kind/', definition.kind), 1);
  const channel = event.data['channel'] ?? definition.channel;
  if (typeof channel === 'string') add(view, path('facts/channel/', channel), 1);
  if (event.data['anonymous'] === true) add(view, 'facts/anonymous', 1);
  for (const telling of tellings) hear(view, telling, ref);
  return view;
}

/** Somebody else's fact in which this record took part. */
function mention(view: RecordView, event: FactEvent, record: RecordId): RecordView {
  for (const party of event.parties ?? []) {
    if (party.record !== record) continue;
    meet(view, record, event.recordedAt, party.subject);
    add(view, `mentions/${party.role}`, 1);
  }
  return view;
}

function hear(view: RecordView, telling: Telling, ref: Ref): void {
  if (telling.tells === 'adds') return add(view, telling.sum, telling.amount);
  const slot = (view.slots[telling.slot] ??= {});
  const key = canonical(telling.value);
  const held = slot[key];
  const said: Candidate =
    telling.tells === 'states'
      ? { value: telling.value, times: 1, first: ref, last: ref, ...(telling.verified && { verified: ref }) }
      : { value: telling.value, times: 0, first: ref, last: ref, ended: ref };
  slot[key] = held ? mergeCandidates(held, said) : said;
}

/** Says nothing of the record itself: who takes the choice back has the view as it was. */
function choose(view: RecordView, { slot, value }: Choice, ref: Ref): RecordView {
  const chosen = ((view.chosen ??= {})[slot] ??= {});
  const key = canonical(value);
  const held = chosen[key];
  chosen[key] = held ? later(held, ref) : ref;
  return view;
}

/** All that both know. Neither argument is changed. */
export const merge = (a: RecordView, b: RecordView): RecordView => sumOf([a, b]);

/** All that they know together. None of them is changed. */
export function sumOf(views: readonly RecordView[]): RecordView {
  const sum = empty();
  for (const view of views) take(sum, view);
  return sum;
}

/** Adds to `sum`, which shares candidates with views and so replaces them instead of changing them. */
function take(sum: RecordView, { records, first, last, sums, slots, chosen }: RecordView): void {
  for (const [record, met] of Object.entries(records)) {
    const held = sum.records[record];
    sum.records[record] = held ? mergeMet(held, met) : met;
  }
  if (first) sum.first = sum.first ? earlier(sum.first, first) : first;
  if (last) sum.last = sum.last ? later(sum.last, last) : last;
  for (const [path, amount] of Object.entries(sums)) add(sum, path, amount);
  for (const [name, candidates] of Object.entries(slots)) {
    const slot = (sum.slots[name] ??= {});
    for (const [key, candidate] of Object.entries(candidates)) {
      const held = slot[key];
      slot[key] = held ? mergeCandidates(held, candidate) : candidate;
    }
  }
  for (const [slot, values] of Object.entries(chosen ?? {})) {
    const held = ((sum.chosen ??= {})[slot] ??= {});
    for (const [key, ref] of Object.entries(values)) held[key] = later(held[key] ?? ref, ref);
  }
}

/** A record from the set of its events, in any order, taken-back ones left out. Iterates twice. */
export function foldRecord(record: RecordId, events: Iterable<FactEvent>): RecordView {
  const standing = new Standing();
  for (const event of events) standing.take(event);
  let view = empty();
  for (const event of events) view = refold(view, event, record, standing);
  return view;
}

/** One step of a fold from the start, under what is known to be taken back or put right. */
export function refold(
  view: RecordView,
  event: FactEvent,
  record: RecordId,
  standing: Standing,
  fold = evolve,
): RecordView {
  if (isRevision(event.type)) return view;
  const held = standing.of(event);
  return held ? fold(view, held, record) : view;
}

function refOf({ id, occurredAt, recordedAt, source, actor }: FactEvent, record: RecordId): Ref {
  if (actor === undefined) return { event: id, occurredAt, recordedAt, source, record };
  return { event: id, occurredAt, recordedAt, source, actor, record };
}

/** Negative where a stands before b. */
export function compareRefs(a: Ref, b: Ref): number {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt < b.occurredAt ? -1 : 1;
  if (a.recordedAt !== b.recordedAt) return a.recordedAt < b.recordedAt ? -1 : 1;
  return a.event < b.event ? -1 : a.event > b.event ? 1 : 0;
}

const earlier = (a: Ref, b: Ref): Ref => (compareRefs(a, b) <= 0 ? a : b);
const later = (a: Ref, b: Ref): Ref => (compareRefs(a, b) >= 0 ? a : b);
const laterOf = (a?: Ref, b?: Ref): Ref | undefined => (a && b ? later(a, b) : (a ?? b));

function mergeCandidates(a: Candidate, b: Candidate): Candidate {
  const verified = laterOf(a.verified, b.verified);
  const ended = laterOf(a.ended, b.ended);
  const stated = a.times > 0 === b.times > 0 ? ([a, b] as const) : a.times > 0 ? ([a, a] as const) : ([b, b] as const);
  return {
    value: a.value,
    times: a.times + b.times,
    first: earlier(stated[0].first, stated[1].first),
    last: later(stated[0].last, stated[1].last),
    ...(verified && { verified }),
    ...(ended && { ended }),
  };
}

interface Met {
  subject?: Subject;
  recordedAt: Instant;
}

const mergeMet = (a: Met, b: Met): Met => ({
  ...(a.subject ? { subject: a.subject } : b.subject && { subject: b.subject }),
  recordedAt: a.recordedAt <= b.recordedAt ? a.recordedAt : b.recordedAt,
});

function meet(view: RecordView, record: RecordId, recordedAt: Instant, subject: Subject | undefined): void {
  const held = view.records[record];
  if (held?.subject && held.recordedAt <= recordedAt) return;
  const met: Met = subject ? { subject, recordedAt } : { recordedAt };
  view.records[record] = held ? mergeMet(held, met) : met;
}

/** The same few texts again and again: made once, they are compared by address. */
const paths = new Map<string, Map<string, string>>();

function path(prefix: string, word: string): string {
  const known = paths.get(prefix) ?? new Map<string, string>();
  if (known.size === 0) paths.set(prefix, known);
  const made = known.get(word) ?? prefix + word;
  if (known.size < 1_000) known.set(word, made);
  return made;
}

function add(view: RecordView, path: string, amount: Whole): void {
  view.sums[path] = plus(view.sums[path] ?? 0, amount);
}
