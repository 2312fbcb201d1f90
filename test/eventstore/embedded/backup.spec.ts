/** A backup while others write, and what a restore believes. */
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, restoreLog } from '../../../eventstore/embedded/backup';
import { EmbeddedLog } from '../../../eventstore/embedded/log';
import { everything, event, idsOf, many, singly } from '../../contract/log/events';
import { folder } from '../../folder';

let path: string;
let remove: () => void;
beforeEach(() => {
  ({ path, remove } = folder());
});
afterEach(() => remove());

const at = (name: string) => join(path, name);
const manifestOf = (name: string) => JSON.parse(readFileSync(join(at(name), 'manifest.json'), 'utf8')) as Manifest;

async function logWithBackup(): Promise<void> {
  const log = await EmbeddedLog.open(at('log'));
  await log.appendBatch(singly('a-1', many('e', 2_000)));
  await log.backup(at('copy'), [{ name: 'keys.db', copy: async (to) => writeFileSync(to, 'keys') }]);
  await log.close();
}

test('a backup taken while appends run is the log as of one moment, and a restore gives that back', async () => {
  const log = await EmbeddedLog.open(at('log'));
  await log.appendBatch(singly('a-1', many('e', 3_000)));
  const work = { running: true };
  const writer = (async () => {
    let written = 0;
    while (work.running) await log.appendBatch(singly('a-2', many(`w${written++}-`, 50)));
    return written * 50;
  })();
  const head = await log.backup(at('copy'));
  work.running = false;
  const written = await writer;
  const events = await everything(log);
  expect(events).toHaveLength(3_000 + written);
  await log.close();

  const manifest = await restoreLog(at('copy'), at('back'));
  expect(manifest).toMatchObject({
    logId: log.id,
    size: String(head.size),
    root: Buffer.from(head.root).toString('hex'),
  });
  const back = await EmbeddedLog.open(at('back'), { create: false });
  expect(back.id).toBe(log.id);
  expect(await everything(back)).toEqual(events.slice(0, Number(head.size)));
  expect(await back.tree()).toEqual(head);
  expect(await back.append('a-1', 'any', [event({ id: 'after' })])).toMatchObject({
    kind: 'appended',
    position: head.size + 1n,
  });
  await back.close();
});

test('other files of the host go with the log, and both must be what was backed up', async () => {
  await logWithBackup();
  expect(Object.keys(manifestOf('copy').files)).toEqual(['log.db', 'keys.db']);
  await restoreLog(at('copy'), at('back'));
  expect(readFileSync(join(at('back'), 'keys.db'), 'utf8')).toBe('keys');
  appendFileSync(join(at('copy'), 'keys.db'), '!');
  await expect(restoreLog(at('copy'), at('again'))).rejects.toMatchObject({ code: 'damaged' });
  expect(existsSync(at('again'))).toBe(false);
});

test('neither a backup nor a restore writes into a folder that holds something', async () => {
  await logWithBackup();
  const log = await EmbeddedLog.open(at('log'));
  await expect(log.backup(at('copy'))).rejects.toMatchObject({ code: 'not-empty' });
  await log.close();
  await expect(restoreLog(at('copy'), at('log'))).rejects.toMatchObject({ code: 'not-empty' });
});

test('a folder without a manifest is no backup, however much it looks like one', async () => {
  await logWithBackup();
  rmSync(join(at('copy'), 'manifest.json'));
  await expect(restoreLog(at('copy'), at('back'))).rejects.toMatchObject({ code: 'not-a-log' });
});

test('a manifest that was changed to fit a changed log is found out by the tree', async () => {
  await logWithBackup();
  const manifest = manifestOf('copy');
  writeFileSync(join(at('copy'), 'manifest.json'), JSON.stringify({ ...manifest, root: '00'.repeat(32) }));
  await expect(restoreLog(at('copy'), at('back'))).rejects.toThrow('not the one its manifest describes');
  expect(readdirSync(at('back'))).toEqual([]);
});

test('a manifest cannot name files outside of its folder', async () => {
  await logWithBackup();
  const manifest = manifestOf('copy');
  writeFileSync(
    join(at('copy'), 'manifest.json'),
    JSON.stringify({ ...manifest, files: { ...manifest.files, '../log/log.db': 'x' } }),
  );
  await expect(restoreLog(at('copy'), at('back'))).rejects.toThrow('no name of a file in a backup');
});

test('a log without events can be backed up and restored', async () => {
  const log = await EmbeddedLog.open(at('log'));
  expect((await log.backup(at('copy'))).size).toBe(0n);
  await log.close();
  await restoreLog(at('copy'), at('back'));
  const back = await EmbeddedLog.open(at('back'));
  expect(idsOf(await everything(back))).toEqual([]);
  await back.close();
});
