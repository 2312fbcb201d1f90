/** What somebody does to the log on the server behind Kith's back: deletions, settings of streams, older states. */
import { setTimeout } from 'node:timers/promises';
import { EsdbReader } from '../../../eventstore/esdb/reader';
import { MemoryRegister } from '../../../eventstore/esdb/register-memory';
import { event, idsOf, many, singly } from '../../contract/log/events';
import { HIDING } from '../../contract/log/serving';
import { until } from '../../until';
import { atEnd, bare, double, logOn, soon } from './opened';

/** Five events in each of two streams. */
async function written() {
  const server = await double();
  const log = await logOn(server.connection);
  for (const stream of ['a-1', 'b-1']) await log.appendBatch(singly(stream, many(stream, 5)));
  await log.head();
  return { server, log, client: bare(server.direct) };
}

const DAMAGED = { code: 'damaged' };

test('a stream with a tombstone is a gap for verify once its events are gone', async () => {
  const { server, log, client } = await written();
  await client.tombstoneStream('acme.a-1');
  server.records.scavenge();
  expect(await log.verify()).toMatchObject({ ok: false, broken: { what: 'this event is gone from the server' } });
});

test.each(HIDING)(
  'a stream with %s is named by verify, and a register that is made after a scavenge shows the gap',
  async (name, metadata, what) => {
    const { server, log, client } = await written();
    await client.setStreamMetadata('acme.a-1', metadata);
    expect(await log.verify()).toMatchObject({ ok: false, broken: { what: expect.stringMatching(what) } });
    server.records.scavenge(Date.now() + 61_000);
    const { connection } = server;
    const reader = await EsdbReader.openReader({ connection, tenant: 'acme', register: new MemoryRegister() });
    atEnd(() => reader.close());
    const gap = name === '$maxAge' ? 'events 0 to 3' : name === '$tb' ? 'events 0 to 2' : 'events 0 to 2';
    expect(await reader.verify()).toMatchObject({ ok: false, broken: { what: expect.stringContaining(gap) } });
  },
);

describe('a log that is put back to an older state', () => {
  /** Written, put back by six events. */
  async function putBack() {
    const world = await written();
    const older = world.server.records.backup();
    await world.log.appendBatch(singly('a-1', many('later', 6)));
    await world.log.head();
    return { ...world, older };
  }

  test('is damaged within a second for who reads, and for who appends', async () => {
    const { server, log, older } = await putBack();
    server.restore(older);
    await expect(soon(log.tree(), 1_000)).rejects.toMatchObject(DAMAGED);
    const outcome = await soon(log.append('b-1', 'any', [event({ id: 'x' })]), 1_000);
    expect(outcome).toMatchObject({ kind: 'failed', code: 'damaged', reason: expect.stringContaining('older state') });
    expect(outcome).not.toHaveProperty('away');
  });

  test('is damaged for who comes back from an outage', async () => {
    const { server, log, older } = await putBack();
    server.wire.unplug();
    expect(await soon(log.append('b-1', 'any', [event({ id: 'x' })]), 100)).toBe('pending');
    server.restore(older);
    server.wire.mend();
    await expect(soon(log.head(), 1_000)).rejects.toMatchObject(DAMAGED);
  });

  test('is found out by a position that is no event’s', async () => {
    const { server, log } = await putBack();
    const { position } = await log.head();
    expect(idsOf((await log.readAll(position - 1n)).events)).toEqual(['later5']);
    expect((await log.readAll(position + 1_000_000n)).events).toEqual([]);
    expect(server.counters.drops).toBe(0);
  });
});

test('without a subscription a fact is shown within a moment', async () => {
  const server = await double();
  const [log, writer] = [await logOn(server.connection), await logOn(server.connection)];
  server.faults.silent = true;
  const follower = log.follow(0n)[Symbol.asyncIterator]();
  await follower.next();
  await setTimeout(600);
  const shown = follower.next();
  await writer.append('a-1', 'none', [event({ id: '1' })]);
  const page = await soon(shown, 1_500);
  expect(page === 'pending' ? page : idsOf(page.value?.events ?? [])).toEqual(['1']);
  await until(() => server.counters.subscriptions > 0);
});
