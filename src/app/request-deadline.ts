/**
 * Until when whoever asked over HTTP waits: one deadline from arrival through every layer, however many calls of a store are
 * made for one answer. It travels with the request, so that no layer has to hand it on. What works for nobody who waits has none.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Milliseconds from the arrival of a request: its answer is out within ten seconds. */
const ANSWERED_WITHIN = 9_000;

/** Moments of performance.now(). */
const deadlines = new AsyncLocalStorage<number>();

/** Whatever `act` begins is done for a request that is whole now. */
export const withDeadline = <T>(act: () => T, ms = ANSWERED_WITHIN): T => deadlines.run(performance.now() + ms, act);

/** Of the request for which this code runs, by performance.now(); absent where nobody waits. */
export const deadline = (): number | undefined => deadlines.getStore();
