/**
 * A log on a server may be away for longer than it waits for it by itself: a leader is elected, a node is replaced. An import
 * of hours does not end for that. What got no answer is sent again with the same ids, so that nothing is written twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Append, EventLog, Failed, Outcome } from '../../eventstore/store';
import { Refusal } from '../domain/refusals';

/** Milliseconds before each time that it is sent again. */
const PAUSES = [1_000, 4_000, 10_000];

const isAway = (outcome: Outcome): boolean => outcome.kind === 'failed' && outcome.away === true;

/** What got no answer and is there now was written by this import. */
const written = (outcome: Outcome): Outcome =>
  outcome.kind === 'duplicate' ? { ...outcome, kind: 'appended' } : outcome;

/** What was written stays, and the next run goes on behind it. */
export const brokenOff = ({ reason }: Failed): Refusal =>
  new Refusal('store-failed', `${reason}; run the same command again to go on`);

/** One outcome an append, in their order. A full disk is not waited for: somebody has to make room. */
export async function untilKnown(
  log: Pick<EventLog, 'appendBatch'>,
  appends: () => readonly Append[],
  first: readonly Outcome[],
  pauses: readonly number[] = PAUSES,
): Promise<readonly Outcome[]> {
  let outcomes = first;
  for (const pause of pauses) {
    const lost = outcomes.map(isAway);
    if (!lost.includes(true)) break;
    await sleep(pause);
    const again = await log.appendBatch(
      appends().filter((_, i) => lost[i]),
      { loose: true },
    );
    const answers = again.values();
    outcomes = outcomes.map((outcome, i) => (lost[i] ? written(answers.next().value ?? outcome) : outcome));
  }
  return outcomes;
}
