/** Streams that are deleted or hide a part of themselves: what reads and appends are answered, and what a scavenge leaves. */
import { randomUUID } from 'node:crypto';
import { bare, double, plain } from '../../../eventstore/esdb/opened';
import { eventsIn, positionsOf, readAll, revisionsOf, stub } from './asking';

async function withStream(count = 3) {
  const server = await double();
  const client = bare(server.direct);
  const written = [];
  for (let i = 0; i < count; i++) written.push(await client.appendToStream('s', plain(randomUUID())));
  return { server, client, written, ask: stub(server) };
}

const ofS = { prefixes: ['s'] };
const shown = async ({ client }: Awaited<ReturnType<typeof withStream>>) =>
  (await eventsIn(client.readStream('s'))).map(({ event }) => event?.revision);

test('a stream that is deleted softly is not found, and goes on at its old next revision', async () => {
  const world = await withStream();
  const { client, ask } = world;
  const { position } = await client.deleteStream('s');
  expect(position?.commit).toBe(positionsOf(await readAll(ask, { from: 'end', backwards: true, count: 1 }))[0]);
  await expect(eventsIn(client.readStream('s'))).rejects.toMatchObject({ type: 'stream-not-found' });
  expect(revisionsOf(await readAll(ask, ofS))).toEqual([0n, 1n, 2n]);
  const again = await client.appendToStream('s', plain(randomUUID()), { expectedRevision: 'no_stream' });
  expect(again.nextExpectedRevision).toBe(3n);
  expect(await shown(world)).toEqual([3n]);
  expect(revisionsOf(await readAll(ask, ofS))).toEqual([0n, 1n, 2n, 3n]);
});

test('a tombstone stands in its stream at the last revision there is, and ends it', async () => {
  const { server, client, ask } = await withStream();
  await client.tombstoneStream('s', { expectedRevision: 2n });
  await expect(client.appendToStream('s', plain(randomUUID()))).rejects.toMatchObject({ type: 'stream-deleted' });
  await expect(client.deleteStream('s')).rejects.toMatchObject({ type: 'stream-deleted' });
  await expect(eventsIn(client.readStream('s'))).rejects.toMatchObject({
    type: 'stream-deleted',
    code: 9,
    message: "9 FAILED_PRECONDITION: Event stream 's' is deleted.",
    streamName: 's',
  });
  const last = 9_223_372_036_854_775_807n;
  const { events } = await readAll(ask, ofS);
  expect(revisionsOf({ events })).toEqual([0n, 1n, 2n, last]);
  expect(events.at(-1)?.getEvent()?.getMetadataMap().get('type')).toBe('$streamDeleted');
  server.records.scavenge();
  expect(revisionsOf(await readAll(ask, ofS))).toEqual([last]);
});

test('a deletion on a wrong revision is refused', async () => {
  const { client } = await withStream();
  for (const deletion of [
    client.deleteStream('s', { expectedRevision: 1n }),
    client.tombstoneStream('s', { expectedRevision: 1n }),
  ])
    await expect(deletion).rejects.toMatchObject({ type: 'wrong-expected-version', actualVersion: 2n });
});

test.each([
  [{ maxCount: 2 }, [1n, 2n], [1n, 2n]],
  [{ truncateBefore: 2 }, [2n], [2n]],
  [{ truncateBefore: 9 }, [], [2n]],
  [{ maxAge: 60 }, [0n, 1n, 2n], [0n, 1n, 2n]],
])(
  '%p hides events from reads of the stream at once, and from the log upon a scavenge',
  async (metadata, seen, left) => {
    const world = await withStream();
    const { server, client, ask } = world;
    await client.setStreamMetadata('s', metadata);
    expect(await shown(world)).toEqual(seen);
    expect(revisionsOf(await readAll(ask, ofS))).toEqual([0n, 1n, 2n]);
    server.records.scavenge();
    expect(revisionsOf(await readAll(ask, ofS))).toEqual(left);
    expect(await shown(world)).toEqual(seen);
  },
);

test('a stream that has expired reads empty, and is still there', async () => {
  const world = await withStream();
  const { server, client } = world;
  await client.setStreamMetadata('s', { maxAge: 60 });
  server.settings.ahead = 61_000;
  expect(await shown(world)).toEqual([]);
  server.settings.ahead = 0;
  const refused = client.appendToStream('s', plain(randomUUID()), { expectedRevision: 'no_stream' });
  await expect(refused).rejects.toMatchObject({ type: 'wrong-expected-version', actualVersion: 2n });
});

test('where a scavenge went any position can be read, elsewhere only that of a record', async () => {
  const { server, client, ask, written } = await withStream();
  const from = (written[0]?.position?.commit ?? 0n) + 1n;
  expect(await readAll(ask, { from })).toMatchObject({ events: [], error: { code: 2 } });
  await client.setStreamMetadata('s', { truncateBefore: 2 });
  server.records.scavenge();
  expect((await readAll(ask, { from })).error).toBeUndefined();
});
