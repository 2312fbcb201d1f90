/** What the cable does to a client of the double. */
import { randomUUID } from 'node:crypto';
import { bare, double, plain, soon } from '../eventstore/esdb/opened';

async function connected() {
  const server = await double();
  const client = bare(server.connection);
  await client.appendToStream('s', plain(randomUUID()));
  return { server, append: (data?: unknown) => client.appendToStream('s', plain(randomUUID(), data)) };
}

const timed = async (work: Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work;
  return performance.now() - begun;
};

test('an answer that is swallowed leaves the client waiting for what was written', async () => {
  const { server, append } = await connected();
  server.wire.swallow();
  const waiting = append();
  waiting.catch(() => {});
  expect(await soon(waiting, 200)).toBe('pending');
  expect(server.records.all.filter(({ stream }) => stream === 's')).toHaveLength(2);
  server.wire.mend();
  await expect(waiting).rejects.toMatchObject({ type: 'unavailable' });
  expect(await append()).toMatchObject({ success: true, nextExpectedRevision: 2n });
});

test('a delay holds for each way', async () => {
  const { server, append } = await connected();
  server.wire.delay = 300;
  expect(await timed(append())).toBeGreaterThanOrEqual(590);
  server.wire.delay = 0;
});

test('a slow cable takes its time for each byte', async () => {
  const { server, append } = await connected();
  server.wire.speed = 100_000;
  expect(await timed(append('x'.repeat(50_000)))).toBeGreaterThanOrEqual(490);
  server.wire.speed = Infinity;
});
