/** `kill -9` of a Kith that rebuilds under load: no generation is left over, and the views are those of the log. */
import { readdirSync } from 'node:fs';
import { openKith } from '../../src/compose';
import { drawing } from '../../src/domain/matching/hashing';
import { folder } from '../folder';
import { SEED, workAndKill } from './killing';

/** `npm run soak` asks for 50. */
const KILLS = Number(process.env['KILLS'] ?? 3);

test(`after each of ${KILLS} kills in a rebuild one generation is left, which is what the log says (seed ${SEED})`, async () => {
  const { path, remove } = folder();
  const chance = drawing(SEED);
  const acknowledged: string[] = [];
  try {
    for (let run = 0; run < KILLS; run++) {
      acknowledged.push(...(await workAndKill('rebuilder.cjs', path, run, chance(900))));
      const kith = await openKith({ data: path });
      try {
        const { position } = await kith.log.head();
        expect(position).toBeGreaterThanOrEqual(BigInt(acknowledged.length));
        expect(await kith.reached(position, 60_000)).toBe(true);
        expect((await kith.rebuild({ switch: false })).differences).toEqual([]);
        expect(readdirSync(path).filter((name) => /^views-.*\.db$/.test(name))).toEqual([
          `views-${kith.views.name}.db`,
        ]);
      } finally {
        await kith.close();
      }
    }
  } finally {
    remove();
  }
}, 900_000);
