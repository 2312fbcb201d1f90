/**
 * What every engine of the views must do, one sentence a case. An engine's own spec only says how it is opened, and what
 * it alone promises.
 */
import { createHash } from 'node:crypto';
import type { Batch, Collection, Entry, TimelineQuery, ViewReader, ViewSet, ViewStore, Written } from '../../src/app/ports';
import { type RecordId, recordId } from '../../src/domain/kernel';

export interface OpenViews {
  readonly store: ViewStore;
  /** Reads what is live, through a connection of its own where the engine has connections. */
  reader(): ViewReader;
  /** Closes the store and removes what it kept. */
  close(): Promise<void>;
}

export const id = (n: number): RecordId => recordId(n.toString(16).padStart(32, '0'));

export const doc = (n: number, body: string | undefined, keys?: readonly string[], collection: Collection = 'records'): Written => ({
  collection,
  id: id(n),
  body,
  ...(keys && { keys }),
});

export const entry = (n: number, occurredAt: number, position: bigint): Entry => ({ record: id(n), occurredAt, position });

/** A batch that holds what is given; the checkpoint is 1n where nothing is said. */
export const batch = ({ at = 1n, ...rest }: Partial<Batch> & { at?: bigint }): Batch => ({
  checkpoint: { position: at, recordedAt: Number(at) * 1_000 },
  documents: [],
  timeline: [],
  parked: [],
  unparked: [],
  ...rest,
});

const NO_DOCUMENTS = '0'.repeat(64);
const newest = (limit = 100): TimelineQuery => ({ direction: 'newest-first', limit });
const oldest = (limit = 100): TimelineQuery => ({ direction: 'oldest-first', limit });
const positions = (entries: readonly Entry[]): bigint[] => entries.map((each) => each.position);

/** The root as its definition says, made by other means than the code under test. */
function rootOf(bodies: readonly (readonly [RecordId, string])[]): string {
  const sum = bodies
    .map(([of, body]) => BigInt(`0x${createHash('sha256').update(`${Buffer.byteLength(of)}:${of}`).update(body).digest('hex')}`))
    .reduce((a, b) => a + b, 0n);
  return (sum % 2n ** 256n).toString(16).padStart(64, '0');
}

export function viewsContract(name: string, open: () => Promise<OpenViews>): void {
  describe(`views in ${name}`, () => {
    let opened: OpenViews;
    let views: ViewSet;

    beforeEach(async () => {
      opened = await open();
      views = await opened.store.create('folds-1');
    });
    afterEach(() => opened.close());

    describe('documents', () => {
      it('new views hold nothing, at position 0', async () => {
        expect(await views.checkpoint()).toEqual({ position: 0n, recordedAt: 0 });
        expect(await views.size()).toEqual({ records: 0, customers: 0, entries: 0, keys: 0 });
        expect(await views.roots()).toEqual({ records: NO_DOCUMENTS, customers: NO_DOCUMENTS });
        expect(await views.scan('records', undefined, 10)).toEqual({ documents: [] });
        expect(await views.load('records', [])).toEqual(new Map());
        expect(await views.timeline([], newest())).toEqual([]);
        expect(await views.parked(10)).toEqual([]);
      });

      it('a document is read back as it was written, in its own collection', async () => {
        const body = '{"name":"Zoë 𝄞 Ω","note":"a\\u0000b"}';
        await views.write(batch({ documents: [doc(1, body), doc(1, '{"customer":1}', undefined, 'customers'), doc(2, '')] }));
        expect(await views.load('records', [id(1), id(2), id(3)])).toEqual(new Map([[id(1), body], [id(2), '']]));
        expect(await views.load('customers', [id(1), id(2)])).toEqual(new Map([[id(1), '{"customer":1}']]));
        expect(await views.size()).toMatchObject({ records: 2, customers: 1 });
      });

      it('a document that is written again replaces the one before', async () => {
        await views.write(batch({ documents: [doc(1, 'old')] }));
        await views.write(batch({ documents: [doc(1, 'new')] }));
        expect(await views.load('records', [id(1)])).toEqual(new Map([[id(1), 'new']]));
        expect(await views.size()).toMatchObject({ records: 1 });
      });

      it('of two writes of a document in one batch the later one stays', async () => {
        await views.write(batch({ documents: [doc(1, 'a', ['k:a']), doc(1, 'b', ['k:b'])] }));
        expect(await views.load('records', [id(1)])).toEqual(new Map([[id(1), 'b']]));
        expect(await views.find('k:a', 10)).toEqual([]);
        expect(await views.roots()).toMatchObject({ records: rootOf([[id(1), 'b']]) });
      });

      it('a document that is taken away leaves no trace, and may be taken away twice', async () => {
        await views.write(batch({ documents: [doc(1, 'a', ['k:a']), doc(2, 'b')] }));
        await views.write(batch({ documents: [doc(1, undefined)] }));
        await views.write(batch({ documents: [doc(1, undefined), doc(9, undefined)] }));
        expect(await views.load('records', [id(1), id(9)])).toEqual(new Map());
        expect(await views.find('k:a', 10)).toEqual([]);
        expect(await views.size()).toMatchObject({ records: 1, keys: 0 });
      });

      it('a scan gives all documents in the order of their ids, page by page', async () => {
        await views.write(batch({ documents: [5, 3, 1, 4, 2].map((n) => doc(n, `b${n}`)).concat(doc(7, 'c', undefined, 'customers')) }));
        const first = await views.scan('records', undefined, 2);
        expect(first).toEqual({ documents: [{ id: id(1), body: 'b1' }, { id: id(2), body: 'b2' }], next: id(2) });
        const second = await views.scan('records', first.next, 2);
        expect(second).toEqual({ documents: [{ id: id(3), body: 'b3' }, { id: id(4), body: 'b4' }], next: id(4) });
        expect(await views.scan('records', second.next, 2)).toEqual({ documents: [{ id: id(5), body: 'b5' }] });
        expect(await views.scan('records', id(3), 2)).toEqual({ documents: [{ id: id(4), body: 'b4' }, { id: id(5), body: 'b5' }] });
        expect((await views.scan('records', undefined, Infinity)).documents).toHaveLength(5);
        expect(await views.scan('customers', id(7), 2)).toEqual({ documents: [] });
      });

      it('a scan between two writes sees what came and went', async () => {
        await views.write(batch({ documents: [doc(1, 'a'), doc(3, 'c')] }));
        await views.scan('records', undefined, 10);
        await views.write(batch({ documents: [doc(2, 'b'), doc(3, undefined)] }));
        expect((await views.scan('records', undefined, 10)).documents.map((each) => each.id)).toEqual([id(1), id(2)]);
      });
    });

    describe('keys', () => {
      it('records are found under each of their keys, in the order of their ids', async () => {
        await views.write(batch({ documents: [doc(3, 'c', ['email:x']), doc(1, 'a', ['email:x', 'phone:1', 'phone:1']), doc(2, 'b', ['email:x'])] }));
        expect(await views.find('email:x', 10)).toEqual([id(1), id(2), id(3)]);
        expect(await views.find('email:x', 2)).toEqual([id(1), id(2)]);
        expect(await views.find('phone:1', 10)).toEqual([id(1)]);
        expect(await views.find('email:y', 10)).toEqual([]);
        expect(await views.size()).toMatchObject({ keys: 4 });
      });

      it('keys replace the ones before, even where the body stays as it was', async () => {
        await views.write(batch({ documents: [doc(1, 'a', ['k:1', 'k:2'])] }));
        await views.write(batch({ documents: [doc(1, 'a', ['k:2', 'k:3'])] }));
        expect(await views.find('k:1', 10)).toEqual([]);
        expect(await views.find('k:2', 10)).toEqual([id(1)]);
        expect(await views.find('k:3', 10)).toEqual([id(1)]);
        expect(await views.size()).toMatchObject({ keys: 2 });
        await views.write(batch({ documents: [doc(1, 'a', [])] }));
        expect(await views.size()).toMatchObject({ keys: 0 });
      });

      it('a write that says nothing of keys leaves them', async () => {
        await views.write(batch({ documents: [doc(1, 'a', ['k:1'])] }));
        await views.write(batch({ documents: [doc(1, 'b')] }));
        expect(await views.find('k:1', 10)).toEqual([id(1)]);
      });

      it('keys belong to their document: a customer that goes does not take away those of the record', async () => {
        await views.write(batch({ documents: [doc(1, 'a', ['k:1']), doc(1, 'c', ['k:1'], 'customers')] }));
        expect(await views.find('k:1', 10)).toEqual([id(1)]);
        await views.write(batch({ documents: [doc(1, undefined, undefined, 'customers')] }));
        expect(await views.find('k:1', 10)).toEqual([id(1)]);
        expect(await views.size()).toMatchObject({ records: 1, customers: 0, keys: 1 });
      });
    });

    describe('timeline', () => {
      const line = [entry(1, 30, 3n), entry(1, 10, 5n), entry(1, 20, 4n), entry(1, 20, 2n), entry(1, -5, 6n)];
      const sorted = [6n, 5n, 2n, 4n, 3n];

      it('stands by (occurredAt, position), whatever the order of writing', async () => {
        for (const each of line) await views.write(batch({ timeline: [each] }));
        expect(positions(await views.timeline([id(1)], oldest()))).toEqual(sorted);
        expect(positions(await views.timeline([id(1)], newest()))).toEqual([...sorted].reverse());
        expect((await views.timeline([id(1)], oldest(1)))[0]).toEqual(entry(1, -5, 6n));
      });

      it('an entry that is written twice stands there once', async () => {
        await views.write(batch({ timeline: [...line, line[0] as Entry] }));
        await views.write(batch({ timeline: line }));
        expect(positions(await views.timeline([id(1)], oldest()))).toEqual(sorted);
        expect(await views.size()).toMatchObject({ entries: 5 });
      });

      it.each(['oldest-first', 'newest-first'] as const)('is read page by page, %s, through ties and over several records', async (direction) => {
        const entries = Array.from({ length: 60 }, (_, i) => entry(i % 3, Math.floor(i / 7) * 10, BigInt((i * 37) % 60)));
        await views.write(batch({ timeline: entries }));
        const all = await views.timeline([id(0), id(1), id(2)], { direction, limit: 1_000 });
        expect(all).toHaveLength(60);
        const read: Entry[] = [];
        for (let page: readonly Entry[] = []; read.length === 0 || page.length > 0; ) {
          const after = read.at(-1);
          page = await views.timeline([id(2), id(0), id(1)], { direction, limit: 7, ...(after && { after }) });
          expect(page.length).toBeLessThanOrEqual(7);
          read.push(...page);
          if (page.length === 0) break;
        }
        expect(read).toEqual(all);
        const order = entries.sort((a, b) => a.occurredAt - b.occurredAt || Number(a.position - b.position));
        expect(all).toEqual(direction === 'oldest-first' ? order : order.reverse());
      });

      it('an event on the timelines of several records comes once, under the first by id', async () => {
        await views.write(batch({ timeline: [entry(2, 10, 1n), entry(1, 10, 1n), entry(2, 20, 2n)] }));
        const expected = [entry(1, 10, 1n), entry(2, 20, 2n)];
        expect(await views.timeline([id(2), id(1)], oldest())).toEqual(expected);
        expect(await views.timeline([id(1), id(2), id(2)], newest(2))).toEqual(expected.reverse());
        expect(await views.timeline([id(2), id(1)], { ...newest(1), after: entry(1, 20, 2n) })).toEqual([entry(1, 10, 1n)]);
        expect(await views.size()).toMatchObject({ entries: 3 });
      });

      it.each([oldest(), newest()])('ends at a time and at what was known: $direction', async (query) => {
        await views.write(batch({ timeline: line }));
        const read = async (bounds: Partial<TimelineQuery>) => positions(await views.timeline([id(1)], { ...query, ...bounds })).sort();
        expect(await read({ until: 20 })).toEqual([2n, 4n, 5n, 6n]);
        expect(await read({ until: 19 })).toEqual([5n, 6n]);
        expect(await read({ until: 19.5 })).toEqual([5n, 6n]);
        expect(await read({ until: -6 })).toEqual([]);
        expect(await read({ known: 4n })).toEqual([2n, 3n, 4n]);
        expect(await read({ until: 20, known: 3n })).toEqual([2n]);
        expect(await read({ known: 0n })).toEqual([]);
      });

      it('a page after an entry stays within the time', async () => {
        await views.write(batch({ timeline: line }));
        const read = async (query: TimelineQuery) => positions(await views.timeline([id(1)], query));
        expect(await read({ ...newest(), until: 20, after: entry(1, 20, 4n) })).toEqual([2n, 5n, 6n]);
        expect(await read({ ...newest(), until: 15, after: entry(1, 20, 4n) })).toEqual([5n, 6n]);
        expect(await read({ ...newest(), known: 5n, after: entry(1, 20, 4n) })).toEqual([2n, 5n]);
        expect(await read({ ...oldest(), until: 20, after: entry(1, 20, 2n) })).toEqual([4n]);
        expect(await read({ ...oldest(), until: 15, after: entry(1, 20, 2n) })).toEqual([]);
      });

      it('of a record that nobody knows is empty', async () => {
        await views.write(batch({ timeline: line }));
        expect(await views.timeline([id(8)], newest())).toEqual([]);
        expect(await views.timeline([id(8), id(1)], newest(2))).toHaveLength(2);
      });

      it('holds positions beyond 2^53 exactly', async () => {
        const far = 2n ** 53n;
        const entries = [entry(1, 10, far + 1n), entry(1, 10, far + 2n), entry(1, 10, far + 3n)];
        await views.write(batch({ at: far + 3n, timeline: entries }));
        expect(await views.timeline([id(1)], oldest())).toEqual(entries);
        expect(positions(await views.timeline([id(1)], { ...oldest(), known: far + 2n }))).toEqual([far + 1n, far + 2n]);
        expect(positions(await views.timeline([id(1)], { ...newest(), after: entries[1] as Entry }))).toEqual([far + 1n]);
        expect((await views.checkpoint()).position).toBe(far + 3n);
      });

      it('a batch of many entries loses none', async () => {
        const entries = Array.from({ length: 1_000 }, (_, i) => entry(i % 7, i % 90, BigInt(i)));
        await views.write(batch({ timeline: entries }));
        expect(await views.size()).toMatchObject({ entries: 1_000 });
        expect(await views.timeline([0, 1, 2, 3, 4, 5, 6].map(id), oldest(Infinity))).toHaveLength(1_000);
      });
    });

    describe('roots', () => {
      it('are what one adds up from the documents, in whatever order they were written', async () => {
        const bodies = [1, 2, 3, 4].map((n) => [id(n), `{"n":${n}}`] as const);
        const [a, b] = [views, await opened.store.create('folds-1')];
        await a.write(batch({ documents: bodies.map(([of, body]) => ({ collection: 'records', id: of, body })) }));
        for (const [of, body] of [...bodies].reverse()) {
          await b.write(batch({ documents: [{ collection: 'records', id: of, body: 'before' }] }));
          await b.write(batch({ documents: [{ collection: 'records', id: of, body }] }));
        }
        expect(await a.roots()).toEqual({ records: rootOf(bodies), customers: NO_DOCUMENTS });
        expect(await b.roots()).toEqual(await a.roots());
      });

      it('tell collections, ids and bodies apart', async () => {
        await views.write(batch({ documents: [doc(1, 'a'), doc(2, 'b'), doc(1, 'é', undefined, 'customers')] }));
        const before = await views.roots();
        expect(before).toEqual({ records: rootOf([[id(1), 'a'], [id(2), 'b']]), customers: rootOf([[id(1), 'é']]) });
        await views.write(batch({ documents: [doc(1, 'b'), doc(2, 'a')] }));
        expect((await views.roots()).records).not.toBe(before.records);
        expect((await views.roots()).customers).toBe(before.customers);
      });

      it('a document that comes and goes leaves the root as it was', async () => {
        await views.write(batch({ documents: [doc(1, 'a'), doc(2, 'b')] }));
        const before = await views.roots();
        await views.write(batch({ documents: [doc(3, 'c'), doc(1, 'other')] }));
        expect(await views.roots()).not.toEqual(before);
        await views.write(batch({ documents: [doc(3, undefined), doc(1, 'a')] }));
        expect(await views.roots()).toEqual(before);
        await views.write(batch({ documents: [doc(1, undefined), doc(2, undefined)] }));
        expect(await views.roots()).toEqual({ records: NO_DOCUMENTS, customers: NO_DOCUMENTS });
      });

      it('say nothing of keys, timelines and the checkpoint', async () => {
        await views.write(batch({ documents: [doc(1, 'a')] }));
        const before = await views.roots();
        await views.write(batch({ at: 2n, documents: [doc(1, 'a', ['k:1'])], timeline: [entry(1, 1, 2n)] }));
        expect(await views.roots()).toEqual(before);
      });
    });

    describe('the checkpoint', () => {
      it('moves with its documents', async () => {
        await views.write(batch({ at: 7n, documents: [doc(1, 'a')] }));
        expect(await views.checkpoint()).toEqual({ position: 7n, recordedAt: 7_000 });
        await views.write(batch({ at: 9n }));
        expect(await views.checkpoint()).toEqual({ position: 9n, recordedAt: 9_000 });
      });

      it('never falls, and what came with a lower one is not written', async () => {
        await views.write(batch({ at: 7n, documents: [doc(1, 'a')] }));
        await expect(views.write(batch({ at: 6n, documents: [doc(1, 'b')] }))).rejects.toThrow(/cannot fall/);
        expect(await views.load('records', [id(1)])).toEqual(new Map([[id(1), 'a']]));
        await views.write(batch({ at: 7n, documents: [doc(1, 'c')] }));
        expect(await views.load('records', [id(1)])).toEqual(new Map([[id(1), 'c']]));
      });

      it('a batch that throws half-way leaves nothing, and the next one goes through', async () => {
        await views.write(batch({ at: 1n, documents: [doc(1, 'a', ['k:1'])] }));
        const roots = await views.roots();
        const broken = {
          record: id(5),
          occurredAt: 1,
          get position(): bigint {
            throw new Error('cable pulled');
          },
        };
        const bad = batch({ at: 2n, documents: [doc(1, 'b', ['k:2']), doc(5, 'e')], timeline: [entry(5, 1, 2n), broken] });
        await expect(views.write(bad)).rejects.toThrow('cable pulled');
        expect(await views.roots()).toEqual(roots);
        expect(await views.checkpoint()).toMatchObject({ position: 1n });
        expect(await views.size()).toEqual({ records: 1, customers: 0, entries: 0, keys: 1 });
        expect(await views.find('k:2', 10)).toEqual([]);
        await views.write(batch({ at: 2n, documents: [doc(5, 'e'), doc(6, 'f')], timeline: [entry(6, 1, 2n)] }));
        expect(await views.load('records', [id(1), id(5), id(6)])).toEqual(new Map([[id(1), 'a'], [id(5), 'e'], [id(6), 'f']]));
        expect(await views.timeline([id(5), id(6)], newest())).toEqual([entry(6, 1, 2n)]);
      });
    });

    describe('parked records', () => {
      const parked = (n: number, position: bigint, reason = 'no') => ({ record: id(n), position, reason, recordedAt: 5 });

      it('are listed in the order of their ids until they fold again', async () => {
        await views.write(batch({ parked: [parked(3, 2n ** 60n), parked(1, 8n, 'why')] }));
        expect(await views.parked(10)).toEqual([parked(1, 8n, 'why'), parked(3, 2n ** 60n)]);
        expect(await views.parked(1)).toEqual([parked(1, 8n, 'why')]);
        expect(await views.parked(10, id(1))).toEqual([parked(3, 2n ** 60n)]);
        expect(await views.isParked([id(3), id(2), id(3)])).toEqual([parked(3, 2n ** 60n)]);
        await views.write(batch({ unparked: [id(3), id(9)] }));
        expect(await views.parked(10)).toEqual([parked(1, 8n, 'why')]);
        expect(await views.isParked([id(3), id(9)])).toEqual([]);
      });

      it('keep the first event that was refused, unless they folded in between', async () => {
        await views.write(batch({ parked: [parked(1, 8n)] }));
        await views.write(batch({ parked: [parked(1, 9n)] }));
        expect(await views.isParked([id(1)])).toEqual([parked(1, 8n)]);
        await views.write(batch({ unparked: [id(1)], parked: [parked(1, 9n)] }));
        expect(await views.isParked([id(1)])).toEqual([parked(1, 9n)]);
      });
    });

    describe('generations', () => {
      it('have a name and a fingerprint each, and one is live', async () => {
        const green = await opened.store.create('folds-2');
        expect(green.name).not.toBe(views.name);
        await opened.store.switchTo(views.name);
        expect(await opened.store.generations()).toEqual([
          { name: views.name, fingerprint: 'folds-1', live: true },
          { name: green.name, fingerprint: 'folds-2', live: false },
        ]);
        await opened.store.switchTo(green.name);
        expect((await opened.store.generations()).map((each) => each.live)).toEqual([false, true]);
      });

      it('know nothing of each other', async () => {
        const green = await opened.store.create('folds-2');
        await views.write(batch({ at: 5n, documents: [doc(1, 'blue', ['k:1'])], timeline: [entry(1, 1, 1n)] }));
        await green.write(batch({ at: 3n, documents: [doc(1, 'green')] }));
        expect(await views.load('records', [id(1)])).toEqual(new Map([[id(1), 'blue']]));
        expect(await green.load('records', [id(1)])).toEqual(new Map([[id(1), 'green']]));
        expect(await green.size()).toEqual({ records: 1, customers: 0, entries: 0, keys: 0 });
        expect(await green.checkpoint()).toMatchObject({ position: 3n });
      });

      it('readers see the live one, and a switch at their next question', async () => {
        const reader = opened.reader();
        await expect(reader.checkpoint()).rejects.toThrow(/live/);
        await opened.store.switchTo(views.name);
        await views.write(batch({ documents: [doc(1, 'blue', ['k:1'])], timeline: [entry(1, 1, 1n)] }));
        expect(await reader.load('records', [id(1)])).toEqual(new Map([[id(1), 'blue']]));
        expect(reader.name).toBe(views.name);
        const green = await opened.store.create('folds-2');
        await green.write(batch({ at: 2n, documents: [doc(1, 'green', ['k:2'])] }));
        expect(await reader.find('k:1', 10)).toEqual([id(1)]);
        await opened.store.switchTo(green.name);
        expect(await reader.load('records', [id(1)])).toEqual(new Map([[id(1), 'green']]));
        await opened.store.drop(views.name);
        expect(await reader.find('k:2', 10)).toEqual([id(1)]);
        expect(await reader.timeline([id(1)], newest())).toEqual([]);
        expect((await reader.scan('records', undefined, 10)).documents).toEqual([{ id: id(1), body: 'green' }]);
        expect([await reader.roots(), await reader.size(), await reader.parked(1), await reader.isParked([id(1)])]).toEqual([
          await green.roots(),
          await green.size(),
          [],
          [],
        ]);
        expect(reader.name).toBe(green.name);
        await reader.close();
      });

      it('one that was dropped is gone, and its name is not given out again', async () => {
        const green = await opened.store.create('folds-2');
        await opened.store.drop(green.name);
        expect((await opened.store.generations()).map((each) => each.name)).toEqual([views.name]);
        await expect(opened.store.open(green.name)).rejects.toThrow(/no views/);
        await expect(opened.store.switchTo(green.name)).rejects.toThrow(/no views/);
        await expect(opened.store.drop(green.name)).rejects.toThrow(/no views/);
        expect((await opened.store.create('folds-3')).name).not.toBe(green.name);
      });

      it('the live one cannot be dropped', async () => {
        await opened.store.switchTo(views.name);
        await expect(opened.store.drop(views.name)).rejects.toThrow(/live/);
      });

      it('are opened by name', async () => {
        await views.write(batch({ documents: [doc(1, 'a')] }));
        const again = await opened.store.open(views.name);
        expect(await again.load('records', [id(1)])).toEqual(new Map([[id(1), 'a']]));
        await again.write(batch({ at: 2n, documents: [doc(1, 'b')] }));
        expect(await views.load('records', [id(1)])).toEqual(new Map([[id(1), 'b']]));
      });
    });
  });
}
