/** Cases of appending: revisions, what is expected of a stream, batches, stamps, writers at the same time. */
import { packAppends, roomForAppend } from '../../../eventstore/frames';
import type { Append, Outcome } from '../../../eventstore/store';
import type { Current, Engine } from '../log';
import { columnsOf, event, everything, idsOf, many, NOON, placed, positionsOf, singly, textOf } from './events';

const kinds = (outcomes: readonly Outcome[]): string[] => outcomes.map((o) => o.kind);

export function appending(current: Current, engine: Engine): void {
  test('an appended event has the next position, the next revision of its stream and its stamp', async () => {
    const { log } = current();
    const first = await log.append('order-1', 'none', [event({ id: '1' })]);
    const second = await log.append('order-2', 'any', [event({ id: '2' })]);
    const third = await log.append('order-1', 0n, [event({ id: '3', recordedAt: NOON + 5 })]);
    expect(await placed(log, [first, second, third])).toEqual([
      { kind: 'appended', position: 1n, revision: 0n, recordedAt: NOON },
      { kind: 'appended', position: 2n, revision: 0n, recordedAt: NOON },
      { kind: 'appended', position: 3n, revision: 1n, recordedAt: NOON + 5 },
    ]);
  });

  test('appends that were packed elsewhere are answered as if they had come one by one', async () => {
    const { log } = current();
    await log.append('order-1', 'none', [event({ id: '1' })]);
    const appends: Append[] = [
      { stream: 'order-2', expected: 'any', events: [event({ id: '2' })] },
      { stream: 'order-1', expected: 'any', events: [event({ id: '1' })] },
      { stream: 'order-1', expected: 'none', events: [event({ id: '3' })] },
      { stream: 'order-1', expected: 0n, events: many('e', 3) },
    ];
    const room = appends.reduce((sum, append) => sum + roomForAppend(append), 0);
    const frame = packAppends(appends, room);
    const before = Buffer.from(frame);
    const [packed, single] = await Promise.all([
      log.appendFrame(frame),
      log.append('order-2', 0n, [event({ id: '4' })]),
    ]);
    expect(kinds(packed)).toEqual(['appended', 'duplicate', 'wrong-version', 'appended']);
    expect(single).toMatchObject({ kind: 'appended', revision: 1n });
    expect(idsOf((await log.read('order-1')).events)).toEqual(['1', 'e0', 'e1', 'e2']);
    expect(frame).toEqual(before);
    expect(await log.appendFrame(packAppends([], 0))).toEqual([]);
  });

  test('an append of several events is answered with the place of its last one', async () => {
    const { log } = current();
    const outcome = await log.append('order-1', 'none', many('e', 3));
    expect(await placed(log, outcome)).toMatchObject({ kind: 'appended', position: 3n, revision: 2n });
    expect(idsOf((await log.read('order-1')).events)).toEqual(['e0', 'e1', 'e2']);
  });

  test('a stream that is not where the caller believes it to be takes nothing, and says where it is (F3)', async () => {
    const { log } = current();
    expect(await log.append('order-1', 0n, [event({ id: '1' })])).toEqual({ kind: 'wrong-version', actual: 'none' });
    await log.append('order-1', 'none', many('e', 2));
    expect(await log.append('order-1', 'none', [event({ id: '1' })])).toEqual({ kind: 'wrong-version', actual: 1n });
    expect(await log.append('order-1', 0n, [event({ id: '1' })])).toEqual({ kind: 'wrong-version', actual: 1n });
    expect(await log.append('order-1', 7n, many('f', 2))).toEqual({ kind: 'wrong-version', actual: 1n });
    expect(await log.append('order-1', 1n << 62n, [event({ id: '1' })])).toEqual({ kind: 'wrong-version', actual: 1n });
    expect(await placed(log, await log.head())).toMatchObject({ position: 2n });
    expect(await log.append('order-1', 1n, [event({ id: '1' })])).toMatchObject({ kind: 'appended', revision: 2n });
  });

  test('a batch is not atomic: each append has an outcome of its own, in order', async () => {
    const { log } = current();
    const outcomes = await log.appendBatch([
      { stream: 'a-1', expected: 'none', events: [event({ id: '1' })] },
      { stream: 'a-1', expected: 'none', events: [event({ id: '2' })] },
      { stream: 'a-1', expected: 0n, events: many('m', 2) },
      { stream: 'b-1', expected: 'any', events: [event({ id: '1' })] },
      { stream: 'b-1', expected: 'any', events: [event({ id: '1', text: 'other' })] },
      { stream: 'b-1', expected: 'any', events: [event({ id: 'm1' }), event({ id: '9' })] },
      { stream: 'b-1', expected: 'none', events: [event({ id: '3' })] },
    ]);
    expect(kinds(outcomes)).toEqual([
      'appended',
      'wrong-version',
      'appended',
      'duplicate',
      'conflict',
      'partly-known',
      'appended',
    ]);
    expect(await placed(log, outcomes[6])).toMatchObject({ position: 4n, revision: 0n });
    expect(await log.appendBatch([])).toEqual([]);
  });

  test('recordedAt never falls, though the clock steps back 5 s, and the bytes hold the stamp that counts (F18)', async () => {
    const { log } = current();
    await log.append('order-1', 'any', [event({ id: '1', recordedAt: NOON })]);
    const outcome = await log.append('order-1', 'any', [event({ id: '2', recordedAt: NOON - 5_000 })]);
    const [, lone] = await log.appendBatch(
      singly('order-2', [event({ id: '3', recordedAt: NOON + 1 }), event({ id: '4' })]),
    );
    expect(outcome).toMatchObject({ recordedAt: NOON });
    expect(lone).toMatchObject({ recordedAt: NOON + 1 });
    const events = await everything(log);
    expect(events.map((e) => e.recordedAt)).toEqual([NOON, NOON, NOON + 1, NOON + 1]);
    expect(events.map((e) => columnsOf(e.bytes).recordedAt)).toEqual([NOON, NOON, NOON + 1, NOON + 1]);
    expect((await log.verify({ deep: true })).ok).toBe(true);
  });

  test('the caller keeps its own bytes: lifting a stamp changes the stored ones only', async () => {
    const { log } = current();
    await log.append('order-1', 'any', [event({ id: '1' })]);
    const late = event({ id: '2', recordedAt: NOON - 1 });
    const before = Buffer.from(late.bytes);
    await log.append('order-1', 'any', [late]);
    expect(Buffer.compare(before, late.bytes)).toBe(0);
  });

  test('writers at the same time each get their own outcome, and no event is left out of the order (F7)', async () => {
    const { log } = current();
    const writers = Array.from({ length: 32 }, async (_, w) => {
      const outcomes: Outcome[] = [];
      for (let i = 0; i < 10; i++) {
        outcomes.push(await log.append(`w-${w % 8}`, 'any', [event({ id: `${w}.${i}`, text: `${w}.${i}` })]));
      }
      return outcomes;
    });
    const answers = (await Promise.all(writers)).flat();
    const events = await everything(log);
    const positions = events.map((e) => e.position);
    expect(new Set(positions).size).toBe(320);
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
    if (engine.withoutGaps) expect(positions).toEqual(Array.from({ length: 320 }, (_, i) => BigInt(i + 1)));
    for (const [i, answer] of answers.entries()) {
      const wanted = `${Math.floor(i / 10)}.${i % 10}`;
      if (answer.kind !== 'appended') throw new Error(answer.kind);
      const [stored] = await log.readAt([answer.position]);
      expect(stored && textOf(stored)).toBe(wanted);
      expect(stored?.revision).toBe(answer.revision);
    }
  });

  test('of writers that expect the same revision exactly one wins, and the others learn by how much they lost', async () => {
    const { log } = current();
    const outcomes = await Promise.all(many('e', 20).map((e) => log.append('order-1', 'none', [e])));
    expect(outcomes.filter((o) => o.kind === 'appended')).toHaveLength(1);
    const lost = outcomes.filter((o) => o.kind !== 'appended');
    for (const outcome of lost) expect(outcome).toEqual({ kind: 'wrong-version', actual: 0n });
  });

  test('nonsense is the caller’s bug: it rejects and nothing is written', async () => {
    const { log } = current();
    const good = event({ id: '1' });
    const bad = { code: 'bad-event' };
    await expect(log.append('order-1', 'any', [])).rejects.toMatchObject(bad);
    await expect(log.append('', 'any', [good])).rejects.toMatchObject(bad);
    await expect(log.append('order-1', -1n, [good])).rejects.toMatchObject(bad);
    await expect(log.append('order-1', 1n << 64n, [good])).rejects.toMatchObject(bad);
    await expect(log.append('order-1', 'any', [good, good])).rejects.toMatchObject(bad);
    await expect(log.append('order-1', 'any', [{ ...good, clientId: '' }])).rejects.toMatchObject(bad);
    await expect(log.append('order-1', 'any', [{ ...good, clientId: '\ud800' }])).rejects.toMatchObject(bad);
    await expect(log.append('order-1', 'any', [{ ...good, fingerprint: new Uint8Array(3) }])).rejects.toMatchObject(
      bad,
    );
    await expect(log.append('order-1', 'any', [{ ...good, recordedAt: 8.64e15 }])).rejects.toMatchObject(bad);
    await expect(log.append('order-1', 'any', [{ ...good, occurredAt: Number.NaN }])).rejects.toMatchObject(bad);
    await expect(log.append('order-1', 'any', [{ ...good, stampAt: 3 }])).rejects.toMatchObject(bad);
    await expect(
      log.appendBatch([...singly('order-1', [good]), { stream: 'x-1', expected: 'any', events: [] }]),
    ).rejects.toMatchObject(bad);
    expect((await log.head()).position).toBe(0n);
  });

  test('events of a megabyte go in and come out unchanged', async () => {
    const { log } = current();
    const large = many('big', 3).map((e, i) => event({ id: e.clientId, text: String(i).repeat(1_000_000) }));
    expect(kinds(await log.appendBatch(singly('big-1', large)))).toEqual(['appended', 'appended', 'appended']);
    const { events } = await log.read('big-1');
    expect(events.map((e, i) => Buffer.compare(e.bytes, large[i]?.bytes ?? Buffer.alloc(0)))).toEqual([0, 0, 0]);
  });

  test('a closed log takes and gives nothing', async () => {
    const { log } = current();
    await log.close();
    const closed = { code: 'closed' };
    await expect(log.append('order-1', 'any', [event({ id: '1' })])).rejects.toMatchObject(closed);
    await expect(log.appendBatch(singly('order-1', many('e', 2)))).rejects.toMatchObject(closed);
    await expect(log.readAll(0n)).rejects.toMatchObject(closed);
    await expect(log.head()).rejects.toMatchObject(closed);
    await log.close();
  });

  test('closing in mid-batch waits for what was taken: nothing is half done (F19)', async () => {
    const { log, reopen } = current();
    const answers = Promise.all([
      log.appendBatch(singly('a-1', many('e', 500))),
      log.append('a-2', 'any', many('f', 3)),
    ]);
    await log.close();
    const [batch, one] = await answers;
    expect(batch.every((o) => o.kind === 'appended')).toBe(true);
    expect(one.kind).toBe('appended');
    if (!reopen) return;
    const again = await reopen();
    expect(await positionsOf(again)).toHaveLength(503);
    expect(await placed(again, await again.head())).toMatchObject({ position: 503n });
  });
}
