/**
 * Of a node that decides nothing: it loads what the resolver needs when somebody asks for the first time why two records
 * are, or are not, one customer.
 */
import type { Matcher } from './matcher';

export function askedMatcher(make: () => Matcher): Pick<Matcher, 'wake' | 'explain' | 'state' | 'stop'> {
  let made: Matcher | undefined;
  const needed = (): Matcher => {
    made ??= make();
    // The views may stand still from now on: it shall not wait for them to get on.
    made.wake();
    return made;
  };
  return {
    wake: () => made?.wake(),
    explain: (a, b) => needed().explain(a, b),
    state: () => needed().state(),
    stop: async () => made?.stop(),
  };
}
