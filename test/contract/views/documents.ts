/** Cases of documents and the keys under which they are found. */
import type { Current } from '../views';
import { batch, doc, entry, id, NO_DOCUMENTS, newest, oldest, rootOf } from './given';

export function documents(current: Current): void {
  describe('documents', () => {
    test('new views hold nothing, at position 0', async () => {
      const { views } = current();
      expect(await views.checkpoint()).toEqual({ position: 0n, recordedAt: 0 });
      expect(await views.size()).toEqual({ records: 0, customers: 0, links: 0, entries: 0, keys: 0 });
      expect(await views.roots()).toEqual({ records: NO_DOCUMENTS, customers: NO_DOCUMENTS, links: NO_DOCUMENTS });
      expect(await views.scan('records', undefined, 10)).toEqual({ documents: [] });
      expect(await views.load('records', [])).toEqual(new Map());
      expect(await views.timeline([], newest())).toEqual([]);
      expect(await views.parked(10)).toEqual([]);
    });

    test('a document is read back as it was written, in its own collection', async () => {
      const { views } = current();
      const body = '{"name":"Zoë 𝄞 Ω","note":"a\\u0000b"}';
      await views.write(
        batch({ documents: [doc(1, body), doc(1, '{"customer":1}', undefined, 'customers'), doc(2, '')] }),
      );
      expect(await views.load('records', [id(1), id(2), id(3)])).toEqual(
        new Map([
          [id(1), body],
          [id(2), ''],
        ]),
      );
      expect(await views.load('customers', [id(1), id(2)])).toEqual(new Map([[id(1), '{"customer":1}']]));
      expect(await views.size()).toMatchObject({ records: 2, customers: 1 });
    });

    test('a document that is written again replaces the one before', async () => {
      const { views } = current();
      await views.write(batch({ documents: [doc(1, 'old')] }));
      await views.write(batch({ documents: [doc(1, 'new')] }));
      expect(await views.load('records', [id(1)])).toEqual(new Map([[id(1), 'new']]));
      expect(await views.size()).toMatchObject({ records: 1 });
    });

    test('of two writes of a document in one batch the later one stays', async () => {
      const { views } = current();
      await views.write(batch({ documents: [doc(1, 'a', ['k:a']), doc(1, 'b', ['k:b'])] }));
      expect(await views.load('records', [id(1)])).toEqual(new Map([[id(1), 'b']]));
      expect(await views.find('k:a', 10)).toEqual([]);
      expect(await views.roots()).toMatchObject({ records: rootOf([[id(1), 'b']]) });
    });

    test('a document that is taken away leaves no trace, and may be taken away twice', async () => {
      const { views } = current();
      await views.write(batch({ documents: [doc(1, 'a', ['k:a']), doc(2, 'b')] }));
      await views.write(batch({ documents: [doc(1, undefined)] }));
      await views.write(batch({ documents: [doc(1, undefined), doc(9, undefined)] }));
      expect(await views.load('records', [id(1), id(9)])).toEqual(new Map());
      expect(await views.find('k:a', 10)).toEqual([]);
      expect(await views.size()).toMatchObject({ records: 1, keys: 0 });
    });

    test('a scan gives all documents in the order of their ids, page by page', async () => {
      const { views } = current();
      await views.write(
        batch({ documents: [5, 3, 1, 4, 2].map((n) => doc(n, `b${n}`)).concat(doc(7, 'c', undefined, 'customers')) }),
      );
      const first = await views.scan('records', undefined, 2);
      expect(first).toEqual({
        documents: [
          { id: id(1), body: 'b1' },
          { id: id(2), body: 'b2' },
        ],
        next: id(2),
      });
      const second = await views.scan('records', first.next, 2);
      expect(second).toEqual({
        documents: [
          { id: id(3), body: 'b3' },
          { id: id(4), body: 'b4' },
        ],
        next: id(4),
      });
      expect(await views.scan('records', second.next, 2)).toEqual({ documents: [{ id: id(5), body: 'b5' }] });
      expect(await views.scan('records', id(3), 2)).toEqual({
        documents: [
          { id: id(4), body: 'b4' },
          { id: id(5), body: 'b5' },
        ],
      });
      expect((await views.scan('records', undefined, Infinity)).documents).toHaveLength(5);
      expect(await views.scan('customers', id(7), 2)).toEqual({ documents: [] });
    });

    test('a scan between two writes sees what came and went', async () => {
      const { views } = current();
      await views.write(batch({ documents: [doc(1, 'a'), doc(3, 'c')] }));
      await views.scan('records', undefined, 10);
      await views.write(batch({ documents: [doc(2, 'b'), doc(3, undefined)] }));
      expect((await views.scan('records', undefined, 10)).documents.map((each) => each.id)).toEqual([id(1), id(2)]);
    });
  });

  describe('keys', () => {
    test('records are found under each of their keys, in the order of their ids', async () => {
      const { views } = current();
      await views.write(
        batch({
          documents: [
            doc(3, 'c', ['email:x']),
            doc(1, 'a', ['email:x', 'phone:1', 'phone:1']),
            doc(2, 'b', ['email:x']),
          ],
        }),
      );
      expect(await views.find('email:x', 10)).toEqual([id(1), id(2), id(3)]);
      expect(await views.find('email:x', 2)).toEqual([id(1), id(2)]);
      expect(await views.find('phone:1', 10)).toEqual([id(1)]);
      expect(await views.find('email:y', 10)).toEqual([]);
      expect(await views.size()).toMatchObject({ keys: 4 });
    });

    test('cleared views hold nothing, at position 0, and take everything in again', async () => {
      const { views } = current();
      const all = batch({ at: 5n, documents: [doc(1, 'a', ['email:x'])], timeline: [entry(1, 10, 3n)] });
      await views.write(all);
      const [roots, size] = [await views.roots(), await views.size()];
      await views.clear();
      expect(await views.checkpoint()).toEqual({ position: 0n, recordedAt: 0 });
      expect(await views.size()).toEqual({ records: 0, customers: 0, links: 0, entries: 0, keys: 0 });
      expect(await views.find('email:x', 10)).toEqual([]);
      expect(await views.timeline([id(1)], oldest())).toEqual([]);
      await views.write(all);
      expect([await views.roots(), await views.size()]).toEqual([roots, size]);
    });

    test('keys that differ only behind a NUL are different keys', async () => {
      const { views } = current();
      await views.write(batch({ documents: [doc(1, 'a', ['login:a\u0000b']), doc(2, 'b', ['login:a\u0000c'])] }));
      expect(await views.find('login:a\u0000b', 10)).toEqual([id(1)]);
      expect(await views.find('login:a', 10)).toEqual([]);
    });

    test('keys replace the ones before, even where the body stays as it was', async () => {
      const { views } = current();
      await views.write(batch({ documents: [doc(1, 'a', ['k:1', 'k:2'])] }));
      await views.write(batch({ documents: [doc(1, 'a', ['k:2', 'k:3'])] }));
      expect(await views.find('k:1', 10)).toEqual([]);
      expect(await views.find('k:2', 10)).toEqual([id(1)]);
      expect(await views.find('k:3', 10)).toEqual([id(1)]);
      expect(await views.size()).toMatchObject({ keys: 2 });
      await views.write(batch({ documents: [doc(1, 'a', [])] }));
      expect(await views.size()).toMatchObject({ keys: 0 });
    });

    test('a write that says nothing of keys leaves them', async () => {
      const { views } = current();
      await views.write(batch({ documents: [doc(1, 'a', ['k:1'])] }));
      await views.write(batch({ documents: [doc(1, 'b')] }));
      expect(await views.find('k:1', 10)).toEqual([id(1)]);
    });

    test('keys belong to their document: a customer that goes does not take away those of the record', async () => {
      const { views } = current();
      await views.write(batch({ documents: [doc(1, 'a', ['k:1']), doc(1, 'c', ['k:1'], 'customers')] }));
      expect(await views.find('k:1', 10)).toEqual([id(1)]);
      await views.write(batch({ documents: [doc(1, undefined, undefined, 'customers')] }));
      expect(await views.find('k:1', 10)).toEqual([id(1)]);
      expect(await views.size()).toMatchObject({ records: 1, customers: 0, keys: 1 });
    });
  });
}
