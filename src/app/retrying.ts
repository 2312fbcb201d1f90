/**
 * A wish to fold parked records again, from any node to the one that leads the views: a number that is asked for and a number
 * that is done, kept beside the views. Whoever leads looks for it, also after a crash of either; done twice it does no harm.
 */
import { reasonOf, Refusal } from '../domain/refusals';
import { pause } from './waking';

export interface Retried {
  readonly healed: number;
  readonly still: number;
}

export interface RetryNotes {
  /** Leaves a wish; answers its number. */
  ask(): Promise<number>;
  /** The last wish that is not done yet. */
  open(): Promise<number | undefined>;
  /** All wishes up to this one are done. */
  done(wish: number, retried: Retried): Promise<void>;
  /** What came of the last look that answers this wish. */
  answer(wish: number): Promise<Retried | undefined>;
  close(): Promise<void>;
}

/** Milliseconds between two looks of who leads, of who waits, and at most of who leads and fails. */
const LOOK_EVERY = { leading: 500, waiting: 100, failing: 30_000 };

/** `asked` where nobody has done it after `patienceMs`: whoever leads will. */
export async function askRetry(notes: RetryNotes, patienceMs: number, over: AbortSignal): Promise<Retried | 'asked'> {
  const wish = await notes.ask();
  for (const until = performance.now() + patienceMs; !over.aborted; ) {
    const retried = await notes.answer(wish);
    if (retried) return retried;
    if (performance.now() >= until) break;
    await pause(LOOK_EVERY.waiting, over);
  }
  return 'asked';
}

/** The same of a look by this node itself, which goes on behind `asked`. */
export async function retriedWithin(patienceMs: number, look: Promise<Retried>): Promise<Retried | 'asked'> {
  const answered = new AbortController();
  const late = pause(patienceMs, answered.signal).then(() => 'asked' as const);
  return Promise.race([look, late]).finally(() => answered.abort());
}

/**
 * Does what is wished until `over` aborts. What fails is wished still, and tried again ever more rarely; `onTrouble` hears
 * each reason once until it works again or this ends, and then `undefined`.
 */
export async function doRetries(
  notes: RetryNotes,
  retry: () => Promise<Retried>,
  onTrouble: (reason: string | undefined) => void,
  over: AbortSignal,
): Promise<void> {
  const told = new Set<string>();
  for (let failures = 0; !over.aborted; ) {
    try {
      const wish = await notes.open();
      if (wish !== undefined) await notes.done(wish, await retry());
      failures = 0;
      if (told.size > 0) onTrouble(undefined);
      told.clear();
    } catch (problem) {
      // Views that are not open yet will be: that is no trouble.
      if (!(problem instanceof Refusal)) {
        failures += 1;
        const reason = reasonOf(problem);
        if (!told.has(reason) && !over.aborted) onTrouble(reason);
        told.add(reason);
      }
    }
    await pause(Math.min(LOOK_EVERY.leading * 2 ** failures, LOOK_EVERY.failing), over);
  }
  // Whoever does it from now on has troubles of their own.
  if (told.size > 0) onTrouble(undefined);
}
