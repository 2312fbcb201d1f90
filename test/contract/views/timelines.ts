/** Cases of the timeline: its order, its pages in both directions, its bounds. */
import type { Entry, TimelineQuery } from '../../../src/app/ports';
import type { Current } from '../views';
import { batch, entry, id, newest, oldest, positions } from './given';

export function timelines(current: Current): void {
  const line = [entry(1, 30, 3n), entry(1, 10, 5n), entry(1, 20, 4n), entry(1, 20, 2n), entry(1, -5, 6n)];
  const sorted = [6n, 5n, 2n, 4n, 3n];

  test('stands by (occurredAt, position), whatever the order of writing', async () => {
    const { views } = current();
    for (const each of line) await views.write(batch({ timeline: [each] }));
    expect(positions(await views.timeline([id(1)], oldest()))).toEqual(sorted);
    expect(positions(await views.timeline([id(1)], newest()))).toEqual([...sorted].reverse());
    expect((await views.timeline([id(1)], oldest(1)))[0]).toEqual(entry(1, -5, 6n));
  });

  test('an entry that is written twice stands there once', async () => {
    const { views } = current();
    await views.write(batch({ timeline: [...line, line[0] as Entry] }));
    await views.write(batch({ timeline: line }));
    expect(positions(await views.timeline([id(1)], oldest()))).toEqual(sorted);
    expect(await views.size()).toMatchObject({ entries: 5 });
  });

  test.each(['oldest-first', 'newest-first'] as const)(
    'is read page by page, %s, through ties and over several records',
    async (direction) => {
      const { views } = current();
      const entries = Array.from({ length: 60 }, (_, i) => entry(i % 3, Math.floor(i / 7) * 10, BigInt((i * 37) % 60)));
      await views.write(batch({ timeline: entries }));
      const all = await views.timeline([id(0), id(1), id(2)], { direction, limit: 1_000 });
      expect(all).toHaveLength(60);
      const read: Entry[] = [];
      let page: readonly Entry[];
      do {
        const after = read.at(-1);
        page = await views.timeline([id(2), id(0), id(1)], { direction, limit: 7, ...(after && { after }) });
        expect(page.length).toBeLessThanOrEqual(7);
        read.push(...page);
      } while (page.length > 0);
      expect(read).toEqual(all);
      const order = entries.sort((a, b) => a.occurredAt - b.occurredAt || Number(a.position - b.position));
      expect(all).toEqual(direction === 'oldest-first' ? order : order.reverse());
    },
  );

  test('an event on the timelines of several records comes once, under the first by id', async () => {
    const { views } = current();
    await views.write(batch({ timeline: [entry(2, 10, 1n), entry(1, 10, 1n), entry(2, 20, 2n)] }));
    const expected = [entry(1, 10, 1n), entry(2, 20, 2n)];
    expect(await views.timeline([id(2), id(1)], oldest())).toEqual(expected);
    expect(await views.timeline([id(1), id(2), id(2)], newest(2))).toEqual(expected.reverse());
    expect(await views.timeline([id(2), id(1)], { ...newest(1), after: entry(1, 20, 2n) })).toEqual([entry(1, 10, 1n)]);
    expect(await views.size()).toMatchObject({ entries: 3 });
  });

  test.each([oldest(), newest()])('ends at a time and at what was known: $direction', async (query) => {
    const { views } = current();
    await views.write(batch({ timeline: line }));
    const read = async (bounds: Partial<TimelineQuery>) =>
      new Set(positions(await views.timeline([id(1)], { ...query, ...bounds })));
    expect(await read({ until: 20 })).toEqual(new Set([2n, 4n, 5n, 6n]));
    expect(await read({ until: 19 })).toEqual(new Set([5n, 6n]));
    expect(await read({ until: 19.5 })).toEqual(new Set([5n, 6n]));
    expect(await read({ until: -6 })).toEqual(new Set([]));
    expect(await read({ known: 4n })).toEqual(new Set([2n, 3n, 4n]));
    expect(await read({ until: 20, known: 3n })).toEqual(new Set([2n]));
    expect(await read({ known: 0n })).toEqual(new Set([]));
  });

  test('a page after an entry stays within the time', async () => {
    const { views } = current();
    await views.write(batch({ timeline: line }));
    const read = async (query: TimelineQuery) => positions(await views.timeline([id(1)], query));
    expect(await read({ ...newest(), until: 20, after: entry(1, 20, 4n) })).toEqual([2n, 5n, 6n]);
    expect(await read({ ...newest(), until: 15, after: entry(1, 20, 4n) })).toEqual([5n, 6n]);
    expect(await read({ ...newest(), known: 5n, after: entry(1, 20, 4n) })).toEqual([2n, 5n]);
    expect(await read({ ...oldest(), until: 20, after: entry(1, 20, 2n) })).toEqual([4n]);
    expect(await read({ ...oldest(), until: 15, after: entry(1, 20, 2n) })).toEqual([]);
  });

  test('of a record that nobody knows is empty', async () => {
    const { views } = current();
    await views.write(batch({ timeline: line }));
    expect(await views.timeline([id(8)], newest())).toEqual([]);
    expect(await views.timeline([id(8), id(1)], newest(2))).toHaveLength(2);
  });

  test('holds positions beyond 2^53 exactly', async () => {
    const { views } = current();
    const far = 2n ** 53n;
    const entries = [entry(1, 10, far + 1n), entry(1, 10, far + 2n), entry(1, 10, far + 3n)];
    await views.write(batch({ at: far + 3n, timeline: entries }));
    expect(await views.timeline([id(1)], oldest())).toEqual(entries);
    expect(positions(await views.timeline([id(1)], { ...oldest(), known: far + 2n }))).toEqual([far + 1n, far + 2n]);
    expect(positions(await views.timeline([id(1)], { ...newest(), after: entries[1] }))).toEqual([far + 1n]);
    expect((await views.checkpoint()).position).toBe(far + 3n);
  });

  test('a batch of many entries loses none', async () => {
    const { views } = current();
    const entries = Array.from({ length: 1_000 }, (_, i) => entry(i % 7, i % 90, BigInt(i)));
    await views.write(batch({ timeline: entries }));
    expect(await views.size()).toMatchObject({ entries: 1_000 });
    expect(await views.timeline([0, 1, 2, 3, 4, 5, 6].map(id), oldest(Infinity))).toHaveLength(1_000);
  });
}
