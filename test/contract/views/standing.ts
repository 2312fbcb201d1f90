/** Cases of what stands beside the documents: roots, the checkpoint, parked records. */
import type { Current } from '../views';
import { batch, doc, entry, id, NO_DOCUMENTS, newest, rootOf } from './given';

export function standing(current: Current): void {
  describe('roots', () => {
    test('are what one adds up from the documents, in whatever order they were written', async () => {
      const { views, store } = current();
      const bodies = [1, 2, 3, 4].map((n) => [id(n), `{"n":${n}}`] as const);
      const [a, b] = [views, await store.create('folds-1')];
      await a.write(batch({ documents: bodies.map(([of, body]) => ({ collection: 'records', id: of, body })) }));
      for (const [of, body] of [...bodies].reverse()) {
        await b.write(batch({ documents: [{ collection: 'records', id: of, body: 'before' }] }));
        await b.write(batch({ documents: [{ collection: 'records', id: of, body }] }));
      }
      expect(await a.roots()).toEqual({ records: rootOf(bodies), customers: NO_DOCUMENTS, links: NO_DOCUMENTS });
      expect(await b.roots()).toEqual(await a.roots());
    });

    test('tell collections, ids and bodies apart', async () => {
      const { views } = current();
      await views.write(batch({ documents: [doc(1, 'a'), doc(2, 'b'), doc(1, 'é', undefined, 'customers')] }));
      const before = await views.roots();
      expect(before).toEqual({
        records: rootOf([
          [id(1), 'a'],
          [id(2), 'b'],
        ]),
        customers: rootOf([[id(1), 'é']]),
        links: NO_DOCUMENTS,
      });
      await views.write(batch({ documents: [doc(1, 'b'), doc(2, 'a')] }));
      expect((await views.roots()).records).not.toBe(before.records);
      expect((await views.roots()).customers).toBe(before.customers);
    });

    test('a document that comes and goes leaves the root as it was', async () => {
      const { views } = current();
      await views.write(batch({ documents: [doc(1, 'a'), doc(2, 'b')] }));
      const before = await views.roots();
      await views.write(batch({ documents: [doc(3, 'c'), doc(1, 'other')] }));
      expect(await views.roots()).not.toEqual(before);
      await views.write(batch({ documents: [doc(3, undefined), doc(1, 'a')] }));
      expect(await views.roots()).toEqual(before);
      await views.write(batch({ documents: [doc(1, undefined), doc(2, undefined)] }));
      expect(await views.roots()).toEqual({ records: NO_DOCUMENTS, customers: NO_DOCUMENTS, links: NO_DOCUMENTS });
    });

    test('say nothing of keys, timelines and the checkpoint', async () => {
      const { views } = current();
      await views.write(batch({ documents: [doc(1, 'a')] }));
      const before = await views.roots();
      await views.write(batch({ at: 2n, documents: [doc(1, 'a', ['k:1'])], timeline: [entry(1, 1, 2n)] }));
      expect(await views.roots()).toEqual(before);
    });
  });

  describe('the checkpoint', () => {
    test('moves with its documents', async () => {
      const { views } = current();
      await views.write(batch({ at: 7n, documents: [doc(1, 'a')] }));
      expect(await views.checkpoint()).toEqual({ position: 7n, recordedAt: 7_000 });
      await views.write(batch({ at: 9n }));
      expect(await views.checkpoint()).toEqual({ position: 9n, recordedAt: 9_000 });
    });

    test('never falls, and what came with a lower one is not written', async () => {
      const { views } = current();
      await views.write(batch({ at: 7n, documents: [doc(1, 'a')] }));
      await expect(views.write(batch({ at: 6n, documents: [doc(1, 'b')] }))).rejects.toThrow(/cannot fall/);
      expect(await views.load('records', [id(1)])).toEqual(new Map([[id(1), 'a']]));
      await views.write(batch({ at: 7n, documents: [doc(1, 'c')] }));
      expect(await views.load('records', [id(1)])).toEqual(new Map([[id(1), 'c']]));
    });

    test('documents may stand beyond it, are written again as often as it takes, and it stays where it is', async () => {
      const { views } = current();
      const customer = (body: string) => ({ documents: [doc(1, body, undefined, 'customers')] });
      const shown = async () => [
        (await views.checkpoint()).position,
        (await views.load('customers', [id(1)])).get(id(1)),
      ];
      await views.write(batch({ at: 1n, ...customer('old') }));
      await views.write(batch({ at: 1n, standing: 2n, ...customer('new') }));
      expect(await shown()).toEqual([1n, 'new']);
      await views.write(batch({ at: 1n, standing: 2n, ...customer('the same again, after a crash') }));
      expect(await shown()).toEqual([1n, 'the same again, after a crash']);
      await views.write(batch({ at: 2n }));
      await views.write(batch({ at: 3n, ...customer('newer') }));
      expect(await shown()).toEqual([3n, 'newer']);
    });

    test('a batch that throws half-way leaves nothing, and the next one goes through', async () => {
      const { views } = current();
      await views.write(batch({ at: 1n, documents: [doc(1, 'a', ['k:1'])] }));
      const roots = await views.roots();
      const broken = {
        record: id(5),
        occurredAt: 1,
        get position(): bigint {
          throw new Error('cable pulled');
        },
      };
      const bad = batch({
        at: 2n,
        documents: [doc(1, 'b', ['k:2']), doc(5, 'e')],
        timeline: [entry(5, 1, 2n), broken],
      });
      await expect(views.write(bad)).rejects.toThrow('cable pulled');
      expect(await views.roots()).toEqual(roots);
      expect(await views.checkpoint()).toMatchObject({ position: 1n });
      expect(await views.size()).toEqual({ records: 1, customers: 0, links: 0, entries: 0, keys: 1 });
      expect(await views.find('k:2', 10)).toEqual([]);
      await views.write(batch({ at: 2n, documents: [doc(5, 'e'), doc(6, 'f')], timeline: [entry(6, 1, 2n)] }));
      expect(await views.load('records', [id(1), id(5), id(6)])).toEqual(
        new Map([
          [id(1), 'a'],
          [id(5), 'e'],
          [id(6), 'f'],
        ]),
      );
      expect(await views.timeline([id(5), id(6)], newest())).toEqual([entry(6, 1, 2n)]);
    });
  });

  describe('parked records', () => {
    const parked = (n: number, position: bigint, reason = 'no') => ({
      record: id(n),
      position,
      reason,
      recordedAt: 5,
    });

    test('are listed in the order of their ids until they fold again', async () => {
      const { views } = current();
      await views.write(batch({ parked: [parked(3, 2n ** 60n), parked(1, 8n, 'why')] }));
      expect(await views.parked(10)).toEqual([parked(1, 8n, 'why'), parked(3, 2n ** 60n)]);
      expect(await views.parked(1)).toEqual([parked(1, 8n, 'why')]);
      expect(await views.parked(10, id(1))).toEqual([parked(3, 2n ** 60n)]);
      expect(await views.isParked([id(3), id(2), id(3)])).toEqual([parked(3, 2n ** 60n)]);
      await views.write(batch({ unparked: [id(3), id(9)] }));
      expect(await views.parked(10)).toEqual([parked(1, 8n, 'why')]);
      expect(await views.isParked([id(3), id(9)])).toEqual([]);
    });

    test('keep the first event that was refused, unless they folded in between', async () => {
      const { views } = current();
      await views.write(batch({ parked: [parked(1, 8n)] }));
      await views.write(batch({ parked: [parked(1, 9n)] }));
      expect(await views.isParked([id(1)])).toEqual([parked(1, 8n)]);
      await views.write(batch({ unparked: [id(1)], parked: [parked(1, 9n)] }));
      expect(await views.isParked([id(1)])).toEqual([parked(1, 9n)]);
    });
  });
}
