/** A store on a server that cannot be reached now: nothing is lost, and whoever asked may ask again. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Failed } from '../../eventstore/store';
import { Refusal } from '../domain/refusals';
import { deadline } from './request-deadline';
import { type Standing, StoreAway, type StoreName } from './standing';

export interface Telling {
  readonly standing: Standing;
  /** The outage that an error tells of. */
  readonly away: (problem: unknown) => Error | undefined;
  /** Members whose answer comes from the server: one that is answered from memory says nothing of it. All when absent. */
  readonly asks?: ReadonlySet<PropertyKey>;
}

/**
 * `store`, whose promises reject with `StoreAway` where they fail for a reason that `away` knows. What is asked for a request
 * does so at once where the store is known to be away, and where the time of the request is over.
 */
export function tellingAway<Store extends object>(store: Store, { standing, away, asks }: Telling): Store {
  const failed = (problem: unknown): never => {
    const found = problem instanceof StoreAway ? undefined : away(problem);
    if (!found) throw problem;
    throw standing.away(found.message);
  };
  const call = (member: PropertyKey, asked: readonly unknown[], answer: Promise<unknown>): Promise<unknown> => {
    const isLooking = asks === undefined || asks.has(member);
    const told = standing.waitedFor(answer, (found) => isLooking && !isAway(found)).catch(failed);
    const until = deadline();
    if (until === undefined || member === 'close' || member === 'appendFrame') return told;
    const unanswered = UNANSWERED[member];
    const hastened = standing.hastened(told, until, unanswered !== undefined);
    if (unanswered === undefined) return hastened;
    return hastened.catch((problem: unknown) => {
      if (problem instanceof StoreAway) return unanswered(asked, outcomeUnknown(problem));
      throw problem;
    });
  };
  return new Proxy(store, {
    get: (target, member) => {
      const found: unknown = Reflect.get(target, member);
      if (typeof found !== 'function') return found;
      return (...asked: unknown[]): unknown => {
        const answer: unknown = found.apply(target, asked);
        return answer instanceof Promise ? call(member, asked, answer) : answer;
      };
    },
  });
}

/** Appends do not reject: what became of each is told in its outcome. */
const UNANSWERED: Readonly<Record<PropertyKey, (asked: readonly unknown[], failed: Failed) => unknown>> = {
  append: (_, failed) => failed,
  appendBatch: ([appends], failed) => (Array.isArray(appends) ? appends : []).map(() => failed),
};

const outcomeUnknown = ({ message }: StoreAway): Failed => ({
  kind: 'failed',
  reason: `the outcome is unknown, send it again with the same ids: ${message}`,
  away: true,
});

function isAway(told: unknown): boolean {
  const outcomes: readonly unknown[] = Array.isArray(told) ? told : [told];
  return outcomes.some((one) => typeof one === 'object' && one !== null && 'away' in one && one.away === true);
}

/** Milliseconds until what nobody waits for is given up: elections of servers take less. */
const PATIENCE = 30_000;
const AGAIN = 1_000;

/**
 * Does what can be done again without harm, and again while a store is away: for work that would have to begin from nothing
 * where it failed, as matching would. Throws the last failure after 30 s.
 */
export async function patiently<T>(act: () => Promise<T>): Promise<T> {
  for (const until = performance.now() + PATIENCE; ; await sleep(AGAIN)) {
    try {
      return await act();
    } catch (problem) {
      const passes = problem instanceof StoreAway || (problem instanceof Refusal && problem.code === 'store-failed');
      if (!passes || performance.now() > until) throw problem;
    }
  }
}

/** Why work stopped, and the store that it waits for where that is the reason. */
export function causeOf(problem: unknown): { readonly reason: string; readonly away?: StoreName } {
  const reason = problem instanceof Error ? problem.message : String(problem);
  return problem instanceof StoreAway ? { reason, away: problem.store } : { reason };
}
