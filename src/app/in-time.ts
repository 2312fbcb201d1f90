/** What another thread is asked for a request: its turns wait for stores, and whoever asked waits no longer than a request may. */
import { Refusal } from '../domain/refusals';
import { deadline } from './request-deadline';
import { awayOf, type Standing, unlessAway } from './standing';

/**
 * `told`; or `StoreAway` as soon as one of `stores` is known to be away, and where `told` fails for that. Throws `not-ready`
 * with `late` at the deadline of the request.
 */
export async function inTime<T>(told: Promise<T>, stores: readonly Standing[], late: string): Promise<T> {
  const until = deadline();
  const answered = told.catch((problem: unknown) => {
    throw awayOf(stores) ?? problem;
  });
  if (until === undefined) return answered;
  return unlessAway(answered, stores, { until, late: () => new Refusal('not-ready', late) });
}
