/** Appends that the server refuses at once: by their form, their size, or the moment by which they were to be written. */
import { randomUUID } from 'node:crypto';
import { bare, double, plain } from '../../../eventstore/esdb/opened';
import { stub } from './asking';
import { type Parcel, send } from './sending';

const MIB = 1024 * 1024;
const records = 1;

test.each<[string, Parcel]>([
  ['an empty name of a stream', { stream: '' }],
  ['an empty type', { type: '' }],
  ['an id of zeros', { id: '00000000-0000-0000-0000-000000000000' }],
  ['a malformed id', { id: 'e1' }],
])('%s is a bad request', async (_, parcel) => {
  const server = await double();
  expect(await send(stub(server), parcel)).toEqual(['BadRequest', 'BadRequest']);
  expect(server.records.all).toHaveLength(records);
});

test('the size of an append is that of its data, and one byte more is refused with the limit', async () => {
  const server = await double();
  const ask = stub(server);
  expect(await send(ask, { data: MIB, metadata: 100_000 })).toBe('written');
  expect(await send(ask, { data: MIB + 1 })).toEqual([
    'MaximumAppendSizeExceeded',
    'Maximum Append Size of 1048576 Exceeded.',
  ]);
  server.settings.maxAppend = 2 * MIB;
  expect(await send(ask, { data: MIB + 1 })).toBe('written');
  await expect(bare(server.direct).appendToStream('s', plain(randomUUID(), 'x'.repeat(3 * MIB)))).rejects.toMatchObject(
    {
      type: 'maximum-append-size-exceeded',
      maxAppendSize: 2 * MIB,
    },
  );
});

test('a newer server names the event that is too large, in a message that the client does not know', async () => {
  const server = await double();
  server.settings.maxEvent = 1_000;
  expect(await send(stub(server), { data: 1_000 })).toBe('written');
  expect(await send(stub(server), { data: 1_001 })).toMatchObject([
    'MaximumAppendEventSizeExceeded',
    expect.anything(),
  ]);
  const refused = bare(server.direct).appendToStream('s', plain(randomUUID(), 'x'.repeat(1_000)));
  await expect(refused).rejects.toMatchObject({ type: 'unknown' });
});

test('a deadline is a moment of the server’s clock: what comes later is not written', async () => {
  const server = await double();
  const ask = stub(server);
  expect(await send(ask, { deadline: Date.now() + 5_000 })).toBe('written');
  server.settings.ahead = 6_000;
  expect(await send(ask, { deadline: Date.now() + 5_000 })).toEqual(['Timeout', 'Timeout']);
  expect(await send(ask, {})).toBe('written');
  expect(server.records.all).toHaveLength(records + 2);
  const late = bare(server.direct).appendToStream('s', plain(randomUUID()), { deadline: 5_000 });
  await expect(late).rejects.toMatchObject({ type: 'deadline-exceeded' });
});
