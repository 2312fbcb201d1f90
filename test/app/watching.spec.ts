/** How the views are, as a node tells it that shares them with others. */
import type { Progress, Projector } from '../../src/app/projector';
import type { RetryNotes } from '../../src/app/retrying';
import { watchingProjector } from '../../src/app/watching';

const notes: RetryNotes = {
  ask: async () => 1,
  open: async () => undefined,
  done: async () => undefined,
  answer: async () => undefined,
  close: async () => undefined,
};
const views = { name: 'g1', checkpoint: async () => ({ position: 7n, recordedAt: 1 }) };

/** What a node says whose writer says this of itself. */
async function told(own: Pick<Progress, 'state' | 'reason'>): Promise<Progress> {
  const writer: Projector = {
    started: Promise.resolve(),
    progress: () => ({ position: 0n, recordedAt: 0, views: '', ...own }),
    wake: () => undefined,
    hurry: () => undefined,
    rebuild: () => Promise.reject(new Error('nobody asks')),
    retryParked: async () => 'asked',
    stop: async () => undefined,
  };
  const projector = watchingProjector({ views, notes, writer }, () => undefined);
  await projector.started;
  const progress = projector.progress();
  await projector.stop();
  return progress;
}

test('what a writer tries again beside its views is told, and the views follow', async () => {
  const reason = 'parked records cannot be folded again';
  expect(await told({ state: 'following', reason })).toMatchObject({ state: 'following', position: 7n, reason });
  expect(await told({ state: 'following' })).not.toHaveProperty('reason');
});

test('a writer that has stopped stops the views', async () => {
  expect(await told({ state: 'stopped', reason: 'the log is away' })).toMatchObject({
    state: 'stopped',
    reason: 'the log is away',
  });
});

test('a node that folds nothing has nobody to wake', async () => {
  const projector = watchingProjector({ views, notes }, () => undefined);
  expect(projector.wake).toBeUndefined();
  await projector.stop();
});
