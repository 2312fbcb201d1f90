/** What the double counts, and its million records of other tenants. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { folder } from '../../../folder';
import { atEnd, bare, double, plain } from '../../../eventstore/esdb/opened';
import { until } from '../../../until';
import { forkDouble } from '../forked.cjs';
import { readAll, stub } from './asking';

test('each kind of call is counted, and what is sent by tenant', async () => {
  const server = await double();
  const client = bare(server.direct);
  const event = plain(randomUUID());
  for (let i = 0; i < 2; i++) await client.appendToStream('acme.s', event, { expectedRevision: 'no_stream' });
  for await (const _ of client.readStream('acme.s'));
  for await (const _ of client.readAll());
  const subscription = client.subscribeToAll();
  await until(() => server.counters.eventsSent === 5);
  await subscription.unsubscribe();
  expect(server.counters).toMatchObject({
    batchAppends: 2,
    repeats: 1,
    streamReads: 1,
    allReads: 1,
    filteredReads: 0,
    subscriptions: 1,
    drops: 0,
    clients: 1,
    sentOf: { acme: 3, $: 2 },
  });
});

test('a million records of others are there at once, and found by stream and position', async () => {
  const server = await double();
  server.records.foreign(1_000_000);
  const client = bare(server.direct);
  await client.appendToStream('acme.s', plain(randomUUID()));
  const { events } = await readAll(stub(server), { prefixes: ['acme.'] });
  expect(events).toHaveLength(1);
  const found = [];
  for await (const { event } of client.readStream('neighbour.record-7', { fromRevision: 998n })) found.push(event);
  expect(found.map((one) => one?.revision)).toEqual([998n, 999n]);
  const size = Buffer.byteLength(JSON.stringify(found[0]?.data));
  expect([size, server.counters.sentOf]).toEqual([200, { acme: 1, neighbour: 2 }]);
});

test('a double of its own process tells its counters, and finds the others again after a kill', async () => {
  const { path, remove } = folder();
  atEnd(async () => remove());
  const file = join(path, 'records');
  const first = await forkDouble({ file });
  await first.tell({ foreign: 2_000 });
  await bare(first.direct).appendToStream('acme.s', plain(randomUUID()));
  expect(await first.tell({ reset: true })).toMatchObject({ batchAppends: 1, clients: 1 });
  expect(await first.tell({})).toMatchObject({ batchAppends: 0, eventsSent: 0 });
  await first.kill();
  const again = await forkDouble({ file });
  atEnd(() => again.kill());
  expect((await readAll(stub(again), { count: 5_000 })).events).toHaveLength(2_002);
});
