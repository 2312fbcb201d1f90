/** What the views in SQLite promise beyond the contract: they survive, and what is taken away is gone from the disk. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../eventstore/sqlite';
import { EmbeddedViewStore, openViewReader } from '../../src/views/embedded';
import { batch, doc, entry, id, newest } from '../contract/views/given';
import { folder } from '../folder';

describe('views in SQLite', () => {
  const { path, remove } = folder();
  let store: EmbeddedViewStore;

  beforeEach(() => {
    store = EmbeddedViewStore.open(path);
  });
  afterEach(async () => {
    await store.close();
    for (const file of readdirSync(path)) rmSync(join(path, file));
  });
  afterAll(remove);

  const reopen = async (): Promise<void> => {
    await store.close();
    store = EmbeddedViewStore.open(path);
  };

  const filled = async (name?: string) => {
    const views = name ? await store.open(name) : await store.create('folds-1');
    await views.write(batch({ at: 5n, documents: [doc(1, 'a', ['k:1'])], timeline: [entry(1, 10, 5n)] }));
    return views;
  };

  test('what was written, and which generation is live, survives', async () => {
    const views = await filled();
    const [roots, size] = [await views.roots(), await views.size()];
    await store.switchTo(views.name);
    await reopen();
    expect(await store.generations()).toEqual([{ name: views.name, fingerprint: 'folds-1', live: true }]);
    const again = await store.open(views.name);
    expect([await again.checkpoint(), await again.roots(), await again.size()]).toEqual([
      { position: 5n, recordedAt: 5_000 },
      roots,
      size,
    ]);
    expect(await again.find('k:1', 1)).toEqual([id(1)]);
    await again.write(batch({ at: 6n, documents: [doc(2, 'b')], timeline: [entry(2, 20, 6n)] }));
    expect(await again.timeline([id(1), id(2)], newest())).toEqual([entry(2, 20, 6n), entry(1, 10, 5n)]);
  });

  test('a reader that was opened before there was a folder of views sees each commit', async () => {
    const empty = folder();
    const reader = openViewReader(empty.path);
    await expect(reader.size()).rejects.toThrow(/no views are live/);
    const other = EmbeddedViewStore.open(empty.path);
    const views = await other.create('folds-1');
    await other.switchTo(views.name);
    for (const n of [1, 2]) {
      await views.write(batch({ at: BigInt(n), documents: [doc(n, `b${n}`)] }));
      expect(await reader.load('records', [id(n)])).toEqual(new Map([[id(n), `b${n}`]]));
    }
    await reader.close();
    await other.close();
    empty.remove();
  });

  test('a writer that dies in the middle of a batch leaves the views as they were', async () => {
    const { name } = await filled();
    await store.close();
    const dying = openDatabase(join(path, `views-${name}.db`));
    dying.exec(`BEGIN IMMEDIATE; UPDATE state SET position = 99; DELETE FROM records; DELETE FROM timeline`);
    dying.close();
    store = EmbeddedViewStore.open(path);
    const views = await store.open(name);
    expect(await views.checkpoint()).toMatchObject({ position: 5n });
    expect(await views.load('records', [id(1)])).toEqual(new Map([[id(1), 'a']]));
    expect(await views.timeline([id(1)], newest())).toHaveLength(1);
  });

  test('a dropped generation leaves no file, also where a crash kept it from being deleted', async () => {
    const { name } = await filled();
    await store.drop(name);
    expect(readdirSync(path).filter((file) => file.startsWith('views-'))).toEqual([]);
    for (const end of ['', '-wal', '-shm']) writeFileSync(join(path, `views-${name}.db${end}`), 'left over');
    await reopen();
    expect(readdirSync(path).filter((file) => file.startsWith('views-'))).toEqual([]);
  });

  test('a generation whose file is lost begins at position 0, to be folded again', async () => {
    const { name } = await filled();
    await store.close();
    rmSync(join(path, `views-${name}.db`));
    store = EmbeddedViewStore.open(path);
    expect(await (await store.open(name)).checkpoint()).toEqual({ position: 0n, recordedAt: 0 });
    await filled(name);
  });

  test('tables of another format are refused', async () => {
    const { name } = await filled();
    await store.close();
    const file = openDatabase(join(path, `views-${name}.db`));
    file.exec('PRAGMA user_version = 99');
    file.close();
    store = EmbeddedViewStore.open(path);
    await expect(store.open(name)).rejects.toThrow(/format 99/);
  });

  test('what was taken away is gone from every file once it is scrubbed', async () => {
    const views = await filled();
    const secret = 'anna@example.org';
    const onDisk = (): boolean => readdirSync(path).some((file) => readFileSync(join(path, file)).includes(secret));
    await views.write(
      batch({ at: 6n, documents: [doc(1, secret.repeat(1_000), [`email:${secret}`]), doc(2, secret)] }),
    );
    expect(onDisk()).toBe(true);
    await views.write(batch({ at: 7n, documents: [doc(1, 'erased', []), doc(2, undefined)] }));
    expect(await views.scrub()).toBe(true);
    expect(onDisk()).toBe(false);
  });
});
