/** Who may open a folder, and what they are told when they may not. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedLog } from '../../../eventstore/embedded/log';
import { readOwner } from '../../../eventstore/embedded/owner';
import { EmbeddedReader } from '../../../eventstore/embedded/reader';
import { openDatabase } from '../../../eventstore/sqlite';
import { event, everything, idsOf, many, singly } from '../../contract/log/events';
import { folder } from '../../folder';

let path: string;
let remove: () => void;
beforeEach(() => {
  ({ path, remove } = folder());
});
afterEach(() => remove());

const inFolder = async (
  work: (log: EmbeddedLog) => Promise<void>,
  options?: Parameters<typeof EmbeddedLog.open>[1],
) => {
  const log = await EmbeddedLog.open(path, options);
  try {
    await work(log);
  } finally {
    await log.close();
  }
};

test('a folder has one owner; the second is told who that is and what to do', async () => {
  await inFolder(async (log) => {
    await expect(EmbeddedLog.open(path)).rejects.toMatchObject({
      code: 'owned',
      message: expect.stringMatching(new RegExp(`process ${process.pid} .*stop it first, or only read`)) as string,
    });
    log.announce('http://127.0.0.1:4100');
    expect(readOwner(path)).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:4100' });
    await expect(EmbeddedLog.open(path)).rejects.toThrow('write through it at http://127.0.0.1:4100');
  });
  await inFolder(async () => {});
  expect(readOwner(path)).toBeUndefined();
});

test('a note left behind by a killed owner locks nobody out', async () => {
  await inFolder(async () => {});
  writeFileSync(join(path, 'owner.json'), JSON.stringify({ pid: 1, since: 'long ago' }));
  await inFolder(async (log) => expect(log.folder).toBe(path));
});

test('a reader beside the owner sees each commit, and can still read when the owner is gone', async () => {
  const reader = await (async () => {
    const log = await EmbeddedLog.open(path);
    const beside = new EmbeddedReader(path);
    expect(beside.id).toBe(log.id);
    for (const id of ['1', '2', '3']) {
      await log.append('a-1', 'any', [event({ id })]);
      expect((await beside.head()).position).toBe(BigInt(id));
    }
    await log.close();
    return beside;
  })();
  expect(idsOf(await everything(reader))).toEqual(['1', '2', '3']);
  expect(await reader.verify({ deep: true })).toMatchObject({ ok: true, size: 3n });
  await reader.close();
  const alone = new EmbeddedReader(path);
  expect(idsOf((await alone.read('a-1')).events)).toEqual(['1', '2', '3']);
  await alone.close();
});

test('a log opens only with the keys it was created with', async () => {
  const keyCheck = Uint8Array.of(1, 2, 3);
  await inFolder(async () => {}, { keyCheck });
  const wrong = { keyCheck: Uint8Array.of(1, 2, 4) };
  await expect(EmbeddedLog.open(path, wrong)).rejects.toMatchObject({ code: 'wrong-keys' });
  expect(() => new EmbeddedReader(path, wrong)).toThrow('put back the keys');
  await inFolder(async () => {}, { keyCheck });
});

test('a log of a newer format is not touched', async () => {
  await inFolder(async () => {});
  const db = openDatabase(join(path, 'log.db'));
  db.exec(`UPDATE meta SET value = 2 WHERE key = 'format'`);
  db.close();
  await expect(EmbeddedLog.open(path)).rejects.toMatchObject({ code: 'newer-format' });
  expect(() => new EmbeddedReader(path)).toThrow(/has format 2, this version reads up to 1/);
});

test('what is no log is not taken for one', async () => {
  expect(() => new EmbeddedReader(path)).toThrow('holds no log.db');
  await expect(EmbeddedLog.open(path, { create: false })).rejects.toMatchObject({ code: 'not-a-log' });
  expect(readdirSync(path)).toEqual([]);
  writeFileSync(join(path, 'log.db'), 'Dear diary, today I was taken for a database by somebody. '.repeat(100));
  await expect(EmbeddedLog.open(path)).rejects.toMatchObject({ code: 'not-a-log' });
  expect(() => new EmbeddedReader(path)).toThrow(/cannot be read as a log/);
  const other = join(path, 'other');
  mkdirSync(other);
  const db = openDatabase(join(other, 'log.db'));
  db.exec('CREATE TABLE recipes (name TEXT)');
  db.close();
  await expect(EmbeddedLog.open(other)).rejects.toThrow('but not that of a log');
});

test('a crash before the tables were committed leaves a folder that still opens', async () => {
  writeFileSync(join(path, 'log.db'), '');
  await inFolder(async (log) => expect((await log.head()).position).toBe(0n));
});

test('a stream of 100,000 facts is read in pages, from any revision, in both directions (F22)', async () => {
  await inFolder(async (log) => {
    const events = many('e', 100_000, { text: '' });
    for (let i = 0; i < events.length; i += 10_000) await log.appendBatch(singly('a-1', events.slice(i, i + 10_000)));
    let seen = 0n;
    for (;;) {
      const page = await log.read('a-1', { from: seen, limit: 9_999 });
      expect(page.events[0]?.revision).toBe(seen);
      seen += BigInt(page.events.length);
      if (page.end) break;
    }
    expect(seen).toBe(100_000n);
    const back = await log.read('a-1', { direction: 'backward', from: 50_000n, limit: 3 });
    expect(idsOf(back.events)).toEqual(['e50000', 'e49999', 'e49998']);
    expect(await log.append('a-1', 99_999n, [event({ id: 'next' })])).toMatchObject({
      kind: 'appended',
      revision: 100_000n,
    });
    expect(await log.append('a-1', 'any', [event({ id: 'e77', text: '' })])).toMatchObject({
      kind: 'duplicate',
      revision: 77n,
    });
  });
});

test('a page of large events ends early rather than filling the memory', async () => {
  await inFolder(async (log) => {
    const large = Array.from({ length: 40 }, (_, i) => event({ id: `e${i}`, text: 'x'.repeat(1_000_000) }));
    await log.appendBatch(singly('a-1', large));
    const page = await log.readAll(0n);
    expect(page.events.length).toBeLessThan(40);
    expect(page).toMatchObject({ end: false, next: page.events.at(-1)?.position });
    expect(idsOf(await everything(log))).toEqual(large.map((e) => e.clientId));
    const first = await log.read('a-1');
    expect(first.end).toBe(false);
    const rest = await log.read('a-1', { from: BigInt(first.events.length) });
    expect(rest.events[0]?.revision).toBe(BigInt(first.events.length));
  });
});
