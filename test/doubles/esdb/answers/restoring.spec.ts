/** A log that is put back to an older state, and appends that are repeated. */
import { randomUUID } from 'node:crypto';
import { bare, double, plain } from '../../../eventstore/esdb/opened';
import { eventsIn, positionsOf, readAll, stub } from './asking';

test('a log that is put back shows the older state everywhere, and goes on from there', async () => {
  const server = await double();
  const client = bare(server.direct);
  await client.appendToStream('s', plain(randomUUID()));
  const then = server.records.backup();
  const lost = plain(randomUUID());
  const first = await client.appendToStream('s', lost, { expectedRevision: 0n });
  await client.appendToStream('other', plain(randomUUID()));

  server.records.restore(then);
  const ask = stub(server);
  expect((await readAll(ask, {})).events).toHaveLength(then.all.length);
  await expect(eventsIn(client.readStream('other'))).rejects.toMatchObject({ type: 'stream-not-found' });
  // The id of what was lost is known no more, and its place is taken again.
  const again = await client.appendToStream('s', lost, { expectedRevision: 0n });
  expect(again).toEqual(first);
  expect(positionsOf(await readAll(ask, {})).at(-1)).toBe(again.position?.commit);
});

test.each([['any'], ['no_stream']] as const)(
  'an append that is repeated (%s) is answered with the place of its last event',
  async (expectedRevision) => {
    const server = await double();
    const client = bare(server.direct);
    const events = [plain(randomUUID()), plain(randomUUID()), plain(randomUUID())];
    const written = await client.appendToStream('s', events, { expectedRevision });
    await client.appendToStream('s', plain(randomUUID()));
    expect(await client.appendToStream('s', events, { expectedRevision })).toEqual(written);
    const last = await client.appendToStream('s', events.slice(0, 2), { expectedRevision });
    expect([written.nextExpectedRevision, last.nextExpectedRevision]).toEqual([2n, 1n]);
    expect(server.counters.repeats).toBe(2);
  },
);
