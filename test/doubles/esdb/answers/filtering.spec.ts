/** Reads of `$all` with a filter, which the service has and the client's method lacks. */
import { randomUUID } from 'node:crypto';
import { bare, double, plain } from '../../../eventstore/esdb/opened';
import { positionsOf, readAll, streamsOf, stub } from './asking';

/** Five records of ours among 900 of others. */
async function mixed() {
  const server = await double();
  const client = bare(server.direct);
  for (let i = 0; i < 5; i++) {
    server.records.foreign(150);
    await client.appendToStream(`acme.s-${i}`, { ...plain(randomUUID()), type: i % 2 === 0 ? 'Even' : 'Odd' });
  }
  server.records.foreign(150);
  server.counters.reset();
  return { server, ask: stub(server) };
}

test('a filtered read looks on until it has as many as it was asked for', async () => {
  const { server, ask } = await mixed();
  const first = await readAll(ask, { count: 3, prefixes: ['acme.'] });
  expect(streamsOf(first)).toEqual(['acme.s-0', 'acme.s-1', 'acme.s-2']);
  expect(server.counters).toMatchObject({ filteredReads: 1, allReads: 0, eventsSent: 3, sentOf: { acme: 3 } });
  expect(server.counters.scanned).toBeGreaterThan(450);
  const from = positionsOf(first)[2];
  const rest = await readAll(ask, { count: 1_000, prefixes: ['acme.'], from });
  expect(streamsOf(rest)).toEqual(['acme.s-2', 'acme.s-3', 'acme.s-4']);
});

test('backwards it begins at the end', async () => {
  const { ask } = await mixed();
  const last = await readAll(ask, { count: 2, prefixes: ['acme.'], backwards: true, from: 'end' });
  expect(streamsOf(last)).toEqual(['acme.s-4', 'acme.s-3']);
});

test('an expression and the type of an event filter too', async () => {
  const { ask } = await mixed();
  expect(streamsOf(await readAll(ask, { regex: '^acme\\.s-[13]$' }))).toEqual(['acme.s-1', 'acme.s-3']);
  expect(streamsOf(await readAll(ask, { regex: '^Odd$', byType: true }))).toEqual(['acme.s-1', 'acme.s-3']);
  expect(streamsOf(await readAll(ask, { prefixes: ['Ev', 'No'], byType: true }))).toHaveLength(3);
});
