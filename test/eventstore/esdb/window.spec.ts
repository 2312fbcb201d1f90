import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { closeRing, ringInFile, ringInMemory, type RingParts } from '../../../eventstore/esdb/ring';
import { Window } from '../../../eventstore/esdb/window';
import type { LoggedEvent, Position } from '../../../eventstore/store';

const event = (position: Position, size = 10): LoggedEvent => ({
  position,
  stream: `strëam-${position % 3n}`,
  revision: position / 3n,
  type: 'kith.note-taken.v1',
  occurredAt: 1_700_000_000_000 - Number(position),
  recordedAt: 1_700_000_000_000 + Number(position),
  bytes: Buffer.alloc(size, Number(position % 256n)),
});

const events = (after: Position, until: Position, size?: number): LoggedEvent[] =>
  Array.from({ length: Number(until - after) }, (_, i) => event(after + BigInt(i) + 1n, size));

const plain = (found: readonly LoggedEvent[]) =>
  found.map(({ bytes, ...rest }) => ({ ...rest, bytes: Buffer.from(bytes).toString('hex') }));

describe('the window of the newest events', () => {
  const rooms: [string, (bytes: number) => { parts: RingParts; done: () => void }][] = [
    ['in memory', (bytes) => ({ parts: ringInMemory(bytes), done: () => undefined })],
    [
      'in a file',
      (bytes) => {
        const folder = mkdtempSync(join(tmpdir(), 'kith-ring-'));
        const parts = ringInFile(join(folder, 'recent'), bytes);
        expect(readdirSync(folder)).toEqual([]);
        return {
          parts,
          done: () => {
            closeRing(parts);
            rmSync(folder, { recursive: true });
          },
        };
      },
    ],
  ];

  describe.each(rooms)('%s', (_name, room) => {
    test('shows to one reader what another one added, byte for byte', () => {
      const { parts, done } = room(100_000);
      const [one, other] = [new Window(parts), new Window(parts)];
      one.add(0n, 5n, events(0n, 5n));
      expect(plain(other.from(2n)?.events ?? [])).toEqual(plain(events(2n, 5n)));
      expect(other.from(2n)?.until).toBe(5n);
      expect(other.from(5n)).toBeUndefined();
      done();
    });

    test('whatever two readers add, it shows what follows without a gap, or nothing', () => {
      const step = fc.record({
        reader: fc.nat(1),
        back: fc.nat(6),
        gap: fc.nat(20),
        more: fc.integer({ min: 1, max: 9 }),
        size: fc.nat(300),
      });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
          const { parts, done } = room(2_000);
          const readers = [new Window(parts), new Window(parts)];
          let end = 0n;
          for (const { reader, back, gap, more, size } of steps) {
            // Now and then somebody is behind, and adds what is there already; now and then something was never added.
            const from = BigInt(Math.max(0, Number(end) - back + (gap === 20 ? 5 : 0)));
            const until = from + BigInt(more);
            readers[reader]?.add(from, until, events(from, until, size));
            if (until > end) end = until;
            for (let after = 0n; after <= end; after++) {
              const found = readers[1 - reader]?.from(after);
              if (!found) continue;
              expect(found.until).toBeGreaterThan(after);
              expect(found.events.map(({ position }) => position)).toEqual(
                events(after, found.until).map(({ position }) => position),
              );
            }
          }
          done();
        }),
        { numRuns: 60 },
      );
    });
  });

  test('holds the newest ones as far as there is room', () => {
    const window = new Window(ringInMemory(10_000));
    for (let at = 0n; at < 1_000n; at += 5n) window.add(at, at + 5n, events(at, at + 5n, 100));
    expect(window.from(0n)).toBeUndefined();
    expect(window.from(980n)?.events).toHaveLength(20);
  });

  test('forgets what one could not follow without a gap', () => {
    const window = new Window();
    window.add(0n, 5n, events(0n, 5n));
    window.add(7n, 9n, events(7n, 9n));
    expect(window.from(3n)).toBeUndefined();
    expect(window.from(7n)?.events).toHaveLength(2);
  });

  test('does without what a thread left locked', () => {
    const parts = ringInMemory(1_000);
    const window = new Window(parts);
    window.add(0n, 5n, events(0n, 5n));
    Atomics.store(new Int32Array(parts.index), 0, 1);
    expect(window.from(0n)).toBeUndefined();
    window.add(5n, 6n, events(5n, 6n));
    expect(window.from(5n)).toBeUndefined();
  });

  test('a file that can no longer be written loses nothing but the window', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kith-ring-'));
    const parts = ringInFile(join(folder, 'recent'), 1_000);
    const window = new Window(parts);
    closeRing(parts);
    window.add(0n, 5n, events(0n, 5n));
    expect(window.from(0n)).toBeUndefined();
    rmSync(folder, { recursive: true });
  });

  test('lets one work at a time, in turn', async () => {
    const parts = ringInMemory(1_000);
    const [one, other] = [new Window(parts), new Window(parts)];
    let busy = 0;
    const work = async () => {
      busy += 1;
      expect(busy).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      busy -= 1;
    };
    await Promise.all([one.inTurn(work), other.inTurn(work), one.inTurn(work)]);
    await expect(one.inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await other.inTurn(work);
  });
});
