/** A store on a server that cannot be reached now: nothing is lost, and whoever asked may ask again. */

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

/** `store`, whose promises reject with `StoreAway` where they fail for a reason that `away` knows. */
export function tellingAway<Store extends object>(
  store: Store,
  name: StoreName,
  away: (problem: unknown) => Error | undefined,
): Store {
  let outage: Outage | undefined;
  const heard = (): void => {
    if (outage) outage.over = true;
    outage = undefined;
  };
  const failed = (problem: unknown): never => {
    const found = problem instanceof StoreAway ? undefined : away(problem);
    if (!found) throw problem;
    outage ??= { over: false };
    throw new StoreAway(name, found.message, outage);
  };
  return new Proxy(store, {
    get: (target, member) => {
      const found: unknown = Reflect.get(target, member);
      if (typeof found !== 'function') return found;
      return (...asked: unknown[]): unknown => {
        const answer: unknown = found.apply(target, asked);
        if (!(answer instanceof Promise)) return answer;
        return answer.then((told: unknown) => {
          heard();
          return told;
        }, failed);
      };
    },
  });
}
