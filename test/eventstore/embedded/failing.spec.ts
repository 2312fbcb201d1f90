/** The disk is full, the writing thread dies: who is told, and what is there afterwards. */
import { EmbeddedLog } from '../../../eventstore/embedded/log';
import { EmbeddedReader } from '../../../eventstore/embedded/reader';
import type { Outcome } from '../../../eventstore/store';
import { columnsOf, event, everything, idsOf, many, NOON, singly } from '../../contract/log/events';
import { folder } from '../../folder';

let path: string;
let remove: () => void;
beforeEach(() => {
  ({ path, remove } = folder());
});
afterEach(() => remove());

const large = (prefix: string, count: number) => many(prefix, count, { text: 'x'.repeat(20_000) });

/** Appends one after the other, so that each is a commit of its own. */
async function oneByOne(log: EmbeddedLog, events: ReturnType<typeof many>): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const e of events) outcomes.push(await log.append(`s-${outcomes.length % 3}`, 'any', [e]));
  return outcomes;
}

test('a full disk fails exactly the appends that did not fit; they succeed when there is room again', async () => {
  const log = await EmbeddedLog.open(path, { maxPages: 200, columnsOf });
  const events = large('e', 60);
  const outcomes = await oneByOne(log, events);
  const failed = events.filter((_, i) => outcomes[i]?.kind === 'failed');
  expect(failed.length).toBeGreaterThan(5);
  expect(failed.length).toBeLessThan(55);
  expect(outcomes.find((o) => o.kind === 'failed')).toMatchObject({
    reason: expect.stringMatching(/could not write: .*full/) as string,
  });
  const stored = events.filter((e) => !failed.includes(e)).map((e) => e.clientId);
  expect(idsOf(await everything(log))).toEqual(stored);
  expect(await log.verify({ deep: true })).toMatchObject({ ok: true, size: BigInt(stored.length) });

  log.limitPages(100_000);
  const again = await oneByOne(log, events);
  expect(again.map((o) => o.kind)).toEqual(outcomes.map((o) => (o.kind === 'failed' ? 'appended' : 'duplicate')));
  expect(idsOf(await everything(log)).sort()).toEqual(events.map((e) => e.clientId).sort());
  expect((await log.verify({ deep: true })).ok).toBe(true);
  await log.close();
});

test('of a commit that fails nothing stays: streams, revisions, types and the tree go on from what was committed', async () => {
  const log = await EmbeddedLog.open(path, { maxPages: 60, columnsOf });
  await log.append('a-1', 'none', [event({ id: 'first' })]);
  const before = await log.tree();
  const batch = [
    ...singly('a-1', [event({ id: 'small', type: 'CallMade', source: 'till' })]),
    ...singly('new-1', large('e', 100)),
  ];
  const outcomes = await log.appendBatch(batch);
  expect(new Set(outcomes.map((o) => o.kind))).toEqual(new Set(['failed']));
  expect(await log.tree()).toEqual(before);
  log.limitPages(100_000);
  expect(await log.append('new-1', 'none', [event({ id: 'small', type: 'CallMade', source: 'till' })])).toEqual({
    kind: 'appended',
    position: 2n,
    revision: 0n,
    recordedAt: NOON,
  });
  expect(await log.append('a-1', 0n, [event({ id: 'third' })])).toMatchObject({
    kind: 'appended',
    position: 3n,
    revision: 1n,
  });
  expect((await log.verify({ deep: true })).ok).toBe(true);
  await log.close();
});

test('when the writing thread dies, appends under way reject, later ones say the log is closed, and nothing acknowledged is lost', async () => {
  const log = await EmbeddedLog.open(path);
  await log.appendBatch(singly('a-1', many('kept', 100)));
  const followers = (async () => {
    for await (const page of log.follow(0n)) if (page.events.length > 1_000_000) return 'never';
    return 'ended';
  })();
  const underWay = Promise.allSettled(
    Array.from({ length: 50 }, (_, i) => log.appendBatch(singly(`b-${i}`, many(`u${i}-`, 500)))),
  );
  const killed = log.killWriter();
  const settled = await underWay;
  await killed;
  const lost = settled.filter((s) => s.status === 'rejected');
  expect(lost.length).toBeGreaterThan(0);
  for (const { reason } of lost)
    expect(reason).toMatchObject({
      code: 'closed',
      message: expect.stringContaining('send them with the same ids') as string,
    });
  await expect(log.append('a-1', 'any', [event({ id: 'late' })])).rejects.toMatchObject({ code: 'closed' });
  expect(await followers).toBe('ended');
  await log.close();

  const again = await EmbeddedLog.open(path);
  const acknowledged = settled.flatMap((s, i) =>
    s.status === 'fulfilled' ? many(`u${i}-`, 500).map((e) => e.clientId) : [],
  );
  const stored = new Set(idsOf(await everything(again)));
  expect([...many('kept', 100).map((e) => e.clientId), ...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
  expect((await again.verify({ deep: true })).ok).toBe(true);
  await again.close();
});

test('appends of far more bytes than may be under way at once all arrive, in order', async () => {
  const log = await EmbeddedLog.open(path);
  const batches = Array.from({ length: 12 }, (_, b) =>
    log.appendBatch(
      singly(
        'a-1',
        Array.from({ length: 10 }, (_, i) => event({ id: `${b}.${i}`, text: 'x'.repeat(1_000_000) })),
      ),
    ),
  );
  const closing = Promise.all(batches).then(() => log.head());
  expect((await closing).position).toBe(120n);
  expect(idsOf(await everything(log)).slice(0, 11)).toEqual([
    '0.0',
    '0.1',
    '0.2',
    '0.3',
    '0.4',
    '0.5',
    '0.6',
    '0.7',
    '0.8',
    '0.9',
    '1.0',
  ]);
  await log.close();
  const reader = new EmbeddedReader(path);
  expect((await reader.head()).position).toBe(120n);
  await reader.close();
});
