/** Cases of reading: streams in both directions, the whole log in pages, single places, times. */
import type { Current, Engine } from '../log';
import { event, everything, idsOf, many, NOON, pagesOf, placed, positionsOf, singly } from './events';

const F24_START = (1n << 53n) + 1n;

export function reading(current: Current, engine: Engine): void {
  test('a stream is read forward and backward, from any revision, in pages', async () => {
    const { log } = current();
    await log.append('order-1', 'none', many('e', 5));
    await log.append('order-2', 'none', many('other', 5));
    const ids = async (options: Parameters<typeof log.read>[1]) => {
      const page = await log.read('order-1', options);
      return [...idsOf(page.events), page.end];
    };
    expect(await ids({})).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', true]);
    expect(await ids({ limit: 2 })).toEqual(['e0', 'e1', false]);
    expect(await ids({ from: 3n, limit: 2 })).toEqual(['e3', 'e4', true]);
    expect(await ids({ from: 5n })).toEqual([true]);
    expect(await ids({ direction: 'backward', limit: 2 })).toEqual(['e4', 'e3', false]);
    expect(await ids({ direction: 'backward', from: 1n })).toEqual(['e1', 'e0', true]);
    expect(await ids({ direction: 'backward', from: 99n, limit: 1 })).toEqual(['e4', false]);
  });

  test('a stream without events is empty, not an error', async () => {
    const { log } = current();
    expect(await log.read('nobody-1')).toEqual({ events: [], end: true });
    expect(await log.read('nobody-1', { direction: 'backward' })).toEqual({ events: [], end: true });
  });

  test('the whole log is read in order, in pages that do not overlap and leave nothing out', async () => {
    const { log } = current();
    await log.appendBatch(singly('a-1', many('e', 25)));
    const positions = await positionsOf(log);
    const pages = await pagesOf(log, 0n, { limit: 10 });
    expect(pages.map((p) => [p.events.length, p.next, p.end])).toEqual([
      [10, positions[9], false],
      [10, positions[19], false],
      [5, positions[24], true],
    ]);
    expect(idsOf(pages.flatMap((p) => p.events))).toEqual(many('e', 25).map((e) => e.clientId));
    const [twentieth, last] = [positions[19] ?? 0n, positions[24] ?? 0n];
    expect(await log.readAll(last)).toEqual({ events: [], next: last, end: true });
    expect(await log.readAll(twentieth, { limit: 5 })).toMatchObject({ next: last, end: true });
  });

  test('an empty log has an empty page, head and tree', async () => {
    const { log } = current();
    expect(await log.readAll(0n)).toEqual({ events: [], next: 0n, end: true });
    expect(await log.head()).toEqual({ position: 0n, recordedAt: 0 });
    expect(await log.positionAt(NOON)).toBe(0n);
    expect((await log.tree()).size).toBe(0n);
  });

  test('a filtered page moves on over what it left out, even when nothing fits (F12, F13)', async () => {
    const { log } = current();
    const types = ['CallMade', 'PurchaseMade', 'CallMade', 'MailSent', 'MailSent'];
    await log.appendBatch(
      singly(
        'a-1',
        types.map((type, i) => event({ id: `e${i}`, type })),
      ),
    );
    const filtered = async (...names: string[]) => {
      const pages = await pagesOf(log, 0n, { filter: { types: names } });
      const end = await placed(log, pages.at(-1));
      return [...idsOf(pages.flatMap((p) => p.events)), end?.next];
    };
    expect(await filtered('CallMade')).toEqual(['e0', 'e2', 5n]);
    expect(await filtered('CallMade', 'MailSent')).toEqual(['e0', 'e2', 'e3', 'e4', 5n]);
    expect(await filtered('NeverHeardOf')).toEqual([5n]);
    expect(await filtered()).toEqual([5n]);
    const first = await log.readAll(0n, { filter: { types: ['CallMade'] }, limit: 1 });
    expect([idsOf(first.events), (await placed(log, first)).next, first.end]).toEqual([['e0'], 1n, false]);
  });

  test('canonical bytes come back as they went in, with every column beside them', async () => {
    const { log } = current();
    const one = event({ id: '1', type: 'CallMade', text: 'ä "quoted" \u0001 😀', occurredAt: NOON - 86_400_000 });
    await log.append('order-1', 'any', [one]);
    const [stored] = await everything(log);
    expect(Buffer.from(stored?.bytes ?? []).toString()).toBe(Buffer.from(one.bytes).toString());
    expect(await placed(log, { ...stored, bytes: undefined })).toEqual({
      position: 1n,
      stream: 'order-1',
      revision: 0n,
      type: 'CallMade',
      occurredAt: NOON - 86_400_000,
      recordedAt: NOON,
      bytes: undefined,
    });
  });

  test('readAt gives the events of these positions in the order asked, and leaves unknown ones out', async () => {
    const { log } = current();
    await log.appendBatch(singly('a-1', many('e', 5)));
    const [first = 0n, , third = 0n, , fifth = 0n] = await positionsOf(log);
    const unknown = fifth + 94n;
    expect(idsOf(await log.readAt([fifth, first, unknown, third, 0n, third]))).toEqual(['e4', 'e0', 'e2', 'e2']);
    expect(await log.readAt([])).toEqual([]);
  });

  test('positionAt names the last event that was known at a time', async () => {
    const { log } = current();
    const stamps = [0, 10, 10, 10, 20, 30];
    await log.appendBatch(
      singly(
        'a-1',
        stamps.map((ms, i) => event({ id: `e${i}`, recordedAt: NOON + ms })),
      ),
    );
    const at = [-1, 0, 9, 10, 19, 20, 30, 1e9].map((ms) => log.positionAt(NOON + ms));
    const found = (await Promise.all(at)).map((position) => ({ position }));
    expect((await placed(log, found)).map((f) => f.position)).toEqual([0n, 1n, 1n, 4n, 4n, 5n, 6n, 6n]);
    expect(await placed(log, await log.head())).toEqual({ position: 6n, recordedAt: NOON + 30 });
  });

  test('an occurredAt before 1970 is a time like any other', async () => {
    const { log } = current();
    const occurredAt = Date.UTC(1931, 4, 2);
    await log.append('a-1', 'any', [event({ id: '1', occurredAt })]);
    expect((await everything(log))[0]?.occurredAt).toBe(occurredAt);
  });

  test('what was appended is there after the log was opened again', async () => {
    const { log, reopen } = current();
    await log.appendBatch(singly('a-1', many('e', 20)));
    const before = { id: log.id, events: await everything(log), tree: await log.tree() };
    if (!reopen) return;
    const again = await reopen();
    expect(again.id).toBe(before.id);
    expect(await everything(again)).toEqual(before.events);
    expect(Buffer.compare((await again.tree()).root, before.tree.root)).toBe(0);
    const more = await again.append('a-1', 19n, [event({ id: 'more' })]);
    expect(await placed(again, more)).toMatchObject({ kind: 'appended', position: 21n });
  });

  test('positions above 2^53 stay exact (F24)', async () => {
    if (!engine.startsAnywhere) return;
    const { log, end } = await engine.open({ firstPosition: F24_START });
    try {
      await log.appendBatch(singly('a-1', many('e', 4)));
      const positions = await positionsOf(log);
      const [first = 0n, second, third, fourth = 0n] = positions;
      if (engine.withoutGaps) expect(positions).toEqual([0n, 1n, 2n, 3n].map((i) => F24_START + i));
      expect(first).toBeGreaterThan(1n << 53n);
      expect((await log.readAll(first)).events.map((e) => e.position)).toEqual(positions.slice(1));
      expect(idsOf(await log.readAt([fourth]))).toEqual(['e3']);
      expect(await log.append('a-1', 'any', [event({ id: 'e1' })])).toMatchObject({
        kind: 'duplicate',
        position: second,
      });
      expect((await log.find('shop', 'e2'))?.position).toBe(third);
      expect((await log.head()).position).toBe(fourth);
      expect([await log.positionAt(NOON - 1), await log.positionAt(NOON)]).toEqual([0n, fourth]);
      expect(await log.verify({ deep: true })).toMatchObject({ ok: true, size: 4n });
    } finally {
      await end();
    }
  });
}
