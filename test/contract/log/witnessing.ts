/** Cases of evidence: the tree that every engine builds over the same bytes is the one RFC 9162 defines. */
import { createHash } from 'node:crypto';
import { MemoryLog } from '../../../eventstore/memory';
import type { Current } from '../log';
import { event, everything, many, NOON, placed, singly } from './events';

const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 9162 2.1.1, word for word: the largest power of two smaller than n splits the list. */
function rootOf(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Buffer.from([0]), leaves[0] as Uint8Array);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.from([1]), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

export function witnessing(current: Current): void {
  test('the root after each append is the root that RFC 9162 defines over the stored bytes', async () => {
    const { log } = current();
    for (let size = 0; size <= 40; size++) {
      const { root } = await log.tree();
      const leaves = (await everything(log)).map((e) => e.bytes);
      expect(leaves).toHaveLength(size);
      expect(Buffer.from(root).toString('hex')).toBe(rootOf(leaves).toString('hex'));
      await log.append(`a-${size % 3}`, 'any', [
        event({ id: String(size), text: 'x'.repeat(size), recordedAt: NOON - size }),
      ]);
    }
  });

  test('verify recomputes the same root over thousands of events, and says how far it is', async () => {
    const { log } = current();
    const events = many('e', 5_000);
    await log.appendBatch(singly('a-1', events.slice(0, 3_000)));
    await log.append('a-1', 'any', events.slice(3_000));
    const done: bigint[] = [];
    const verdict = await log.verify({ deep: true, onProgress: (n) => done.push(n) });
    const { root, size } = await log.tree();
    expect(verdict).toMatchObject({ ok: true, size: 5_000n });
    expect(size).toBe(5_000n);
    const wanted = rootOf(events.map((e) => e.bytes)).toString('hex');
    expect(Buffer.from(root).toString('hex')).toBe(wanted);
    expect(verdict.ok && Buffer.from(verdict.root).toString('hex')).toBe(wanted);
    expect([...done]).toEqual([...done].sort((a, b) => Number(a - b)));
  });

  test('duplicates and refusals leave no trace in the tree: the model of the log has the same root', async () => {
    const { log } = current();
    const model = new MemoryLog();
    const appends = [
      ...singly('a-1', [...many('e', 10), ...many('e', 3), event({ id: 'e4', text: 'other' })]),
      { stream: 'a-1', expected: 3n, events: many('f', 2) },
      { stream: 'a-2', expected: 'none' as const, events: [event({ id: 'g', recordedAt: NOON - 9 })] },
    ];
    const outcomes = await log.appendBatch(appends);
    expect(await placed(log, outcomes)).toEqual(await model.appendBatch(appends));
    expect(await log.tree()).toEqual(await model.tree());
  });
}
