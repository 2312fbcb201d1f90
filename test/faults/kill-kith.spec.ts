/** `kill -9` of a whole Kith under load: no acknowledged fact lost, none doubled, the tree valid, the views what a rebuild gives. */
import { openKith } from '../../src/compose';
import { drawing } from '../../src/domain/matching/hashing';
import { folder } from '../folder';
import { SEED, workAndKill } from './killing';

/** `npm run acceptance` and `npm run soak` ask for 50. */
const KILLS = Number(process.env['KILLS'] ?? 3);

test(`after ${KILLS} kills every acknowledged fact is there once and the views are what a rebuild gives (seed ${SEED})`, async () => {
  const { path, remove } = folder();
  const chance = drawing(SEED);
  const acknowledged: string[] = [];
  try {
    // On a busy machine a process may be killed before it acknowledged anything; not every one of them.
    for (let run = 0; run < KILLS; run++) {
      const since = run === KILLS - 1 ? 'acknowledged' : 'open';
      acknowledged.push(...(await workAndKill('feeder.cjs', path, run, chance(700), since)));
    }
    const kith = await openKith({ data: path });
    try {
      for (const id of acknowledged) expect(await kith.log.find('load', id)).toBeDefined();
      const { events } = await kith.log.readAll(0n, { limit: 10_000_000 });
      const ids = events
        .map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()))
        .map(({ source, clientId }) => `${source} ${clientId}`);
      expect(new Set(ids).size).toBe(ids.length);
      expect(await kith.log.verify({ deep: true })).toMatchObject({ ok: true });
      expect(await kith.reached((await kith.log.head()).position, 60_000)).toBe(true);
      expect((await kith.rebuild({ switch: false })).differences).toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(0);
    } finally {
      await kith.close();
    }
  } finally {
    remove();
  }
}, 900_000);
