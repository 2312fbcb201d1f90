/** Cases of generations: made, switched, dropped, and what readers see of it. */
import type { Current } from '../views';
import { batch, doc, entry, id, newest } from './given';

export function generations(current: Current): void {
  test('have a name and a fingerprint each, and one is live', async () => {
    const { views, store } = current();
    const green = await store.create('folds-2');
    expect(green.name).not.toBe(views.name);
    await store.switchTo(views.name);
    expect(await store.generations()).toEqual([
      { name: views.name, fingerprint: 'folds-1', live: true },
      { name: green.name, fingerprint: 'folds-2', live: false },
    ]);
    await store.switchTo(green.name);
    expect((await store.generations()).map((each) => each.live)).toEqual([false, true]);
  });

  test('know nothing of each other', async () => {
    const { views, store } = current();
    const green = await store.create('folds-2');
    await views.write(batch({ at: 5n, documents: [doc(1, 'blue', ['k:1'])], timeline: [entry(1, 1, 1n)] }));
    await green.write(batch({ at: 3n, documents: [doc(1, 'green')] }));
    expect(await views.load('records', [id(1)])).toEqual(new Map([[id(1), 'blue']]));
    expect(await green.load('records', [id(1)])).toEqual(new Map([[id(1), 'green']]));
    expect(await green.size()).toEqual({ records: 1, customers: 0, links: 0, entries: 0, keys: 0 });
    expect(await green.checkpoint()).toMatchObject({ position: 3n });
  });

  test('readers see the live one, and a switch at their next question', async () => {
    const { views, store, reader: openReader } = current();
    const reader = openReader();
    await expect(reader.checkpoint()).rejects.toThrow(/live/);
    await store.switchTo(views.name);
    await views.write(batch({ documents: [doc(1, 'blue', ['k:1'])], timeline: [entry(1, 1, 1n)] }));
    expect(await reader.load('records', [id(1)])).toEqual(new Map([[id(1), 'blue']]));
    expect(reader.name).toBe(views.name);
    const green = await store.create('folds-2');
    await green.write(batch({ at: 2n, documents: [doc(1, 'green', ['k:2'])] }));
    expect(await reader.find('k:1', 10)).toEqual([id(1)]);
    await store.switchTo(green.name);
    expect(await reader.load('records', [id(1)])).toEqual(new Map([[id(1), 'green']]));
    await store.drop(views.name);
    expect(await reader.find('k:2', 10)).toEqual([id(1)]);
    expect(await reader.timeline([id(1)], newest())).toEqual([]);
    expect((await reader.scan('records', undefined, 10)).documents).toEqual([{ id: id(1), body: 'green' }]);
    expect([await reader.roots(), await reader.size(), await reader.parked(1), await reader.isParked([id(1)])]).toEqual(
      [await green.roots(), await green.size(), [], []],
    );
    expect(reader.name).toBe(green.name);
    await reader.close();
  });

  test('one that was dropped is gone, and its name is not given out again', async () => {
    const { views, store } = current();
    const green = await store.create('folds-2');
    await store.drop(green.name);
    expect((await store.generations()).map((each) => each.name)).toEqual([views.name]);
    await expect(store.open(green.name)).rejects.toThrow(/no views/);
    await expect(store.switchTo(green.name)).rejects.toThrow(/no views/);
    await expect(store.drop(green.name)).rejects.toThrow(/no views/);
    expect((await store.create('folds-3')).name).not.toBe(green.name);
  });

  test('the live one cannot be dropped', async () => {
    const { views, store } = current();
    await store.switchTo(views.name);
    await expect(store.drop(views.name)).rejects.toThrow(/live/);
  });

  test('are opened by name', async () => {
    const { views, store } = current();
    await views.write(batch({ documents: [doc(1, 'a')] }));
    const again = await store.open(views.name);
    expect(await again.load('records', [id(1)])).toEqual(new Map([[id(1), 'a']]));
    await again.write(batch({ at: 2n, documents: [doc(1, 'b')] }));
    expect(await views.load('records', [id(1)])).toEqual(new Map([[id(1), 'b']]));
  });
}
