/** Subscriptions that end, fall silent or lose their server: what the client does by itself, and what followers see. */
import { randomUUID } from 'node:crypto';
import type { EsdbLog } from '../../../eventstore/esdb';
import { event, idsOf, many, singly } from '../../contract/log/events';
import { until } from '../../until';
import { bare, double, logOn, plain, soon } from './opened';

/** Follows until `count` events came. */
async function take(log: EsdbLog, count: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of log.follow(0n)) {
    ids.push(...idsOf(page.events));
    if (ids.length >= count) break;
  }
  return ids;
}

describe('a subscription that the server closes (F6)', () => {
  test('ends in the client without an error, and nothing more comes', async () => {
    const server = await double();
    const client = bare(server.connection);
    const seen: string[] = [];
    const subscription = client.subscribeToAll();
    const ended = new Promise((resolve, reject) => {
      subscription.on('data', ({ event: one }) => one && seen.push(one.type));
      subscription.on('end', () => resolve('ended'));
      subscription.on('error', reject);
    });
    await until(() => server.faults.subscribed === 1);
    server.faults.endSubscriptions();
    expect(await ended).toBe('ended');
    await client.appendToStream('s', plain(randomUUID()));
    expect(seen).not.toContain('T');
  });

  test('is opened again by the log: followers get every event once, whoever wrote it', async () => {
    const server = await double();
    const [log, writer] = [await logOn(server.connection), await logOn(server.connection)];
    const taken = take(log, 50);
    for (let i = 0; i < 10; i++) {
      await until(() => server.faults.subscribed === 1);
      server.faults.endSubscriptions();
      await writer.appendBatch(singly('order-1', many(`${i}-`, 5)));
    }
    const ids = await taken;
    expect(new Set(ids).size).toBe(50);
    expect(ids).toHaveLength(50);
  });
});

test('a subscription that falls silent is found out by the watchdog', async () => {
  const server = await double();
  const [log, writer] = [await logOn(server.connection, { silence: 200 }), await logOn(server.connection)];
  const taken = take(log, 1);
  await until(() => server.faults.subscribed === 1);
  server.faults.silent = true;
  await writer.append('order-1', 'none', [event({ id: '1' })]);
  expect(await taken).toEqual(['1']);
});

test('followers outlive a server that is cut off for a while', async () => {
  const server = await double();
  const [log, writer] = [await logOn(server.connection, { silence: 200 }), await logOn(server.direct)];
  const taken = take(log, 3);
  await writer.append('order-1', 'none', [event({ id: '1' })]);
  server.wire.unplug();
  await writer.append('order-1', 0n, [event({ id: '2' })]);
  expect(await soon(taken, 300)).toBe('pending');
  server.wire.mend();
  await writer.append('order-1', 1n, [event({ id: '3' })]);
  expect(await taken).toEqual(['1', '2', '3']);
});

test('a read on which nothing comes is broken off and begun again', async () => {
  const server = await double();
  const log = await logOn(server.connection);
  await log.append('order-1', 'none', many('e', 3));
  server.faults.readsThatHang = 2;
  expect(idsOf((await log.read('order-1')).events)).toEqual(['e0', 'e1', 'e2']);
});
