/** A spill gives back what was put into it, part by part, wherever it keeps it; and one in a file leaves nothing behind. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoggedEvent } from '../../eventstore/store';
import { HeldSpill, type OpenSpill, partOf } from '../../src/app/spill';
import { spillsIn } from '../../src/views/spill';
import { folder } from '../folder';

let path: string;
let remove: () => void;
beforeEach(() => {
  ({ path, remove } = folder());
});
afterEach(() => remove());

const PARTS = 5;

/** `size` in bytes; some are larger than any block. */
const eventAt = (n: number, size = n % 97 === 0 ? 300_000 : 300 + (n % 50)): LoggedEvent => ({
  position: BigInt(n) * 1_000_003n + (1n << 52n),
  stream: `record-ß${n % 41}`,
  revision: BigInt(n),
  type: `kith.type-${n % 7}.v1`,
  occurredAt: 1.7e12 + n / 3,
  recordedAt: 1.7e12 + n,
  bytes: new Uint8Array(size).fill(n),
});

const plain = (event: LoggedEvent) => ({ ...event, bytes: Buffer.from(event.bytes).toString('latin1') });
const events = Array.from({ length: 4_000 }, (_, i) => eventAt(i + 1));
const inPart = (part: number) => events.filter(({ stream }) => partOf(stream, PARTS) === part);

const spills: [string, () => OpenSpill][] = [
  ['in memory', () => (parts) => new HeldSpill(parts)],
  ['in a file', () => spillsIn(path)],
];

describe.each(spills)('a spill %s', (_name, open) => {
  const filled = () => {
    const spill = open()(PARTS);
    for (const event of events) spill.put(partOf(event.stream, PARTS), event);
    return spill;
  };

  test('gives back each part in log order, as often as asked', () => {
    const spill = filled();
    for (const part of [0, 1, 2, 3, 4, 0])
      expect([...spill.read(part)].flat().map(plain)).toEqual(inPart(part).map(plain));
    spill.close();
  });

  test('finds events of a part by position, in the order asked, and no others', () => {
    const spill = filled();
    for (let part = 0; part < PARTS; part++) {
      const asked = inPart(part).filter((_event, i) => i % 13 === 0);
      const backwards = [...asked].reverse();
      const places = [0n, ...backwards.flatMap(({ position }) => [position, position + 1n])];
      expect(spill.at(part, places).map(plain)).toEqual(backwards.map(plain));
      expect(spill.at((part + 1) % PARTS, places)).toEqual([]);
    }
    spill.close();
  });

  test('nothing is in a part into which nothing was put', () => {
    const spill = open()(PARTS);
    expect([[...spill.read(1)], spill.at(1, [1n])]).toEqual([[], []]);
    spill.close();
    expect(() => [...spill.read(1)]).toThrow('has no part 1, or is closed');
  });
});

test('its file has no name while it is used, and those that a killed process left are removed', () => {
  const left = join(path, 'build-01234567-89ab-cdef-0123-456789abcdef.tmp');
  for (const name of [left, join(path, 'views.db'), join(path, 'build-mine.tmp')]) writeFileSync(name, 'x');
  const spill = spillsIn(path)(1);
  for (const event of events) spill.put(0, event);
  expect(readdirSync(path).sort()).toEqual(['build-mine.tmp', 'views.db']);
  expect([...spill.read(0)].flat()).toHaveLength(events.length);
  spill.close();
});

test('a log that fits into memory writes no file', () => {
  const spill = spillsIn(join(path, 'none'))(3);
  for (let n = 1; n <= 100; n++) spill.put(n % 3, eventAt(n, 200));
  expect([...spill.read(1)].flat()).toHaveLength(34);
  expect(readdirSync(path)).toEqual([]);
  spill.close();
});
