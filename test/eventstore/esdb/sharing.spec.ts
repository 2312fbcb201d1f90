/** Several nodes and several tenants on one server: one order, one set of stamps, one tree; nobody sees another's events. */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EsdbReader } from '../../../eventstore/esdb/reader';
import { Reads } from '../../../eventstore/esdb/reads';
import type { Register } from '../../../eventstore/esdb/register';
import { MemoryRegister } from '../../../eventstore/esdb/register-memory';
import { SqliteRegister } from '../../../eventstore/esdb/register-sqlite';
import { EmbeddedLog } from '../../../eventstore/embedded/log';
import { folder } from '../../folder';
import { until } from '../../until';
import { columnsOf, event, everything, idsOf, many, NOON, placed, singly } from '../../contract/log/events';
import { atEnd, double, logOn } from './opened';

const registers: readonly (readonly [string, () => Register])[] = [
  ['in memory', () => new MemoryRegister()],
  [
    'on SQLite',
    () => {
      const { path, remove } = folder();
      const register = new SqliteRegister(join(path, 'register.db'));
      atEnd(async () => {
        await register.close();
        remove();
      });
      return register;
    },
  ],
];

describe.each(registers)('nodes with a register %s', (_, open) => {
  test('that share it drive it on in turns, and none takes what another one saw for a gap', async () => {
    const { connection } = await double();
    const register = open();
    const [one, other] = [await logOn(connection, { register }), await logOn(connection, { register })];
    for (let i = 0; i < 10; i++) {
      const [writer, reader] = i % 3 === 0 ? [one, other] : [other, one];
      await writer.append('a-1', 'any', [event({ id: `e${i}` }), event({ id: `f${i}` })]);
      await (i % 2 === 0 ? reader : writer).head();
    }
    expect(await register.gaps()).toEqual([]);
    for (const log of [one, other]) expect(await log.verify({ deep: true })).toMatchObject({ ok: true, size: 20n });
  });

  test('whose clocks differ see the same stamps, bytes and tree, and so does a copy in the embedded engine', async () => {
    const { connection } = await double();
    const [one, other] = [await logOn(connection, { register: open() }), await logOn(connection, { register: open() })];
    for (let i = 0; i < 20; i++) {
      await one.append('a-1', 'any', [event({ id: `fast${i}`, recordedAt: NOON + 1_000 + i })]);
      await other.append('a-2', 'any', [event({ id: `slow${i}`, recordedAt: NOON + i })]);
    }
    const events = await everything(one);
    expect(await everything(other)).toEqual(events);
    const stamps = events.map((e) => e.recordedAt);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect(events.map((e) => columnsOf(e.bytes).recordedAt)).toEqual(stamps);
    expect(await other.tree()).toEqual(await one.tree());
    for (const ms of [-1, 0, 999, 1_003, 1_019, 5_000]) {
      const [a, b] = [await one.positionAt(NOON + ms), await other.positionAt(NOON + ms)];
      expect(a).toBe(b);
      expect(a).toBe(events.filter((e) => e.recordedAt <= NOON + ms).at(-1)?.position ?? 0n);
    }
    expect((await other.read('a-2')).events).toEqual(events.filter((e) => e.stream === 'a-2'));
    expect(await other.readAt(events.map((e) => e.position))).toEqual(events);
    expect(await one.verify({ deep: true })).toMatchObject({ ok: true, size: 40n });

    const { path, remove } = folder();
    const copy = await EmbeddedLog.open(path, { columnsOf });
    for (const { bytes, stream, type, occurredAt, recordedAt } of events) {
      const { source, clientId } = columnsOf(bytes);
      const stampAt = Buffer.from(bytes).indexOf('"recordedAt":"') + 14;
      const fingerprint = (await one.find(source, clientId))?.fingerprint ?? new Uint8Array();
      await copy.append(stream, 'any', [
        { source, clientId, type, fingerprint, occurredAt, recordedAt, bytes, stampAt },
      ]);
    }
    expect(await copy.tree()).toEqual(await one.tree());
    await copy.close();
    remove();
  });

  test('an id that another node wrote is a duplicate, in its stream at once, elsewhere once the register has it', async () => {
    const { connection } = await double();
    const shared = open();
    const [one, other] = [await logOn(connection, { register: shared }), await logOn(connection, { register: shared })];
    await one.append('a-1', 'none', many('e', 3));
    expect(await other.append('a-1', 'any', [event({ id: 'e1' })])).toMatchObject({ kind: 'duplicate', revision: 1n });
    await other.head();
    expect(await one.append('a-2', 'none', [event({ id: 'e2' })])).toMatchObject({ kind: 'duplicate', revision: 2n });
    expect(idsOf(await everything(other))).toEqual(['e0', 'e1', 'e2']);
  });

  test('an id that another node wrote in another stream is known a second later though nobody reads the log, and at once to a node that begins', async () => {
    const { connection } = await double();
    const shared = open();
    const [one, other] = [await logOn(connection, { register: shared }), await logOn(connection, { register: shared })];
    await other.append('b-1', 'none', [event({ id: 'b' })]);
    await one.append('a-1', 'none', many('e', 3));
    const begun = await logOn(connection, { register: shared });
    expect(await begun.append('a-2', 'none', [event({ id: 'e1' })])).toMatchObject({ kind: 'duplicate', revision: 1n });
    await one.append('a-1', 'any', [event({ id: 'late' })]);
    await setTimeout(1_100);
    const elsewhere = event({ id: 'late', text: 'of somebody else' });
    expect(await other.append('a-3', 'none', [elsewhere])).toMatchObject({ kind: 'conflict', index: 0 });
    expect(idsOf(await everything(one))).toEqual(['b', 'e0', 'e1', 'e2', 'late']);
  });

  test('a node that appends reads nothing back while another one follows the log', async () => {
    const { connection } = await double();
    const shared = open();
    const [one, other] = [await logOn(connection, { register: shared }), await logOn(connection, { register: shared })];
    await one.append('a-1', 'none', [event({ id: 'first' })]);
    const read = jest.spyOn(Reads.prototype, 'page');
    for (let i = 0; i < 15; i++) {
      await one.append('a-1', 'any', [event({ id: `e${i}` })]);
      read.mockClear();
      await other.head();
      expect(read).toHaveBeenCalled();
      read.mockClear();
      await setTimeout(100);
      await one.append('a-1', 'any', [event({ id: `f${i}` })]);
      expect(read).not.toHaveBeenCalled();
      await other.head();
    }
    read.mockRestore();
  });

  test('other content under an id that another node wrote a moment ago is a conflict, and never taken for written', async () => {
    const { connection } = await double();
    const shared = open();
    const [one, other] = [await logOn(connection, { register: shared }), await logOn(connection, { register: shared })];
    await one.append('a-1', 'none', [event({ id: 'e0', text: 'what he says' })]);
    for (const expected of ['none', 'any'] as const) {
      const outcome = await other.append('a-1', expected, [event({ id: 'e0', text: 'what she says' })]);
      expect(outcome).toMatchObject({ kind: 'conflict', index: 0 });
    }
    expect(await everything(other)).toHaveLength(1);
  });

  test.each([
    ['other content', 'conflict', (n: number) => `node ${n}`],
    ['the same', 'duplicate', () => 'both nodes'],
  ] as const)(
    'two nodes that write %s under one id to one new stream at once: one is first, the other hears of the %s',
    async (_what, heard, text) => {
      const { connection } = await double();
      const shared = open();
      const nodes = [await logOn(connection, { register: shared }), await logOn(connection, { register: shared })];
      for (let i = 0; i < 30; i++) {
        const outcomes = await Promise.all(
          nodes.map((log, n) => log.append(`a-${i}`, 'none', [event({ id: `e${i}`, text: text(n) })])),
        );
        expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['appended', heard]);
      }
      expect(await everything(nodes[0] as (typeof nodes)[0])).toHaveLength(30);
    },
  );

  test('what could not be written into the register is written by the next one who reads', async () => {
    const { connection } = await double();
    const register = open();
    const log = await logOn(connection, { register });
    await log.append('a-1', 'none', many('e', 3));
    const add = jest.spyOn(register, 'add').mockRejectedValueOnce(new Error('the line was cut'));
    await expect(log.head()).rejects.toThrow('the line was cut');
    add.mockRestore();
    await log.append('a-2', 'none', many('f', 2));
    expect(idsOf(await everything(log))).toEqual(['e0', 'e1', 'e2', 'f0', 'f1']);
    expect((await log.tree()).size).toBe(5n);
    expect(await log.verify({ deep: true })).toMatchObject({ ok: true, size: 5n });
    // Once is once also in another stream, which only the register knows.
    expect(await log.append('a-3', 'none', [event({ id: 'e1' })])).toMatchObject({ kind: 'duplicate' });
  });

  test('a register that is set back, as by an election, is filled again from where it stands', async () => {
    const { connection } = await double();
    let current = open();
    const register = new Proxy(current, {
      get: (_, name: keyof Register) => current[name].bind(current),
    });
    const log = await logOn(connection, { register });
    await log.append('a-1', 'none', many('e', 3));
    const before = await log.tree();
    await log.head();
    current = open();
    expect(await log.tree()).toEqual(before);
    expect(await log.verify({ deep: true })).toMatchObject({ ok: true, size: 3n });
    expect(idsOf(await everything(log))).toEqual(['e0', 'e1', 'e2']);
  });

  test('a register that lacks what its checkpoint covers is damaged', async () => {
    const { connection } = await double();
    const register = open();
    const log = await logOn(connection, { register });
    await log.appendBatch(singly('a-1', many('e', 3)));
    await log.head();
    const leaves = jest.spyOn(register, 'leaves').mockResolvedValue([]);
    await expect(logOn(connection, { register })).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('remove the register'),
    });
    leaves.mockRestore();
    expect((await logOn(connection, { register })).id).toBe(log.id);
    const all = await register.leaves(1, 10);
    const [, second] = all;
    jest.spyOn(register, 'leaves').mockResolvedValue(all.filter((leaf) => leaf !== second));
    expect(await log.verify()).toEqual({
      ok: false,
      broken: { position: second?.position, what: 'the register never saw this event' },
    });
  });

  test('a register that is lost is made again from the log, to the same checkpoint', async () => {
    const { connection } = await double();
    const first = open();
    const log = await logOn(connection, { register: first });
    await log.appendBatch(singly('a-1', many('e', 1_500)));
    await log.head();
    const again = open();
    const reader = await EsdbReader.openReader({ connection, tenant: 'acme', register: again });
    atEnd(() => reader.close());
    expect(await reader.tree()).toEqual(await log.tree());
    expect({ ...(await again.checkpoint()), scanned: 0n }).toEqual({ ...(await first.checkpoint()), scanned: 0n });
    expect(await again.leaves(1, 2_000)).toMatchObject(
      (await first.leaves(1, 2_000)).map(({ position }) => ({ position })),
    );
    expect(await reader.find('shop', 'e1499')).toEqual(await log.find('shop', 'e1499'));
  });

  test('entries written twice, and checkpoints that come late, change nothing', async () => {
    const { connection } = await double();
    const register = open();
    const log = await logOn(connection, { register });
    await log.appendBatch(singly('a-1', many('e', 5)));
    const early = await register.checkpoint();
    await log.head();
    const late = await register.checkpoint();
    const leaves = await register.leaves(1, 10);
    await register.add([], early);
    expect(await register.checkpoint()).toEqual(late);
    expect(await register.leaves(1, 10)).toEqual(leaves);
  });

  test('a register of another log, or of a history the server does not hold, is refused', async () => {
    const [here, there] = [await double(), await double()];
    const register = open();
    const log = await logOn(here.connection, { register });
    const then = here.records.backup();
    await log.append('a-1', 'none', [event({ id: '1' })]);
    await log.head();
    await expect(logOn(there.connection, { register })).rejects.toMatchObject({ code: 'damaged' });
    here.records.restore(then);
    await expect(logOn(here.connection, { register })).rejects.toMatchObject({ code: 'damaged' });
  });
});

test('while the register is away appends fail in plain words, and go on when it is back', async () => {
  const { connection } = await double();
  const register = new MemoryRegister();
  const log = await logOn(connection, { register });
  await log.append('a-1', 'none', [event({ id: '1' })]);
  const find = jest.spyOn(register, 'find').mockRejectedValue(new Error('no connection to the register'));
  const outcome = await log.append('a-1', 0n, [event({ id: '2' })]);
  expect(outcome).toEqual({
    kind: 'failed',
    reason: 'nothing was sent: no connection to the register',
    away: true,
  });
  find.mockRestore();
  expect(await log.append('a-1', 0n, [event({ id: '2' })])).toMatchObject({ kind: 'appended', revision: 1n });
});

test('tenants on one server have a log, ids and a tree of their own', async () => {
  const { connection } = await double();
  const logs = await Promise.all(['a', 'ab', 'a-b'].map((tenant) => logOn(connection, { tenant })));
  for (let i = 0; i < 30; i++)
    for (const log of logs) await log.append('s-1', 'any', [event({ id: `e${i}`, text: log.id })]);
  for (const log of logs) {
    const events = await everything(log);
    expect(idsOf(events)).toEqual(many('e', 30).map((e) => e.clientId));
    expect(events.every((e) => Buffer.from(e.bytes).includes(log.id))).toBe(true);
    expect(await placed(log, await log.head())).toMatchObject({ position: 30n });
    expect(await log.verify({ deep: true })).toMatchObject({ ok: true, size: 30n });
  }
  expect(new Set(logs.map((log) => log.id)).size).toBe(3);
  for (const tenant of ['', 'A', 'a.b', '$a', '-a']) {
    await expect(logOn(connection, { tenant })).rejects.toMatchObject({ code: 'not-a-log' });
  }
});

test('a follower gets the events of its tenant, and the server leaves out the others for it', async () => {
  const server = await double();
  const { connection } = server;
  const [one, other] = [await logOn(connection, { tenant: 'a' }), await logOn(connection, { tenant: 'b' })];
  const followed = (async () => {
    for await (const { events } of one.follow(0n)) if (events.length > 0) return idsOf(events);
    return [];
  })();
  await other.appendBatch(singly('s-1', many('o', 100)));
  await one.append('s-1', 'none', [event({ id: 'mine' })]);
  expect(await followed).toEqual(['mine']);
  await until(() => server.faults.filters.length > 0);
  expect(server.faults.filters).toContainEqual(['a.']);
  expect(server.faults.filters).not.toContainEqual([]);
});

test('a log opens only with the keys it was founded with, and only where there is one', async () => {
  const { connection } = await double();
  const register = () => new MemoryRegister();
  await expect(logOn(connection, { create: false })).rejects.toMatchObject({ code: 'not-a-log' });
  const log = await logOn(connection, { keyCheck: Buffer.from('right') });
  const again = await logOn(connection, { keyCheck: Buffer.from('right'), register: register() });
  expect(again.id).toBe(log.id);
  await expect(logOn(connection, { keyCheck: Buffer.from('wrong') })).rejects.toMatchObject({ code: 'wrong-keys' });
});

test('a cluster is found by its gossip, and the leader is written to', async () => {
  const leader = await double();
  const follower = await double({ records: leader.records });
  follower.faults.leader = { host: '127.0.0.1', port: leader.wire.port };
  follower.members = [
    { port: follower.wire.port, leader: false },
    { port: leader.wire.port, leader: true },
  ];
  const seed = `esdb+discover://127.0.0.1:${follower.wire.port}?tls=false`;
  const log = await logOn(seed);
  expect(await log.append('a-1', 'none', [event({ id: '1' })])).toMatchObject({ kind: 'appended' });
  expect(idsOf(await everything(log))).toEqual(['1']);
});

test('verify names what was changed, removed or put in behind the log’s back', async () => {
  const server = await double();
  const log = await logOn(server.connection);
  await log.appendBatch(singly('a-1', many('e', 10)));
  const { events } = await log.readAll(0n);
  const { records } = server;
  const at = records.all.findIndex((one) => one.position === events[4]?.position);
  const [whole] = records.all.splice(at, 1);
  expect(await log.verify()).toEqual({
    ok: false,
    broken: { position: events[4]?.position, what: 'this event is gone from the server' },
  });
  const text = whole?.wire.toString('latin1').replace('"text":"a"', '"text":"b"') ?? '';
  records.all.splice(at, 0, { ...(whole as (typeof records.all)[0]), wire: Buffer.from(text, 'latin1') });
  expect(await log.verify()).toEqual({
    ok: false,
    broken: { position: events[4]?.position, what: 'the bytes of this event do not fit its hash' },
  });
});

test('what another node wrote into the register meanwhile is not written again', async () => {
  const { connection } = await double();
  const shared = new MemoryRegister();
  const one = await logOn(connection, { register: shared });
  let written = 0;
  const late = new Proxy(shared, {
    get: (target, member) => {
      const checkpoint = async () => {
        const before = await target.checkpoint();
        await one.head();
        return before;
      };
      const add: Register['add'] = async (entries, to) => {
        written += entries.length;
        await target.add(entries, to);
      };
      const found: unknown = Reflect.get(target, member);
      return member === 'checkpoint' ? checkpoint : member === 'add' ? add : found;
    },
  });
  const other = await logOn(connection, { register: late });
  for (let i = 0; i < 5; i++) await one.append('a-1', 'any', [event({ id: `e${i}`, recordedAt: NOON + i })]);
  expect((await everything(other)).map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n, 4n]);
  expect(written).toBe(0);
});
