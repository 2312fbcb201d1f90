/** A server that lets a user in and not read or write, refuses for good, or cannot write: what is told, and whether it counts as an outage. */
import { event, everything, idsOf, many } from '../../contract/log/events';
import { until } from '../../until';
import { bare, double, logOn } from './opened';

test('a user who may write and not read the whole log is denied at once, and not told that the server is away', async () => {
  const server = await double();
  server.settings.groups = [];
  await expect(logOn(server.connection)).rejects.toMatchObject({ code: 'denied' });
  server.settings.groups = undefined;
  await bare(server.direct).setStreamMetadata('$all', { acl: { readRoles: ['$admins', 'kith'] } });
  server.settings.groups = [];
  const log = await logOn(server.connection);
  expect(await log.append('a-1', 'none', [event({ id: '1' })])).toMatchObject({ kind: 'appended' });
  expect(await log.verify()).toMatchObject({ ok: true, size: 1n });
});

test('a stream that the user may not write is refused, and others are not', async () => {
  const server = await double();
  await bare(server.direct).setStreamMetadata('$all', { acl: { readRoles: ['kith'] } });
  await bare(server.direct).setStreamMetadata('acme.a-1', { acl: { writeRoles: ['$admins'] } });
  server.settings.groups = [];
  const log = await logOn(server.connection);
  const outcome = await log.append('a-1', 'none', [event({ id: '1' })]);
  expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('$userStreamAcl') });
  expect(outcome).not.toHaveProperty('away');
  expect(await log.append('b-1', 'none', [event({ id: '2' })])).toMatchObject({ kind: 'appended' });
});

test('a server that says once that a right user is not authenticated costs a second try', async () => {
  const server = await double();
  server.faults.unauthenticated = 1;
  const log = await logOn(server.connection);
  server.faults.unauthenticated = 1;
  expect(await log.append('a-1', 'none', [event({ id: '1' })])).toMatchObject({ kind: 'appended' });
});

test.each(['bad-request', 'event-too-large'] as const)(
  'what the server refuses as %s is not tried again',
  async (fault) => {
    const server = await double();
    const log = await logOn(server.connection);
    server.faults.appends.push(fault, fault);
    const outcome = await log.append('a-1', 'none', [event({ id: '1' })]);
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/BadRequest|MaxAppendEventSize/) });
    expect(outcome).not.toHaveProperty('away');
    expect(server.faults.appends).toHaveLength(1);
  },
);

test('without a quorum appends answer that the server is away, ask ever more rarely, and go on with it', async () => {
  const server = await double();
  server.settings.commitTimeout = 50;
  const log = await logOn(server.connection, { patience: 1_500 });
  await log.append('a-1', 'none', [event({ id: '0' })]);
  server.records.hold();
  server.counters.reset();
  const outcome = await log.append('a-1', 0n, [event({ id: '1' })]);
  expect(outcome).toMatchObject({ kind: 'failed', away: true });
  expect(server.counters.batchAppends).toBeLessThan(30);
  server.records.replicate();
  expect(await log.append('a-1', 0n, [event({ id: '1' })])).toMatchObject({ kind: 'duplicate', revision: 1n });
  expect(idsOf(await everything(log))).toEqual(['0', '1']);
});

test('a write of another that no quorum has yet makes ours wait, and not fail', async () => {
  const server = await double();
  server.settings.commitTimeout = 50;
  const [one, other] = [await logOn(server.connection), await logOn(server.connection)];
  await one.append('a-1', 'none', [event({ id: '0' })]);
  await other.head();
  server.records.hold();
  const first = one.append('a-1', 'any', [event({ id: '1' })]);
  await until(() => server.records.all.length > server.records.end);
  const second = other.append('a-1', 'any', [event({ id: '2' })]);
  setTimeout(() => server.records.replicate(), 300);
  for (const outcome of [await first, await second]) expect(['appended', 'duplicate']).toContain(outcome.kind);
  expect(idsOf(await everything(one))).toEqual(['0', '1', '2']);
});

test('the first call after an outage does not tell the old error', async () => {
  const server = await double();
  const log = await logOn(server.connection, { patience: 300 });
  await log.append('a-1', 'none', many('e', 2));
  server.wire.unplug();
  await expect(log.head()).rejects.toMatchObject({ code: 'unreachable' });
  server.wire.mend();
  expect((await log.read('a-1')).events).toHaveLength(2);
});

test('four nodes that found one log at once have the same', async () => {
  const server = await double();
  const logs = await Promise.all(Array.from({ length: 4 }, () => logOn(server.connection)));
  expect(new Set(logs.map(({ id }) => id)).size).toBe(1);
});
