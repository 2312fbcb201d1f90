/** A log that gives no answer for a while, as one on a server does when its leader is elected. */
import { MemoryLog } from '../../eventstore/memory';
import type { Append, Outcome } from '../../eventstore/store';
import { untilKnown } from '../../src/import/resending';
import { everything, idsOf, many, singly } from '../contract/log/events';

const AWAY: Outcome = { kind: 'failed', reason: 'nobody answered', away: true };
const FULL: Outcome = { kind: 'failed', reason: 'the disk is full' };

/** Writes every append and loses the answers that `lost` names, call by call. */
function losing(log: MemoryLog, lost: readonly ((i: number) => boolean)[]) {
  let call = 0;
  return {
    appendBatch: async (appends: readonly Append[]): Promise<readonly Outcome[]> => {
      const isLost = lost[call++] ?? (() => false);
      const outcomes = await log.appendBatch(appends);
      return outcomes.map((outcome, i) => (isLost(i) ? AWAY : outcome));
    },
    calls: () => call,
  };
}

const appends = singly('record-a', many('e', 5));
const again = () => appends;

test('what got no answer is sent again, and stands once', async () => {
  const log = new MemoryLog();
  const lossy = losing(log, [(i) => i % 2 === 1, (i) => i === 0]);
  const outcomes = await untilKnown(lossy, again, await lossy.appendBatch(appends), [0, 0, 0]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(appends.map(() => 'appended'));
  expect(idsOf(await everything(log))).toEqual(['e0', 'e1', 'e2', 'e3', 'e4']);
  expect(lossy.calls()).toBe(3);
});

test('after the last time it says that nobody answered', async () => {
  const lossy = losing(new MemoryLog(), [() => true, () => true, () => true]);
  const outcomes = await untilKnown(lossy, again, await lossy.appendBatch(appends), [0, 0]);
  expect(outcomes).toEqual(appends.map(() => AWAY));
});

test('a disk that is full is not waited for', async () => {
  const lossy = losing(new MemoryLog(), []);
  expect(await untilKnown(lossy, again, [FULL], [0, 0])).toEqual([FULL]);
  expect(lossy.calls()).toBe(0);
});
