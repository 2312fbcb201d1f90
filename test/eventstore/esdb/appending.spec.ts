/** Each defect of the client of EventStoreDB that can hurt an append: what the client does by itself, and what the log does. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { WrongExpectedVersionError } from '@eventstore/db-client';
import { MemoryRegister } from '../../../eventstore/esdb/register-memory';
import { LogError, type Outcome } from '../../../eventstore/store';
import type { AppendFault } from '../../doubles/esdb/faults';
import { event, everything, idsOf, many, singly } from '../../contract/log/events';
import { until } from '../../until';
import { bare, double, logOn, plain, soon } from './opened';

const kinds = (outcomes: readonly Outcome[]): string[] => outcomes.map((o) => o.kind);

describe('an append whose connection dies (F1)', () => {
  test('one failing connection rejects what every client of the process has in flight', async () => {
    const [well, ill] = [await double(), await double()];
    const [one, other] = [bare(well.connection), bare(ill.connection)];
    await Promise.all([one, other].map((client) => client.appendToStream('s', plain(randomUUID()))));
    well.faults.appends.push('hang');
    const waiting = one.appendToStream('s', plain(randomUUID())).catch((error: unknown) => error);
    expect(await soon(waiting, 100)).toBe('pending');
    ill.wire.unplug();
    expect(await waiting).toBeInstanceOf(Error);
  });

  test('the log sends it again with the same ids and revision: nothing is lost, nothing doubled', async () => {
    const [well, ill] = [await double(), await double()];
    const log = await logOn(well.connection);
    const other = bare(ill.connection);
    await other.appendToStream('s', plain(randomUUID()));
    well.faults.appends.push('lose-answer', 'hang');
    const appends = log.appendBatch(singly('order-1', many('e', 20)));
    await until(() => well.faults.appends.length === 0);
    ill.wire.unplug();
    expect(new Set(kinds(await appends))).toEqual(new Set(['appended']));
    expect(idsOf(await everything(log))).toEqual(many('e', 20).map((e) => e.clientId));
  });

  test('connections that are cut all the time lose and double nothing either', async () => {
    const server = await double();
    const log = await logOn(server.connection, { patience: 20_000 });
    const appends = log.appendBatch(
      many('e', 200).map((e, i) => ({ stream: `s-${i % 7}`, expected: 'any', events: [e] })),
    );
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, 15));
      server.wire.cut();
    }
    expect(new Set(kinds(await appends))).toEqual(new Set(['appended']));
    expect(idsOf(await everything(log)).sort()).toEqual(
      many('e', 200)
        .map((e) => e.clientId)
        .sort(),
    );
  });
});

describe('a payload that cannot be serialised (F2)', () => {
  const script = `
    const { EventStoreDBClient } = require('@eventstore/db-client');
    const client = EventStoreDBClient.connectionString(process.argv[1]);
    const event = { id: '${randomUUID()}', contentType: 'application/json', type: 'T', data: { a: 1n } };
    const settled = client.appendToStream('s', event).then(() => 'written', () => 'rejected');
    const later = new Promise((resolve) => setTimeout(resolve, 300, 'pending'));
    Promise.race([settled, later]).then((what) => { console.log(what); process.exit(); });`;

  test('leaves the promise of the client pending for ever', async () => {
    const { connection } = await double();
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--unhandled-rejections=none',
      '-e',
      script,
      connection,
    ]);
    expect(stdout.trim()).toBe('pending');
  });

  test('never reaches the client from the log: it hands over bytes, and refuses what could be none', async () => {
    const log = await logOn((await double()).connection);
    const good = event({ id: '1' });
    await expect(log.append('order-1', 'any', [{ ...good, type: '\ud800' }])).rejects.toMatchObject({
      code: 'bad-event',
    });
    expect(kinds([await log.append('order-1', 'none', [good])])).toEqual(['appended']);
  });
});

describe('a conflict (F3)', () => {
  test('told as a result, the client says the stream is at 1, wherever it is', async () => {
    const { connection } = await double();
    const client = bare(`${connection}&throwOnAppendFailure=false`);
    for (const id of many('e', 5)) await client.appendToStream('s', { ...plain(randomUUID()), type: id.clientId });
    const result = await client.appendToStream('s', plain(randomUUID()), { expectedRevision: 'no_stream' });
    expect(result).toMatchObject({ success: false, nextExpectedRevision: 1n });
  });

  test.each(['', '&throwOnAppendFailure=false'])('the log says where the stream is (%s)', async (option) => {
    const { connection } = await double();
    const [one, other] = [await logOn(connection + option), await logOn(connection + option)];
    await one.append('order-1', 'none', many('e', 3));
    // The other node believes the stream to be where it read it, while the first one goes on.
    expect(await other.append('order-1', 2n, [event({ id: 'o' })])).toMatchObject({ kind: 'appended', revision: 3n });
    expect(await one.append('order-1', 2n, [event({ id: 'x' })])).toEqual({ kind: 'wrong-version', actual: 3n });
    expect(await other.append('order-1', 'any', [event({ id: 'p' })])).toMatchObject({ revision: 4n });
    expect(await one.append('order-1', 'any', [event({ id: 'y' })])).toMatchObject({ revision: 5n });
  });

  test('a server that reports a conflict where there is none costs a second look, no more', async () => {
    const server = await double();
    const log = await logOn(server.connection);
    server.faults.appends.push('conflict');
    expect(await log.append('order-1', 'none', [event({ id: '1' })])).toMatchObject({ kind: 'appended', revision: 0n });
  });
});

describe('a server that never answers (F4)', () => {
  test('is waited for by the client far beyond the deadline', async () => {
    const server = await double();
    server.faults.appends.push('hang');
    const waiting = bare(server.connection).appendToStream('s', plain(randomUUID()), { deadline: 50 });
    waiting.catch(() => {});
    expect(await soon(waiting, 1_000)).toBe('pending');
  });

  test.each<AppendFault>(['hang', 'lose-answer', 'time-out', 'fail'])(
    'an append that expired is unknown, and sent again until it is known (%s, F9)',
    async (fault) => {
      const server = await double();
      const log = await logOn(server.connection);
      await log.append('order-1', 'none', [event({ id: '0' })]);
      server.faults.appends.push(fault, fault);
      const outcome = await log.append('order-1', 0n, many('e', 2));
      const events = await everything(log);
      expect(idsOf(events)).toEqual(['0', 'e0', 'e1']);
      expect(outcome).toMatchObject({ kind: 'appended', revision: 2n, position: events[2]?.position });
    },
  );

  test('a first attempt that is committed after the second one is written once', async () => {
    const server = await double();
    const log = await logOn(server.connection);
    server.faults.appends.push('commit-late');
    expect(await log.append('order-1', 'none', many('e', 2))).toMatchObject({ kind: 'appended', revision: 1n });
    server.faults.release();
    expect(await log.append('order-1', 1n, [event({ id: 'x' })])).toMatchObject({ kind: 'appended', revision: 2n });
    expect(idsOf(await everything(log))).toEqual(['e0', 'e1', 'x']);
  });

  test('while it stays away an append fails in plain words, and the same ids again are told the truth', async () => {
    const server = await double();
    const log = await logOn(server.connection, { deadline: 100, patience: 300 });
    await log.append('order-1', 'none', [event({ id: '0' })]);
    server.faults.appends.push('lose-answer');
    const outcome = log.append('order-1', 0n, [event({ id: '1' })]);
    await until(() => server.faults.appends.length === 0);
    server.wire.unplug();
    expect(await outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('outcome is unknown') });
    server.wire.mend();
    expect(await log.append('order-1', 0n, [event({ id: '1' })])).toMatchObject({ kind: 'duplicate', revision: 1n });
  });

  test('a connection that hangs is left for a new one', async () => {
    const server = await double();
    const log = await logOn(server.connection);
    await log.append('order-1', 'none', [event({ id: '0' })]);
    server.wire.stall();
    const outcome = log.append('order-1', 0n, [event({ id: '1' })]);
    setTimeout(() => server.wire.mend(), 700);
    expect(await outcome).toMatchObject({ kind: 'appended', revision: 1n });
  });
});

describe('a first call that fails (F5)', () => {
  test('is remembered by the client for ever', async () => {
    const server = await double();
    server.faults.capabilities = 1;
    const client = bare(server.connection);
    for (let i = 0; i < 3; i++)
      await expect(client.appendToStream('s', plain(randomUUID()))).rejects.toThrow('starting up');
  });

  test('costs the log a new client, and nothing else', async () => {
    const server = await double();
    server.faults.capabilities = 2;
    const log = await logOn(server.connection);
    expect(await log.append('order-1', 'none', [event({ id: '1' })])).toMatchObject({ kind: 'appended' });
  });
});

describe('what the server refuses', () => {
  test('is answered at once and not tried again', async () => {
    const server = await double();
    const log = await logOn(server.connection);
    server.faults.appends.push('refuse', 'refuse');
    const outcome = await log.append('order-1', 'none', [event({ id: '1' })]);
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('refused') });
    expect(server.faults.appends).toEqual(['refuse']);
  });

  test('after an attempt without an answer a refusal does not say that nothing was written', async () => {
    const server = await double();
    const log = await logOn(server.connection);
    server.faults.appends.push('lose-answer', 'refuse');
    const outcome = await log.append('order-1', 'none', [event({ id: '1' })]);
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('refused'), away: true });
    expect(idsOf(await everything(log))).toEqual(['1']);
    server.faults.appends.push('refuse');
    expect(await log.append('order-2', 'none', [event({ id: '2' })])).not.toHaveProperty('away');
  });

  test('an append that is too large for it says so, and leaves the stream usable', async () => {
    const log = await logOn((await double()).connection);
    const outcome = await log.append('order-1', 'none', [event({ id: '1', text: 'x'.repeat(1_100_000) })]);
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('MaxAppendSize') });
    expect(await log.append('order-1', 'none', [event({ id: '2' })])).toMatchObject({ kind: 'appended' });
  });

  test('a node that is not the leader names it, and the append arrives there', async () => {
    const leader = await double();
    const follower = await double({ records: leader.records });
    const log = await logOn(follower.connection);
    follower.faults.leader = { host: '127.0.0.1', port: leader.wire.port };
    expect(await log.append('order-1', 'none', [event({ id: '1' })])).toMatchObject({ kind: 'appended' });
    leader.faults.appends.push('hang');
    const heard = log.append('order-1', 0n, [event({ id: '2' })]);
    await until(() => leader.faults.appends.length === 0);
    expect(await heard).toMatchObject({ kind: 'appended', revision: 1n });
  });
});

test('credentials of one call take the slow path of the client, one append a call', async () => {
  const server = await double();
  server.faults.appends.push('refuse');
  const options = { credentials: { username: 'u', password: 'p' } };
  await bare(server.connection).appendToStream('s', plain(randomUUID()), options);
  expect(server.faults.appends).toEqual(['refuse']);
});

test('what is in flight is bounded for the whole process, and nothing is lost by that', async () => {
  const server = await double();
  const log = await logOn(server.connection, { deadline: 60_000 });
  await log.append('a-0', 'none', [event({ id: 'first' })]);
  const count = 3_000;
  server.faults.appends.push(...Array<AppendFault>(count).fill('answer-late'));
  const outcomes = log.appendBatch(
    many('e', count).map((e, i) => ({ stream: `s-${i}`, expected: 'any', events: [e] })),
  );
  await until(() => server.faults.appends.length === count - 256);
  expect(await soon(outcomes, 100)).toBe('pending');
  expect(server.faults.appends).toHaveLength(count - 256);
  const releasing = setInterval(() => server.faults.release(), 5);
  expect(new Set(kinds(await outcomes))).toEqual(new Set(['appended']));
  clearInterval(releasing);
});

test.each([WrongExpectedVersionError])('%p is the error that carries the actual revision', async (kind) => {
  const client = bare((await double()).connection);
  await client.appendToStream('s', [plain(randomUUID()), plain(randomUUID()), plain(randomUUID())]);
  const failed = client.appendToStream('s', plain(randomUUID()), { expectedRevision: 'no_stream' });
  await expect(failed).rejects.toBeInstanceOf(kind);
  await expect(failed).rejects.toMatchObject({ actualVersion: 2n });
});

test('a register that is damaged is not away; one that lacks what was written leaves that open', async () => {
  const register = new MemoryRegister();
  const log = await logOn((await double()).connection, { register });
  await log.append('order-1', 'none', [event({ id: '1' })]);
  const find = jest.spyOn(register, 'find').mockRejectedValueOnce(new LogError('damaged', 'a row is missing'));
  const damaged = await log.append('order-2', 'none', [event({ id: '2' })]);
  expect(damaged).toEqual({ kind: 'failed', reason: 'nothing was sent: a row is missing', code: 'damaged' });
  find.mockResolvedValue([undefined]);
  const lacking = await log.append('order-1', 'any', [event({ id: '1' })]);
  expect(lacking).toMatchObject({ kind: 'failed', reason: expect.stringContaining('does not hold'), away: true });
});
