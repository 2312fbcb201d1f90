/** Somebody with an editor for SQLite files changed log.db: verify finds it and names the first broken place. */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedLog } from '../../../eventstore/embedded/log';
import { EmbeddedReader } from '../../../eventstore/embedded/reader';
import { closeWritten, type Database, openDatabase } from '../../../eventstore/sqlite';
import { leafHash } from '../../../eventstore/tree';
import { columnsOf, event, NOON, singly } from '../../contract/log/events';
import { folder } from '../../folder';

const { path, remove } = folder();
const good = join(path, 'good');
const EVENTS = 3_000;

beforeAll(async () => {
  const log = await EmbeddedLog.open(good);
  const events = Array.from({ length: EVENTS }, (_, i) => event({ id: `e${i}`, text: `t${i}`, recordedAt: NOON + i }));
  await log.appendBatch(singly('a-1', events.slice(0, 1_500)));
  await log.appendBatch(singly('b-1', events.slice(1_500)));
  await log.close();
});
afterAll(remove);

/** What verify finds in a copy of the log that `tamper` was let loose on. */
async function foundAfter(tamper: (db: Database) => void, { deep = false } = {}) {
  for (const file of ['log.db', 'log.db-wal', 'log.db-shm']) rmSync(join(path, file), { force: true });
  copyFileSync(join(good, 'log.db'), join(path, 'log.db'));
  const db = openDatabase(join(path, 'log.db'));
  tamper(db);
  closeWritten(db);
  const reader = new EmbeddedReader(path, { columnsOf });
  try {
    const verdict = await reader.verify({ deep });
    return verdict.ok ? 'nothing' : { position: verdict.broken.position, what: verdict.broken.what };
  } finally {
    await reader.close();
  }
}

const bytesAt = (db: Database, position: number): Uint8Array =>
  (db.prepare('SELECT bytes FROM events WHERE position = ?').get(position) as { bytes: Uint8Array }).bytes;

/** Other bytes under a leaf that fits them: what a careful forger writes. */
function forge(db: Database, position: number): void {
  const bytes = Uint8Array.from(bytesAt(db, position));
  bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
  db.prepare('UPDATE events SET bytes = ?, leaf = ? WHERE position = ?').run(bytes, leafHash(bytes), position);
}

test('an untouched log has nothing to find', async () => {
  expect(await foundAfter(() => {}, { deep: true })).toBe('nothing');
});

test('one flipped bit in an event is found at that event', async () => {
  const found = await foundAfter((db) => {
    const bytes = Uint8Array.from(bytesAt(db, 1_234));
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    db.prepare('UPDATE events SET bytes = ? WHERE position = 1234').run(bytes);
  });
  expect(found).toEqual({ position: 1_234n, what: 'the bytes of this event do not fit its hash' });
});

test('an event forged together with its hash is found in the 1,024 events around it', async () => {
  const found = await foundAfter((db) => forge(db, 1_500));
  expect(found).toMatchObject({ position: 1_025n, what: expect.stringContaining('1025 to 2048') as string });
});

test('an event forged after the last complete 1,024 is found through the saved frontier', async () => {
  const found = await foundAfter((db) => forge(db, 2_990));
  expect(found).toMatchObject({ position: 2_977n, what: expect.stringContaining('2977 to 2992') as string });
});

test('a forger who also removes the saved hash of the subtree is found there', async () => {
  const found = await foundAfter((db) => {
    forge(db, 10);
    db.exec('DELETE FROM nodes');
  });
  expect(found).toMatchObject({ position: 1n, what: expect.stringContaining('which is gone') as string });
});

test('an event deleted in the middle is missed', async () => {
  const found = await foundAfter((db) => db.exec('DELETE FROM events WHERE position = 2000'));
  expect(found).toEqual({ position: 2_000n, what: 'this event is missing' });
});

test('a tail that was cut off is missed', async () => {
  const found = await foundAfter((db) => db.exec('DELETE FROM events WHERE position > 2995'));
  expect(found).toMatchObject({
    position: 2_996n,
    what: expect.stringContaining('3000 events were committed') as string,
  });
  expect(await foundAfter((db) => db.exec('DELETE FROM events'))).toMatchObject({ position: 1n });
});

test('two events that changed places are found', async () => {
  const swap = (db: Database) => {
    db.exec('UPDATE events SET position = -1 WHERE position = 100');
    db.exec('UPDATE events SET position = 100 WHERE position = 101');
    db.exec('UPDATE events SET position = 101 WHERE position = -1');
  };
  expect(await foundAfter(swap)).toMatchObject({ position: 1n, what: expect.stringContaining('1 to 1024') as string });
});

test('an event that was slipped in behind the last one is found', async () => {
  const found = await foundAfter((db) =>
    db.exec(`INSERT INTO events SELECT 3001, stream, 9999, type, source, 'new', fingerprint, occurred_at, recorded_at, leaf, bytes
             FROM events WHERE position = 3000`),
  );
  expect(found).toEqual({ position: 3_001n, what: 'this event was never committed by the log' });
});

test.each([
  [
    'type',
    `INSERT INTO types VALUES (99, 'Other'); UPDATE events SET type = 99 WHERE position = 7`,
    'its bytes say PurchaseMade',
  ],
  [
    'source',
    `INSERT INTO sources VALUES (99, 'till'); UPDATE events SET source = 99 WHERE position = 7`,
    'its bytes say shop',
  ],
  ['client id', `UPDATE events SET client_id = 'other' WHERE position = 7`, 'its bytes say e6'],
  ['hash', `UPDATE events SET leaf = x'00' WHERE position = 7`, 'does not fit its bytes'],
  ['occurredAt', 'UPDATE events SET occurred_at = occurred_at - 1 WHERE position = 7', 'occurredAt'],
  ['recordedAt', 'UPDATE events SET recorded_at = recorded_at + 100000 WHERE position = 7', 'recordedAt'],
  ['revision', 'UPDATE events SET revision = 9000 WHERE position = 7', 'revision 8999'],
  ['stream', 'UPDATE events SET stream = 2, revision = 1600 WHERE position = 7', 'revision 1599'],
  ['name of a stream', 'DELETE FROM streams WHERE id = 2', 'is gone'],
])('a changed %s is found by a deep verify only', async (_, sql, what) => {
  expect(await foundAfter((db) => db.exec(sql))).toBe('nothing');
  expect(await foundAfter((db) => db.exec(sql), { deep: true })).toMatchObject({
    what: expect.stringContaining(what) as string,
  });
});
