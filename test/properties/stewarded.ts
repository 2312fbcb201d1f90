/**
 * Random lives of a few records: facts about them, and stewards who merge, undo in any order, hold apart and release. One
 * minute a step. Played into a Kith, with what was seen on the way.
 */
import fc from 'fast-check';
import type { LoggedEvent } from '../../eventstore/store';
import { decode } from '../../src/domain/envelope';
import { type JsonObject, recordId, textOf } from '../../src/domain/kernel';
import { APART_RELEASED, LINK_RETRACTED, pairOf, RECORDS_HELD_APART, RECORDS_LINKED } from '../../src/domain/link';
import { Refusal } from '../../src/domain/refusals';
import { identitySeal } from '../../src/domain/seal';
import { readRecord } from '../../src/projections/documents';
import type { RecordView } from '../../src/projections/record';
import type { CustomerView } from '../../src/projections/customer';
import type { Collection, ViewReader } from '../../src/app/ports';
import { type Given, given, level } from '../given';
import { revise, say, type Step as FactStep } from '../histories';
import { allEvents, clockAt, revise as reviseFact } from './telling';

type Step =
  | FactStep
  /** Records by their place among those known, counted round. */
  | { readonly do: 'merge' | 'link' | 'apart' | 'release'; readonly a: number; readonly b: number }
  /** Of the merges so far, counted round; undone ones among them. */
  | { readonly do: 'undo'; readonly nth: number };
export type Life = readonly Step[];

/** Facts by which records match: three people of whom several records tell. */
const told = fc.constantFrom(
  ...['Ada Lovelace 1985-12-10', 'Bob Marlow 1971-03-05', 'Ada Lovelace 1990-01-02'].flatMap((who) => {
    const [given = '', family = '', bornOn = ''] = who.split(' ');
    const email = `${given}.${family}@example.org`.toLowerCase();
    return [
      { type: 'name-stated', data: { party: 'person', name: { given, family } } },
      { type: 'birth-date-stated', data: { bornOn } },
      { type: 'contact-point-stated', data: { medium: 'email', value: email } },
    ];
  }),
);
const keys = fc.constantFrom('ada', 'bob', 'acme', 'x', '王小明');
const tell = fc.record({ told, key: keys, day: fc.integer({ min: 0, max: 700 }) }).map(
  ({ told: { type, data }, key, day }): FactStep => ({
    do: 'say',
    event: {
      specversion: '1.0',
      source: 'crm',
      type: `kith.${type}.v1`,
      subject: key,
      time: new Date(Date.UTC(2024, 0, 1 + day)).toISOString(),
      data,
    },
  }),
);

const place = fc.nat(5);
const act = (kind: 'merge' | 'link' | 'apart' | 'release'): fc.Arbitrary<Step> =>
  fc.record({ do: fc.constant(kind), a: place, b: place });

/** `links`: whether stewards link records by hand too, which nothing but holding apart takes back. */
export const lives = ({ links = true, matching = false } = {}): fc.Arbitrary<Life> => {
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: matching ? 3 : 6, arbitrary: say },
    { weight: matching ? 6 : 1, arbitrary: tell },
    { weight: 2, arbitrary: revise },
    { weight: 4, arbitrary: act('merge') },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('undo' as const), nth: fc.nat(9) }) },
    { weight: 2, arbitrary: act('apart') },
    { weight: 1, arbitrary: act('release') },
    ...(links ? [{ weight: 2, arbitrary: act('link') }] : []),
  );
  const begin = fc.array(say, { minLength: 4, maxLength: 6 });
  return fc
    .tuple(begin, fc.array(step, { minLength: 4, maxLength: 26 }))
    .map(([first, then]) =>
      [...first, ...then].map((one, i) => (one.do === 'say' ? { ...one, event: { ...one.event, id: `e${i}` } } : one)),
    );
};

export interface Lived extends Given {
  /** Ids of merges that were made, and of those the ones that were undone. */
  readonly merges: readonly string[];
  readonly undone: ReadonlySet<string>;
  /** Every id that a customer had after any step. */
  readonly ids: ReadonlySet<string>;
  /** The bytes of the log before each act of a steward. */
  readonly before: readonly (readonly LoggedEvent[])[];
  /** What the customers summed up to, before and after each act of a steward. */
  readonly sums: readonly (readonly [object, object])[];
  readonly refused: readonly string[];
}

export async function live(life: Life, { matching = false } = {}): Promise<Lived> {
  const g = await given({}, { matching });
  const [merges, undone, ids] = [[] as string[], new Set<string>(), new Set<string>()];
  const [before, sums, refused] = [[] as LoggedEvent[][], [] as [object, object][], [] as string[]];
  for (const [i, step] of life.entries()) {
    g.at(new Date(clockAt(i)).toISOString());
    if (step.do === 'say') await g.kith.intake.accept([step.event]);
    else if ('back' in step) await reviseFact(g, life, i, step);
    else {
      before.push([...(await allEvents(g))]);
      const sum = await summed(g.kith.views);
      const records = await documents(g.kith.views, 'records');
      try {
        await steward(g, step, [...records.keys()], merges, undone);
      } catch (problem) {
        if (!(problem instanceof Refusal)) throw problem;
        refused.push(problem.code);
      }
      await calm(g, matching);
      sums.push([sum, await summed(g.kith.views)]);
    }
    await calm(g, matching);
    for (const id of (await documents(g.kith.views, 'customers')).keys()) ids.add(id);
  }
  return { ...g, merges, undone, ids, before, sums, refused };
}

export async function calm(g: Given, matching: boolean): Promise<void> {
  if (!matching) return level(g.kith);
  if (!(await g.kith.settled(10_000))) throw new Error('matching did not come to an end');
}

async function steward(
  { kith: { stewarding } }: Given,
  step: Exclude<Step, FactStep>,
  records: readonly string[],
  merges: string[],
  undone: Set<string>,
): Promise<void> {
  const because = { reason: 'test', actor: 'steward:1' };
  if (step.do === 'undo') {
    const merge = merges[step.nth % merges.length];
    if (merge === undefined) return;
    await stewarding.undo(merge, because);
    undone.add(merge);
    return;
  }
  const [a = '', b = ''] = [records[step.a % records.length], records[step.b % records.length]];
  if (step.do === 'merge') merges.push(...(await stewarding.merge([a, b], because)).merges);
  else await stewarding.say(a, b, step.do === 'link' ? 'linked' : step.do === 'apart' ? 'apart' : 'released', because);
}

export async function documents(views: ViewReader, collection: Collection): Promise<ReadonlyMap<string, string>> {
  const found = await views.scan(collection, undefined, 1_000);
  return new Map(found.documents.map(({ id, body }) => [id, body]));
}

export async function customers(views: ViewReader): Promise<readonly CustomerView[]> {
  return [...(await documents(views, 'customers')).values()].map((body) => JSON.parse(body));
}

/** Purchases, consents, interactions and everything else that is counted, over all customers. */
export async function summed(views: ViewReader): Promise<Readonly<Record<string, number>>> {
  const all = await customers(views);
  const money = all.flatMap(({ lifetime }) =>
    Object.entries(lifetime).flatMap(([currency, parts]) =>
      Object.entries(parts).map(([part, amount]) => [`money/${currency}/${part}`, Number(amount)] as const),
    ),
  );
  const consents = all.flatMap(({ fields }) =>
    Object.entries(fields).flatMap(([slot, { times, others }]) =>
      slot.startsWith('consent/') ? [times, ...others.map((one) => one.times)].map((n) => [slot, n] as const) : [],
    ),
  );
  return total([...money, ...consents, ...all.flatMap(({ sums }) => numbers(sums))]);
}

/** The same over the records, whoever's they are. */
export async function recorded(views: ViewReader): Promise<Readonly<Record<string, number>>> {
  const all: readonly RecordView[] = [...(await documents(views, 'records')).values()].map(readRecord);
  return total(all.flatMap(({ sums }) => numbers(sums)));
}

const numbers = (sums: Readonly<Record<string, unknown>>) =>
  Object.entries(sums).map(([path, amount]) => [path, Number(amount)] as const);

function total(amounts: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  const sum: Record<string, number> = {};
  for (const [path, amount] of amounts) sum[path] = (sum[path] ?? 0) + amount;
  return sum;
}

/** Of a log, which pairs are linked and which held apart at its end, told by the names of its events alone. */
export function standing(events: readonly LoggedEvent[]): {
  readonly links: readonly (readonly [string, string])[];
  readonly apart: readonly (readonly [string, string])[];
} {
  const [links, apart] = [new Map<string, readonly [string, string]>(), new Map<string, readonly [string, string]>()];
  for (const { stream, type } of events) {
    const pair = pairOf(stream);
    if (!pair) continue;
    if (type === RECORDS_LINKED) links.set(stream, [pair.a, pair.b]);
    if (type === LINK_RETRACTED || type === RECORDS_HELD_APART || type.includes('rejected')) links.delete(stream);
    if (type === RECORDS_HELD_APART) apart.set(stream, [pair.a, pair.b]);
    if (type === APART_RELEASED) apart.delete(stream);
  }
  return { links: [...links.values()], apart: [...apart.values()] };
}

/** The log as if these merges had never been made: without them and without their undoing. */
export function without(events: readonly LoggedEvent[], merges: Iterable<string>): readonly LoggedEvent[] {
  const gone = new Set<LoggedEvent>();
  for (const merge of merges) {
    const [, a = '', b = '', revision = ''] = /^(\w+)-(\w+)-(\d+)$/.exec(merge) ?? [];
    const stream = events.filter((event) => event.stream === `pair-${a}-${b}` && event.revision >= BigInt(revision));
    const [link, ...later] = stream;
    const undo = later.find(({ type }) => type === LINK_RETRACTED);
    for (const one of [link, undo]) if (one) gone.add(one);
  }
  return events.filter((event) => !gone.has(event));
}

export const isOpinion = ({ stream }: LoggedEvent): boolean => pairOf(stream) !== undefined;

/** What somebody who asks about these customers is told, byte for byte: who they are, what happened, who is found. */
export async function answers(
  reading: Given['kith']['reading'],
  ids: Iterable<string>,
  clocks: { asOf?: number; knownAt?: number } = {},
): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  for (const id of ids) {
    const customer = await orRefusal(async () => (await reading.customer(id, clocks)).body);
    const timeline = await orRefusal(async () =>
      JSON.stringify((await reading.timeline(id, { ...clocks, limit: 500 })).entries),
    );
    const names = await orRefusal(async () => JSON.stringify(await reading.history(id, 'name', clocks)));
    found.push({ id, customer, timeline, names });
  }
  return found;
}

export const sought = async (reading: Given['kith']['reading']): Promise<readonly (readonly string[])[]> =>
  Promise.all(['email:a@x.org', 'email:b@x.org', 'email:ada.lovelace@example.org'].map((key) => reading.find(key)));

async function orRefusal(act: () => Promise<string>): Promise<string> {
  try {
    return await act();
  } catch (problem) {
    if (problem instanceof Refusal) return problem.code;
    throw problem;
  }
}

export const linkEvents = (events: readonly LoggedEvent[]) =>
  events.filter(isOpinion).map(({ bytes }) => decode(bytes, identitySeal));

export const recordOfId = (id: string) => recordId(textOf(id));
