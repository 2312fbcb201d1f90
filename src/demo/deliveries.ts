/**
 * The story as it really reaches Kith: batches that are sent twice, items that no system should have sent, and people
 * who find a mistake and put it right. What the sound events are, story.ts says.
 */
import type { JsonObject, JsonValue } from '../domain/kernel';
import { MISCOUNTED } from './cast';
import { chance as chanceOf } from './chance';
import { BEGIN, DAY } from './days';
import { arrivals, type StoryOptions } from './story';
import type { Sent } from './told';

export interface Revision {
  readonly kind: 'retracted' | 'corrected';
  readonly fact: { readonly source: string; readonly id: string };
  readonly reason: string;
  readonly actor: string;
  readonly data?: JsonObject;
}

/** What comes in at a moment (milliseconds since 1970 UTC, never falling): an item, or somebody's act about a fact. */
export type Delivery =
  | { readonly at: number; readonly item: JsonValue }
  | { readonly at: number; readonly revision: Revision };

/** One event in so many is sent again some days later, because an answer got lost. */
const REPEATED = 0.012;

export function* deliveries(options: StoryOptions): Generator<Delivery> {
  const chance = chanceOf(options.seed, 3);
  const later: Delivery[] = broken.map((item, i) => ({ at: BEGIN + (20 + i * 49) * DAY, item }));
  for (const sent of arrivals(options)) {
    if (later.some(({ at }) => at <= sent.at)) {
      const due = later.filter(({ at }) => at <= sent.at).sort((a, b) => a.at - b.at);
      later.splice(0, later.length, ...later.filter(({ at }) => at > sent.at));
      yield* due;
    }
    yield { at: sent.at, item: sent.event };
    const revision = revisionOf(sent, chance.happens(0.01));
    if (revision) later.push({ at: sent.at + 2 * DAY, revision });
    if (chance.happens(REPEATED)) later.push({ at: sent.at + chance.whole(0, 6) * DAY, item: sent.event });
  }
}

/** The bell that was counted twice; now and then a purchase that was rung up twice. */
function revisionOf({ event }: Sent, slipped: boolean): Revision | undefined {
  const { data, id, source, type } = event;
  if (type !== 'kith.purchase-made.v1' || !isObject(data) || typeof id !== 'string' || typeof source !== 'string')
    return undefined;
  const fact = { source, id };
  if (data['order'] === MISCOUNTED.order && data['line'] === MISCOUNTED.line) {
    return { kind: 'corrected', fact, reason: 'one bell was sold, not two', actor: 'ilka', data: MISCOUNTED.data };
  }
  return slipped && source === 'shop'
    ? { kind: 'retracted', fact, reason: 'rung up twice', actor: 'theresa' }
    : undefined;
}

const event = (id: string, type: string, data: JsonValue, more: JsonObject = {}): JsonObject => ({
  specversion: '1.0',
  id: `broken/${id}`,
  source: 'website',
  type,
  subject: 'u0',
  time: '2024-01-15T12:00:00Z',
  data,
  ...more,
});
const bought = { order: 'W-0', product: { code: 'R-10' }, quantity: 1, total: { minor: 745, currency: 'EUR' } };

/** What a careless sender sends. None of it may become a fact. */
export const broken: readonly JsonValue[] = [
  event('1', 'kith.purchase-made.v1', { ...bought, total: { minor: 7.45, currency: 'EUR' } }),
  event('2', 'kith.purchase-made.v1', { ...bought, total: { minor: 745, currency: 'EURO' } }),
  event('3', 'kith.purchase-made.v1', { ...bought, quantity: -1 }),
  event('4', 'kith.purchase-made.v2', bought),
  event('5', 'kith.contact-point-stated.v1', { medium: 'e-mail', value: 'ada@example.org' }),
  event('6', 'kith.address-stated.v1', { use: 'home', adress: { locality: 'Linz' } }),
  event('7', 'kith.name-stated.v1', { party: 'person', name: {} }),
  event('8', 'kith.birth-date-stated.v1', { bornOn: '31.02.1985' }),
  event('9', 'kith.note-taken.v1', { text: 'broken by the sender: \ud83d' }),
  event('10', 'kith.purchase-made.v1', bought, { time: '2026-05-01T12:00:00Z' }),
  event('11', 'kith.purchase-made.v1', bought, { time: '2024-02-30T12:00:00Z' }),
  event('12', 'kith.purchase-made.v1', bought, { subject: 'shop:a:b' }),
  event('13', 'kith.purchase-made.v1', bought, { customer: 'Ada' }),
  'u0;R-10;7,45 EUR',
];

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
