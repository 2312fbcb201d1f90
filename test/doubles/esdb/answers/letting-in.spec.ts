/** Who is let in, and what a user may read and write. */
import { randomUUID } from 'node:crypto';
import { Metadata } from '@grpc/grpc-js';
import { bare, double, plain } from '../../../eventstore/esdb/opened';
import { nobody, stringTo } from '../../tls/guard';
import { allRequest, answerTo, eventsIn, readAll, stub } from './asking';
import { send } from './sending';

const DENIED = { events: [], error: { code: 7, details: 'Access Denied' } };

function as(user: string): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', `Basic ${Buffer.from(`${user}:password`).toString('base64')}`);
  return metadata;
}

test('a wrong password is not authenticated, whatever is asked', async () => {
  const server = await double({ guard: nobody });
  const client = bare(stringTo('esdb', `localhost:${server.wire.port}`, { ...nobody, password: 'wrong' }));
  const unauthenticated = { code: 16, message: '16 UNAUTHENTICATED: Unauthenticated' };
  await expect(client.appendToStream('s', plain(randomUUID()))).rejects.toMatchObject(unauthenticated);
  await expect(eventsIn(client.readAll())).rejects.toMatchObject(unauthenticated);
});

test('a server that has just started may say so once to a right user', async () => {
  const server = await double({ guard: nobody });
  server.faults.unauthenticated = 1;
  const client = bare(server.connection);
  await expect(client.appendToStream('s', plain(randomUUID()))).rejects.toMatchObject({ code: 16 });
  expect(await client.appendToStream('s', plain(randomUUID()))).toMatchObject({ success: true });
});

test('a user without groups writes and reads streams, and is denied the whole log', async () => {
  const server = await double();
  server.settings.groups = [];
  const [ask, client] = [stub(server), bare(server.direct)];
  expect(await client.appendToStream('s', plain(randomUUID()))).toMatchObject({ success: true });
  expect(await eventsIn(client.readStream('s'))).toHaveLength(1);
  for (const prefixes of [undefined, ['s']]) {
    expect(await readAll(ask, { prefixes })).toEqual(DENIED);
    expect(await answerTo(ask, allRequest({ prefixes }))).toEqual(DENIED);
  }
  await expect(eventsIn(client.readAll())).rejects.toMatchObject({ type: 'access-denied', code: 7 });
  await expect(client.appendToStream('$own', plain(randomUUID()))).rejects.toMatchObject({ type: 'access-denied' });
});

test('metadata of the whole log name who may read it', async () => {
  const server = await double();
  await bare(server.direct).setStreamMetadata('$all', { acl: { readRoles: ['$admins', 'kith', 'readers'] } });
  server.settings.groups = [];
  const ask = stub(server);
  expect((await readAll(ask, {})).events).toHaveLength(2);
  expect(await answerTo(ask, allRequest({ count: 1 }), as('ada'))).toEqual(DENIED);
  server.settings.groups = ['readers'];
  expect((await answerTo(ask, allRequest({ count: 1 }), as('ada'))).events).toHaveLength(1);
});

test('what streams allow by default is told in $settings, and of one of them in its metadata', async () => {
  const server = await double();
  const client = bare(server.direct);
  const acl = {
    ...plain(randomUUID(), { $userStreamAcl: { $r: ['kith'], $w: ['kith'] } }),
    type: 'update-default-acl',
  };
  await client.appendToStream('$settings', acl);
  await client.setStreamMetadata('open', { acl: { writeRoles: ['$all'] } });
  server.settings.groups = [];
  const ask = stub(server);
  expect(await send(ask, {}, as('kith'))).toBe('written');
  expect(await send(ask, {}, as('ada'))).toEqual(['AccessDenied', 'AccessDenied']);
  expect(await send(ask, { stream: 'open' }, as('ada'))).toBe('written');
});
