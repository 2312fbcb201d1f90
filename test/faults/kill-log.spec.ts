/** `kill -9` at any moment loses no acknowledged event, doubles none, and leaves a log that opens and verifies. */
import { createHash } from 'node:crypto';
import { EmbeddedLog } from '../../eventstore/embedded/log';
import { drawing } from '../../src/domain/matching/hashing';
import { everything } from '../contract/log/events';
import { folder } from '../folder';
import { SEED, workAndKill } from './killing';

/** `npm run soak` asks for more. */
const KILLS = Number(process.env.KILLS ?? 4);

interface Stored {
  readonly id: string;
  readonly text: string;
}

test(`after each of ${KILLS} kills everything acknowledged is there once (seed ${SEED})`, async () => {
  const { path, remove } = folder();
  const chance = drawing(SEED);
  const acknowledged: string[] = [];
  try {
    for (let run = 0; run < KILLS; run++) {
      acknowledged.push(...(await workAndKill('appender.cjs', path, run, chance(400))));
      const log = await EmbeddedLog.open(path);
      const events = await everything(log);
      const stored = events.map((e) => JSON.parse(Buffer.from(e.bytes).toString()) as Stored);
      const ids = new Set(stored.map((e) => e.id));
      expect(ids.size).toBe(stored.length);
      expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
      expect(stored.filter((e) => e.text !== createHash('sha256').update(e.id).digest('hex'))).toEqual([]);
      expect(events.every((e, i) => e.position === BigInt(i + 1))).toBe(true);
      // Appends of several events are there as a whole.
      const pairs = stored.filter((e) => e.id.includes('.m'));
      expect(pairs.length % 2).toBe(0);
      expect(await log.verify({ deep: true })).toMatchObject({ ok: true, size: BigInt(events.length) });
      await log.close();
    }
    expect(acknowledged.length).toBeGreaterThan(0);
  } finally {
    remove();
  }
}, 600_000);
