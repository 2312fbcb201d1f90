/**
 * What a log on a server must hold while others change that server: streams that somebody deletes or cuts, tenants beside it, cursors
 * that are no positions, nodes whose clocks differ. Everything is done by calls that a real server takes, so whoever has one runs it.
 */
import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, type StreamMetadata } from '@eventstore/db-client';
import { EsdbLog } from '../../../eventstore/esdb';
import { MemoryRegister } from '../../../eventstore/esdb/register-memory';
import { columnsOf, event, everything, idsOf, many, NOON, singly } from './events';

export interface Served {
  /** One connection string a node; a single one serves all. */
  readonly connections: readonly string[];
  readonly end: () => Promise<void>;
}

const DAMAGED = { code: 'damaged' };
/** Milliseconds by which a node's clock is ahead of another one's. */
const MINUTE = 60_000;

/** Settings of a stream that hide events of it, and what verify says then of a-1. */
export const HIDING: readonly (readonly [string, StreamMetadata, RegExp])[] = [
  ['$maxCount', { maxCount: 2 }, /a-1 hides events by \$maxCount 2/],
  ['$maxAge', { maxAge: 60 }, /a-1 hides events by \$maxAge 60/],
  ['$tb', { truncateBefore: 3 }, /a-1 hides its events before 3/],
];

class World {
  readonly tenant = `t${randomUUID()}`;
  readonly client: EventStoreDBClient;
  private readonly logs: EsdbLog[] = [];

  constructor(private readonly served: Served) {
    this.client = EventStoreDBClient.connectionString(served.connections[0] as string);
  }

  async node(tenant = this.tenant): Promise<EsdbLog> {
    const { connections } = this.served;
    const connection = connections[this.logs.length % connections.length] as string;
    const log = await EsdbLog.open({ connection, tenant, register: new MemoryRegister(), columnsOf });
    this.logs.push(log);
    return log;
  }

  /** Five events in each of two streams. */
  async written(): Promise<EsdbLog> {
    const log = await this.node();
    for (const stream of ['a-1', 'b-1']) await log.appendBatch(singly(stream, many(stream, 5)));
    await log.head();
    return log;
  }

  streamOf = (name: string): string => `${this.tenant}.${name}`;

  async end(): Promise<void> {
    for (const log of this.logs) await log.close();
    await this.client.dispose();
    await this.served.end();
  }
}

export function serving(serve: () => Promise<Served>): void {
  let world: World;
  beforeEach(async () => {
    world = new World(await serve());
  });
  afterEach(() => world.end(), 30_000);

  test('a stream with a tombstone is refused and named, and the log is read past it', async () => {
    const log = await world.written();
    await world.client.tombstoneStream(world.streamOf('a-1'));
    expect(await log.append('a-1', 'any', [event({ id: 'x' })])).toMatchObject({
      kind: 'failed',
      code: 'damaged',
      reason: expect.stringContaining('tombstone'),
    });
    await expect(log.read('a-1')).rejects.toMatchObject(DAMAGED);
    expect(await log.append('b-1', 'any', [event({ id: 'y' })])).toMatchObject({ kind: 'appended' });
    expect(await everything(log)).toHaveLength(11);
    expect(await everything(await world.node())).toHaveLength(11);
  });

  test('a stream that was deleted softly is named, and goes on behind what it hides', async () => {
    const log = await world.written();
    await world.client.deleteStream(world.streamOf('a-1'));
    expect(await log.verify()).toMatchObject({ ok: false, broken: { what: expect.stringContaining('was deleted') } });
    await expect(log.read('a-1')).rejects.toMatchObject(DAMAGED);
    expect(await log.append('a-1', 'any', [event({ id: 'x' })])).toMatchObject({ kind: 'appended', revision: 5n });
    expect(await everything(log)).toHaveLength(11);
  });

  test.each(HIDING)(
    'a stream with %s is named by verify, and what it was told before is still known',
    async (_, metadata, what) => {
      const log = await world.written();
      await world.client.setStreamMetadata(world.streamOf('a-1'), metadata);
      expect(await log.verify()).toMatchObject({ ok: false, broken: { what: expect.stringMatching(what) } });
      expect(await log.append('a-1', 'any', [event({ id: 'a-10' })])).toMatchObject({
        kind: 'duplicate',
        revision: 0n,
      });
      expect(await everything(log)).toHaveLength(10);
    },
  );

  test('a cursor that is no position of this log begins at the next one, and one beyond the end finds nothing', async () => {
    const log = await world.written();
    const events = await everything(log);
    const { position } = await log.head();
    for (const at of [0, 4, 8])
      for (const off of [1n, 7n]) {
        const from = (events[at]?.position ?? 0n) + off;
        const rest = events.filter((one) => one.position > from);
        expect(idsOf((await log.readAll(from)).events)).toEqual(idsOf(rest));
      }
    expect((await log.readAll(position + 1_000_000n)).events).toEqual([]);
    expect(await log.append('a-1', 'any', [event({ id: 'x' })])).toMatchObject({ kind: 'appended' });
  });

  test('a tenant beside another one, and what is no log at all, are not read', async () => {
    const log = await world.written();
    const other = await world.node(`${world.tenant}-b`);
    await other.appendBatch(singly('a-1', many('other', 20)));
    const data = { hello: 'there' };
    await world.client.appendToStream(`foreign-${world.tenant}`, {
      id: randomUUID(),
      contentType: 'application/json',
      type: 'said',
      data,
      metadata: undefined,
    });
    await log.append('b-1', 'any', [event({ id: 'last' })]);
    expect(await everything(log)).toHaveLength(11);
    expect(await everything(other)).toHaveLength(20);
    expect(await (await world.node()).verify({ deep: true })).toMatchObject({ ok: true, size: 11n });
  });

  test('nodes whose clocks are two minutes apart have the same stamps, which never go back, and one tree', async () => {
    const [fast, slow] = [await world.node(), await world.node()];
    for (let i = 0; i < 20; i++) {
      await fast.append('a-1', 'any', [event({ id: `fast${i}`, recordedAt: NOON + MINUTE + i })]);
      await slow.append('a-2', 'any', [event({ id: `slow${i}`, recordedAt: NOON - MINUTE + i })]);
    }
    const events = await everything(fast);
    const stamps = events.map((one) => one.recordedAt);
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
    expect(await everything(slow)).toEqual(events);
    expect(await slow.tree()).toEqual(await fast.tree());
    expect(await everything(await world.node())).toEqual(events);
  });
}
