/** Reads and subscriptions that name a place at which no record begins, or ask for nothing. */
import { randomUUID } from 'node:crypto';
import { bare, double, plain } from '../../../eventstore/esdb/opened';
import { allRequest, answerTo, readAll, streamRequest, stub } from './asking';

async function withRecords() {
  const server = await double();
  const client = bare(server.direct);
  await client.appendToStream('s', plain(randomUUID()));
  const { position } = await client.appendToStream('s', plain(randomUUID()));
  return { server, ask: stub(server), last: position?.commit ?? 0n };
}

const nothingSuch = (kind: string) => ({
  events: [],
  error: { code: 2, details: `Unexpected Read${kind}Result: Error` },
});

test('a read from where no record begins is refused, in both directions', async () => {
  const { server, ask, last } = await withRecords();
  for (const backwards of [false, true])
    expect(await readAll(ask, { from: last - 1n, backwards })).toEqual(nothingSuch('All'));
  server.settings.version = '24.2.0';
  expect((await readAll(ask, { from: last - 1n })).error?.details).toBe('Unexpected ReadAllResult: InvalidPosition');
});

test('beyond the end a read forwards finds nothing, and one backwards is refused', async () => {
  const { ask, last } = await withRecords();
  expect(await readAll(ask, { from: last + 10_000n })).toEqual({ events: [] });
  expect(await readAll(ask, { from: last + 10_000n, backwards: true })).toEqual(nothingSuch('All'));
  expect((await readAll(ask, { from: last, backwards: true })).events).toHaveLength(2);
  expect((await readAll(ask, { from: last })).events).toHaveLength(1);
});

test('a subscription from there is refused, as is one with a checkpoint interval of 0', async () => {
  const { ask, last } = await withRecords();
  const thrown = { events: [], error: { code: 2, details: 'Exception was thrown by handler.' } };
  expect(await answerTo(ask, allRequest({ from: last - 1n }))).toEqual(thrown);
  expect(await answerTo(ask, allRequest({ prefixes: ['s'], interval: 0 }))).toEqual(thrown);
});

test('a read of no events, and one forwards from the end of a stream, are refused', async () => {
  const { ask } = await withRecords();
  expect(await answerTo(ask, streamRequest('s', { count: 0 }))).toEqual(nothingSuch('Stream'));
  expect(await answerTo(ask, streamRequest('s', { from: 'end' }))).toEqual(nothingSuch('Stream'));
  expect((await answerTo(ask, streamRequest('s', { from: 'end', backwards: true }))).events).toHaveLength(1);
});
