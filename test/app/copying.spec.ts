/** A log moves house: the same events in the same order, byte for byte, resumed where it was cut. */
import { EmbeddedLog } from '../../eventstore/embedded/log';
import { MemoryLog } from '../../eventstore/memory';
import type { EventLog } from '../../eventstore/store';
import { openKith } from '../../src/compose';
import { textOf } from '../../src/domain/kernel';
import { copyLog } from '../../src/app/copying';
import { folder } from '../folder';
import { given, type Given, said } from '../given';

let g: Given;
let own: ReturnType<typeof folder>;
beforeEach(async () => {
  g = await given({}, { matching: true });
  own = folder();
});
afterEach(async () => {
  await g.kith.close();
  own.remove();
});

const events = async (log: EventLog) =>
  (await log.readAll(0n, { limit: 10_000 })).events.map(
    ({ stream, revision, type, occurredAt, recordedAt, bytes }) => ({
      stream,
      revision,
      type,
      occurredAt,
      recordedAt,
      text: Buffer.from(bytes).toString(),
    }),
  );

/** Facts with every kind of text, of twins who become one customer, and one that was taken back. */
async function tell(from: number, count: number): Promise<void> {
  const tricky = 'she said "recordedAt":"2020-01-01T00:00:00.000Z" and \\"recordedAt\\":\\" 王小明';
  for (let i = from; i < from + count; i++) {
    const fact = said('note-taken', `k${i % 7}`, { text: `${tricky} ${i}` }, { zone: 'Europe/Vienna' });
    await g.send(
      said('name-stated', `k${i}`, { party: 'person', name: { given: 'Ada', family: `Lovelace${i % 3}` } }),
      said('contact-point-stated', `k${i}`, { medium: 'email', value: `ada${i % 3}@post.example` }),
      fact,
    );
    if (i % 5 === 0)
      await g.kith.revising.revise({
        kind: 'retracted',
        fact: { source: 'crm', id: textOf(fact['id']) },
        reason: 'wrong',
      });
  }
  await g.kith.settled(10_000);
}

async function withTarget<T>(act: (log: EmbeddedLog) => Promise<T>): Promise<T> {
  const log = await EmbeddedLog.open(own.path, { logId: g.kith.log.id });
  try {
    return await act(log);
  } finally {
    await log.close();
  }
}

test('to another engine and back it is the same log, event for event', async () => {
  await tell(0, 20);
  await withTarget(async (target) => {
    const { size, carried } = await copyLog(g.kith.log, target);
    expect(carried).toBe(size);
    expect(target.id).toBe(g.kith.log.id);
    expect(await events(target)).toEqual(await events(g.kith.log));
    expect(await target.verify({ deep: true })).toMatchObject({ ok: true, size });
    const back = new MemoryLog({ id: target.id });
    await copyLog(target, back);
    expect(await events(back)).toEqual(await events(g.kith.log));
  });
});

test('copied again it carries nothing, and after more was written only that', async () => {
  await tell(0, 5);
  await withTarget(async (target) => {
    await copyLog(g.kith.log, target);
    expect((await copyLog(g.kith.log, target)).carried).toBe(0n);
    const before = (await g.kith.log.head()).position;
    await tell(5, 5);
    const { carried } = await copyLog(g.kith.log, target);
    expect(carried).toBe((await g.kith.log.head()).position - before);
    expect(await events(target)).toEqual(await events(g.kith.log));
  });
});

test('cut in the middle it goes on where it was cut', async () => {
  await tell(0, 10);
  await withTarget(async (target) => {
    const all = (await g.kith.log.head()).position;
    let batches = 0;
    // A source that is gone after some pages of a few events each.
    const cut = Object.assign(Object.create(g.kith.log), {
      readAll: async (after: bigint) => {
        if (batches++ === 3) throw new Error('the line was cut');
        return g.kith.log.readAll(after, { limit: 4 });
      },
    });
    await expect(copyLog(cut, target)).rejects.toThrow('the line was cut');
    expect((await target.head()).position).toBe(12n);
    expect((await copyLog(g.kith.log, target)).carried).toBe(all - 12n);
    expect(await events(target)).toEqual(await events(g.kith.log));
  });
});

test('a place that holds something else is refused and left as it is', async () => {
  await tell(0, 2);
  const other = await openKith({ data: 'memory', matching: false });
  try {
    await other.intake.accept([said('note-taken', 'x', { text: 'mine' })]);
    await expect(copyLog(g.kith.log, other.log)).rejects.toMatchObject({ code: 'not-empty' });
    expect((await other.log.head()).position).toBe(1n);
  } finally {
    await other.close();
  }
});
