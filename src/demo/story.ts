/**
 * Two years of a bicycle shop with a call centre and a web site, as the CloudEvents that its systems send. Pure: the same
 * seed gives the same events, byte for byte, in the order in which they would have arrived.
 */
import type { JsonObject } from '../domain/kernel';
import { cast } from './cast';
import { BEGIN, DAY } from './days';
import { type Group, groups, storyOf } from './groups';
import type { Sent } from './told';

export interface StoryOptions {
  readonly seed: number;
  /** People and companies behind the records; each tells about 25 facts. */
  readonly parties: number;
}

/** Facts that one party brings on average, to choose a number of parties for a number of facts. */
export const FACTS_A_PARTY = 25;

export const usualStory: StoryOptions = { seed: 20_240_101, parties: 1_500 };

/** The events alone, every one of them sound and new. */
export function* demoFacts(options: StoryOptions): Generator<JsonObject> {
  for (const { event } of arrivals(options)) yield event;
}

/** The events with the time of their arrival, which never falls. Holds what is still to come of the groups met, no more. */
export function* arrivals({ seed, parties }: StoryOptions): Generator<Sent> {
  const begins = new Map<number, Group[]>();
  for (const group of groups(seed, parties)) put(begins, dayOf(Math.max(group.from, BEGIN)), group);
  const days = new Map<number, Sent[]>();
  for (const sent of cast()) put(days, dayOf(sent.at), sent);
  for (let day = 0; day <= LAST; day++) {
    for (const group of begins.get(day) ?? []) for (const sent of storyOf(group)) put(days, dayOf(sent.at), sent);
    const today = days.get(day) ?? [];
    days.delete(day);
    yield* today.sort((a, b) => a.at - b.at);
  }
}

const LAST = 2 * 366;

const dayOf = (ms: number): number => Math.floor((ms - BEGIN) / DAY);

function put<T>(map: Map<number, T[]>, day: number, one: T): void {
  const there = map.get(day);
  if (there) there.push(one);
  else map.set(day, [one]);
}
