/** Cases of "once is once": the same id again, with the same or with other content, soon or much later. */
import type { Current } from '../log';
import { event, idsOf, many, NOON, placed, positionsOf, singly } from './events';

/** Texts that break what does not quote, count or encode properly. */
export const STRANGE = [
  'a\u0000b',
  'a\u0000c',
  'a',
  'a\u0001a',
  'a\u0001b',
  '\u0001',
  '\u0000',
  '😀 émoji',
  `it's "quoted" \\ and 100%`,
  '%00%2F_\\%',
  '-- ; DROP TABLE events',
  '\u2028\ufeff\u007f',
  ' ',
  '1',
  '01',
  '1.0',
  'x'.repeat(512),
  '漢'.repeat(512),
];

export function counting(current: Current): void {
  test('the same event sent again is a duplicate and stands where it stood', async () => {
    const { log } = current();
    await log.append('order-1', 'none', [event({ id: '0' }), event({ id: '1', recordedAt: NOON + 7 })]);
    const again = await log.append('order-1', 'any', [event({ id: '1', recordedAt: NOON + 99 })]);
    expect(await placed(log, again)).toEqual({ kind: 'duplicate', position: 2n, revision: 1n, recordedAt: NOON + 7 });
    const both = await log.append('order-1', 'any', [event({ id: '0' }), event({ id: '1' })]);
    expect(await placed(log, both)).toMatchObject({ kind: 'duplicate', position: 2n });
    expect(await positionsOf(log)).toHaveLength(2);
  });

  test('duplicate wins over wrong-version: a retry after a lost answer succeeds', async () => {
    const { log } = current();
    await log.append('order-1', 'none', [event({ id: '1' })]);
    expect(await log.append('order-1', 'none', [event({ id: '1' })])).toMatchObject({ kind: 'duplicate' });
    expect(await log.append('order-1', 41n, [event({ id: '1' })])).toMatchObject({ kind: 'duplicate' });
  });

  test('an id counts for its source, whatever the stream', async () => {
    const { log } = current();
    await log.append('order-1', 'any', [event({ id: '1', source: 'shop' })]);
    const again = await log.append('order-2', 'none', [event({ id: '1', source: 'shop' })]);
    const other = await log.append('order-2', 'none', [event({ id: '1', source: 'till' })]);
    expect(await placed(log, [again, other])).toMatchObject([
      { kind: 'duplicate', position: 1n },
      { kind: 'appended', position: 2n },
    ]);
    expect((await log.read('order-2')).events).toHaveLength(1);
  });

  test('other content under a known id is a conflict that shows both fingerprints', async () => {
    const { log } = current();
    const [first, other] = [event({ id: '1', text: 'a' }), event({ id: '1', text: 'b' })];
    await log.append('order-1', 'any', [first]);
    const outcome = await log.append('order-1', 'any', [event({ id: '2' }), other]);
    if (outcome.kind !== 'conflict') throw new Error(outcome.kind);
    expect(outcome.index).toBe(1);
    expect([...outcome.known]).toEqual([...first.fingerprint]);
    expect([...outcome.sent]).toEqual([...other.fingerprint]);
    expect(await positionsOf(log)).toHaveLength(1);
  });

  test('an append of which some ids are known and some are not is refused as a whole', async () => {
    const { log } = current();
    await log.append('order-1', 'any', [event({ id: 'b' }), event({ id: 'd' })]);
    const events = ['a', 'b', 'c', 'd'].map((id) => event({ id }));
    expect(await log.append('order-1', 'any', events)).toEqual({ kind: 'partly-known', known: [1, 3] });
    expect(idsOf((await log.readAll(0n)).events)).toEqual(['b', 'd']);
  });

  test('the same id twice in one batch, or from writers at the same time, is stored once', async () => {
    const { log } = current();
    const batch = await log.appendBatch(singly('order-1', [event({ id: '1' }), event({ id: '1' })]));
    expect(batch.map((o) => o.kind)).toEqual(['appended', 'duplicate']);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => log.append(`s-${i}`, 'any', [event({ id: 'same' })])),
    );
    expect(outcomes.map((o) => o.kind).sort()).toEqual(['appended', ...Array<string>(19).fill('duplicate')]);
    expect(await positionsOf(log)).toHaveLength(2);
  });

  test('an id sent again after thousands of others, and after the log was opened again, is still known (F9, F21)', async () => {
    const { log, reopen } = current();
    await log.append('order-1', 'none', [event({ id: 'first' })]);
    const [position] = await positionsOf(log);
    for (let i = 0; i < 5; i++) await log.appendBatch(singly(`other-${i}`, many(`e${i}-`, 1_000)));
    expect(await log.append('order-1', 'none', [event({ id: 'first' })])).toMatchObject({
      kind: 'duplicate',
      position,
    });
    const again = reopen ? await reopen() : log;
    expect(await again.append('order-9', 'any', [event({ id: 'first' })])).toMatchObject({
      kind: 'duplicate',
      position,
    });
    expect(await again.append('order-1', 0n, [event({ id: 'next' })])).toMatchObject({
      kind: 'appended',
      revision: 1n,
    });
  });

  test('ids, sources, types and streams may hold any characters', async () => {
    const { log, reopen } = current();
    for (const text of STRANGE) {
      const one = event({ id: text, source: text, type: text, text });
      expect(await log.append(`x-${text}`, 'none', [one])).toMatchObject({ kind: 'appended', revision: 0n });
    }
    const again = reopen ? await reopen() : log;
    const positions = await positionsOf(again);
    expect(positions).toHaveLength(STRANGE.length);
    for (const [i, text] of STRANGE.entries()) {
      const one = event({ id: text, source: text, type: text, text });
      const place = { position: positions[i], revision: 0n };
      expect(await again.append(`x-${text}`, 'none', [one])).toMatchObject({ kind: 'duplicate', ...place });
      expect(await again.find(text, text)).toMatchObject({ ...place, stream: `x-${text}` });
      const { events } = await again.read(`x-${text}`);
      expect(events).toMatchObject([{ ...place, stream: `x-${text}`, type: text }]);
      expect(Buffer.compare(events[0]?.bytes ?? Buffer.alloc(0), one.bytes)).toBe(0);
      expect(idsOf((await again.readAll(0n, { filter: { types: [text] } })).events)).toEqual([text]);
    }
  });

  test('find names where an id stands and with which fingerprint, or nothing', async () => {
    const { log } = current();
    expect(await log.find('shop', '1')).toBeUndefined();
    const one = event({ id: '1' });
    await log.append('order-1', 'any', [event({ id: '0' }), one]);
    const known = await log.find('shop', '1');
    expect(await placed(log, known)).toMatchObject({ position: 2n, stream: 'order-1', revision: 1n, recordedAt: NOON });
    expect([...(known?.fingerprint ?? [])]).toEqual([...one.fingerprint]);
    expect(await log.find('till', '1')).toBeUndefined();
  });
}
