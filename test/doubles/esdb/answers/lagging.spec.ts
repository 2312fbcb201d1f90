/** A subscriber that reads slowly: older servers drop it, newer ones let it catch up. */
import { randomUUID } from 'node:crypto';
import { bare, double, plain } from '../../../eventstore/esdb/opened';
import { until } from '../../../until';
import type { EsdbDouble } from '../server';

const [APPENDS, EVENTS] = [20, 100];

/** Follows, reads nothing while much is appended, and then reads on. Resolves with how many came, or with what ended it. */
async function flooded(server: EsdbDouble): Promise<unknown> {
  const client = bare(server.direct);
  let heard = 0;
  let ended: unknown;
  const subscription = client.subscribeToAll({ fromPosition: 'end' });
  subscription.on('data', () => (heard += 1)).on('error', (problem: unknown) => (ended = problem));
  await until(() => server.faults.subscribed === 1);
  subscription.pause();
  for (let i = 0; i < APPENDS; i++) {
    const events = Array.from({ length: EVENTS }, () => plain(randomUUID(), 'x'.repeat(2_000)));
    await client.appendToStream('s', events);
  }
  subscription.resume();
  await until(() => ended !== undefined || heard >= APPENDS * EVENTS);
  await subscription.unsubscribe().catch(() => {});
  return ended ?? heard;
}

test('before 24 it is dropped', async () => {
  const server = await double();
  expect(await flooded(server)).toMatchObject({
    code: 10,
    message:
      '10 ABORTED: Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
  });
  expect(server.counters.drops).toBe(1);
});

test('from 24 on it hears everything on one subscription', async () => {
  const server = await double();
  server.settings.version = '24.2.0';
  expect(await flooded(server)).toBeGreaterThanOrEqual(APPENDS * EVENTS);
  expect(server.counters).toMatchObject({ subscriptions: 1, drops: 0 });
});
