/** `kill -9` while all customers are written by a new survivorship policy: in the end each shows what the policy published last says. */
import { publishedPolicies } from '../../src/app/policies';
import type { RecordId } from '../../src/domain/kernel';
import { drawing } from '../../src/domain/matching/hashing';
import { openKith } from '../../src/compose';
import { folder } from '../folder';
import { SEED, workAndKill } from './killing';

/** `npm run soak` asks for 50. */
const KILLS = Number(process.env['KILLS'] ?? 3);

test(`after each of ${KILLS} kills every customer is shown by the policy that holds (seed ${SEED})`, async () => {
  const { path, remove } = folder();
  const chance = drawing(SEED);
  try {
    for (let run = 0; run < KILLS; run++) {
      const ms = 50 + chance(900);
      const acknowledged = await workAndKill('publisher.cjs', path, run, ms);
      const kith = await openKith({ data: path, matching: false });
      try {
        expect(await kith.reached((await kith.log.head()).position, 60_000)).toBe(true);
        const hashes = (await publishedPolicies(kith.log, kith.seal)).map(({ hash }) => hash);
        expect(hashes).toEqual(expect.arrayContaining(acknowledged));
        const shown = new Set<string>();
        for (let after: RecordId | undefined, end = false; !end; ) {
          const { documents, next } = await kith.views.scan('customers', after, 1_000);
          for (const { body } of documents) shown.add(JSON.parse(body).policy);
          after = next;
          end = next === undefined;
        }
        expect([...shown]).toEqual(hashes.slice(-1));
        expect((await kith.rebuild({ switch: false })).differences).toEqual([]);
      } finally {
        await kith.close();
      }
    }
  } finally {
    remove();
  }
}, 900_000);
