/** What another thread is asked for a request: its turns wait for stores, and whoever asked waits no longer than a request may. */
import { Refusal } from '../domain/refusals';
import { deadline } from './request-deadline';
import type { Standing, StoreAway } from './standing';

/** Milliseconds for a store that is known to be away to come back. */
const LOOK = 2_000;

/**
 * `told`; or `StoreAway` as soon as one of `stores` is known to be away, and where `told` fails for that. Throws `not-ready`
 * with `late` at the deadline of the request.
 */
export async function inTime<T>(told: Promise<T>, stores: readonly Standing[], late: string): Promise<T> {
  const until = deadline();
  const awayNow = (): StoreAway | undefined => {
    const [store] = stores.filter(({ now }) => now !== undefined);
    return store?.now && store.away(store.now.cause);
  };
  const answered = told.catch((problem: unknown) => {
    throw awayNow() ?? problem;
  });
  if (until === undefined) return answered;
  const ends: (() => void)[] = [];
  const givenUp = new Promise<never>((_, reject) => {
    const begun = performance.now();
    const giveUp = () => reject(awayNow() ?? new Refusal('not-ready', late));
    const timer = setTimeout(giveUp, (awayNow() ? Math.min(begun + LOOK, until) : until) - begun);
    const changed = () => awayNow() && giveUp();
    ends.push(() => clearTimeout(timer), ...stores.map((store) => store.onChange(changed)));
  });
  return Promise.race([answered, givenUp]).finally(() => {
    for (const end of ends) end();
  });
}
