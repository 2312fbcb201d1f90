/** A leader without a quorum, and what becomes of its writes. */
import { randomUUID } from 'node:crypto';
import { bare, double, plain, soon } from '../../../eventstore/esdb/opened';
import { until } from '../../../until';
import { eventsIn, readAll, stub } from './asking';

async function alone() {
  const server = await double();
  const client = bare(server.direct);
  await client.appendToStream('s', plain(randomUUID()));
  server.settings.commitTimeout = 100;
  server.records.hold();
  return { server, client, ask: stub(server) };
}

const TIMED_OUT = { type: 'deadline-exceeded' };

test('an append times out, is not shown, and refuses the next one as a wrong version', async () => {
  const { client, ask } = await alone();
  const next = () => client.appendToStream('s', plain(randomUUID()), { expectedRevision: 0n });
  await expect(next()).rejects.toMatchObject(TIMED_OUT);
  expect((await readAll(ask, {})).events).toHaveLength(2);
  expect(await eventsIn(client.readStream('s'))).toHaveLength(1);
  for (let i = 0; i < 3; i++)
    await expect(next()).rejects.toMatchObject({ type: 'wrong-expected-version', actualVersion: 1n });
});

test('an append that is repeated before it is replicated has no answer, and then that of its last event', async () => {
  const { server, client } = await alone();
  const events = [plain(randomUUID()), plain(randomUUID())];
  const send = () => client.appendToStream('s', events, { expectedRevision: 0n });
  await expect(send()).rejects.toMatchObject(TIMED_OUT);
  const repeated = send();
  repeated.catch(() => {});
  expect(await soon(repeated, 200)).toBe('pending');
  server.records.replicate();
  const position = { commit: server.records.all.at(-1)?.position };
  expect(await send()).toMatchObject({ success: true, nextExpectedRevision: 2n, position });
});

test('an append that is replicated in time is answered then, and shown to subscribers', async () => {
  const { server, client } = await alone();
  server.settings.commitTimeout = 5_000;
  const seen: (string | undefined)[] = [];
  const subscription = client.subscribeToAll();
  subscription.on('data', ({ event }) => seen.push(event?.streamId));
  const written = client.appendToStream('s', plain(randomUUID()));
  expect(await soon(written, 100)).toBe('pending');
  expect(seen).toEqual([expect.stringMatching(/^\$stats/), 's']);
  server.records.replicate();
  expect(await written).toMatchObject({ success: true, nextExpectedRevision: 1n });
  await until(() => seen.length === 3);
  await subscription.unsubscribe();
});

test('a leader that is deposed loses what no quorum has, and ends', async () => {
  const { server, ask } = await alone();
  const client = bare(server.connection);
  const lost = plain(randomUUID());
  await expect(client.appendToStream('s', lost)).rejects.toMatchObject(TIMED_OUT);
  server.depose();
  await expect(bare(server.connection).appendToStream('s', lost)).rejects.toMatchObject({ code: 14 });
  server.wire.mend();
  expect((await readAll(ask, {})).events).toHaveLength(2);
  const again = bare(server.connection).appendToStream('s', lost, { expectedRevision: 0n });
  expect(await again).toMatchObject({ success: true, nextExpectedRevision: 1n });
  expect(server.counters.repeats).toBe(0);
});

test('a node that has not heard of its deposition shows an older state', async () => {
  const { server, client, ask } = await alone();
  server.records.replicate();
  server.faults.stale = server.records.end;
  await client.appendToStream('s', plain(randomUUID()));
  expect(await eventsIn(client.readStream('s'))).toHaveLength(1);
  expect((await readAll(ask, {})).events).toHaveLength(2);
  server.faults.stale = undefined;
  expect(await eventsIn(client.readStream('s'))).toHaveLength(2);
});
