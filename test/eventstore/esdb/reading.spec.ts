/** Reads under a client that is given up: what it does by itself, and what readers see. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { idsOf, many, singly } from '../../contract/log/events';
import { bare, double, logOn, plain } from './opened';

describe('a read whose client is given up', () => {
  test('ends in the client as if there were nothing more, without an error', async () => {
    const server = await double();
    const client = bare(server.connection);
    await client.appendToStream('s', plain(randomUUID()));
    server.faults.readsThatHang = 1;
    const seen: unknown[] = [];
    const reading = client.readAll();
    const ended = new Promise((resolve, reject) => reading.on('end', () => resolve('ended')).on('error', reject));
    reading.on('data', (one) => seen.push(one));
    await wait(50);
    await client.dispose();
    expect(await ended).toBe('ended');
    expect(seen).toEqual([]);
  });

  test('is read again by the log: of two at once, one gives the client up and the other still sees everything', async () => {
    const server = await double();
    const writer = await logOn(server.connection);
    await writer.appendBatch(singly('order-1', many('', 3)));
    const log = await logOn(server.connection);
    server.faults.readsThatHang = 2;
    const hanging = log.read('order-1');
    // The first one expires before the other.
    await wait(150);
    const other = log.read('order-1');
    for (const { events } of await Promise.all([hanging, other])) expect(idsOf(events)).toEqual(['0', '1', '2']);
  });
});
