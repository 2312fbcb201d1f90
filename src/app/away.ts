/** A store on a server that cannot be reached now: nothing is lost, and whoever asked may ask again. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../domain/refusals';

export type StoreName = 'log' | 'views';

/** One time of being away; over once the store has answered again. */
export interface Outage {
  over: boolean;
}

export class StoreAway extends Error {
  constructor(
    readonly store: StoreName,
    reason: string,
    readonly outage: Outage,
  ) {
    super(`the ${store === 'log' ? 'log' : 'store of the views'} is away: ${reason}`);
    this.name = 'StoreAway';
  }
}

/** How a store stands, shared by all who speak to it: whoever hears of it ends the outage for everybody. */
export class Standing {
  private outage: Outage | undefined;

  constructor(private readonly store: StoreName) {}

  heard(told: unknown): void {
    if (!this.outage || isAway(told)) return;
    this.outage.over = true;
    this.outage = undefined;
  }

  away(reason: string): StoreAway {
    this.outage ??= { over: false };
    return new StoreAway(this.store, reason, this.outage);
  }
}

/** Appends do not reject: what became of each is told in its outcome. */
function isAway(told: unknown): boolean {
  const outcomes: readonly unknown[] = Array.isArray(told) ? told : [told];
  return outcomes.some((one) => typeof one === 'object' && one !== null && 'away' in one && one.away === true);
}

/** `store`, whose promises reject with `StoreAway` where they fail for a reason that `away` knows. */
export function tellingAway<Store extends object>(
  store: Store,
  standing: Standing,
  away: (problem: unknown) => Error | undefined,
): Store {
  const failed = (problem: unknown): never => {
    const found = problem instanceof StoreAway ? undefined : away(problem);
    if (!found) throw problem;
    throw standing.away(found.message);
  };
  return new Proxy(store, {
    get: (target, member) => {
      const found: unknown = Reflect.get(target, member);
      if (typeof found !== 'function') return found;
      return (...asked: unknown[]): unknown => {
        const answer: unknown = found.apply(target, asked);
        if (!(answer instanceof Promise)) return answer;
        return answer.then((told: unknown) => {
          standing.heard(told);
          return told;
        }, failed);
      };
    },
  });
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
