/** A rebuild of a data folder while facts and corrections keep coming in: it ends, readers never go back, and nothing is missed. */
import { readdirSync } from 'node:fs';
import type { Kith } from '../../src/app/kith';
import { openKith } from '../../src/compose';
import type { JsonObject } from '../../src/domain/kernel';
import { folder } from '../folder';
import { level } from '../given';

let path: string;
let remove: () => void;
let kith: Kith;
beforeEach(async () => {
  ({ path, remove } = folder());
  kith = await openKith({ data: path });
});
afterEach(async () => {
  await kith.close();
  remove();
});

const purchase = (n: number): JsonObject => ({
  specversion: '1.0',
  id: `p${n}`,
  source: 'shop',
  type: 'kith.purchase-made.v1',
  subject: `c${n % 83}`,
  data: { order: `${n}`, product: { code: 'A' }, quantity: 1, total: { minor: n % 997, currency: 'EUR' } },
});

/** Facts without a pause until told to end, every tenth batch with a retraction. */
function feed() {
  const ending = new AbortController();
  let told = 0;
  const fed = (async () => {
    for (let batch = 0; !ending.signal.aborted; batch++) {
      const facts = Array.from({ length: 50 }, () => purchase(told++));
      await kith.intake.accept(facts);
      if (batch % 10 === 0)
        await kith.revising.revise({
          kind: 'retracted',
          fact: { source: 'shop', id: `p${told - 7}` },
          reason: 'test',
        });
    }
  })();
  return {
    told: () => told,
    end: async () => {
      ending.abort();
      await fed;
    },
  };
}

/** What readers see of the checkpoint, as often as they can look. */
function watch() {
  const seen: { views: string; position: bigint }[] = [];
  const ending = new AbortController();
  const watched = (async () => {
    while (!ending.signal.aborted) {
      // The position first: a switch in between may only show more.
      const { position } = await kith.views.checkpoint();
      seen.push({ position, views: kith.views.name });
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  return {
    seen,
    end: async () => {
      ending.abort();
      await watched;
    },
  };
}

const files = () => readdirSync(path).filter((name) => /^views-.*\.db$/.test(name));

test('it ends though facts never stop, switches where the live views stand or later, and equals a rebuild afterwards', async () => {
  const facts = feed();
  while (facts.told() < 3_000) await new Promise((resolve) => setTimeout(resolve, 5));
  await level(kith);
  const [readers, blue] = [watch(), (await kith.views.checkpoint()).position];
  const before = facts.told();
  const report = await kith.rebuild();
  expect(report).toMatchObject({ differences: [], switched: true });
  expect(report.events).toBeGreaterThanOrEqual(blue);
  expect(facts.told()).toBeGreaterThan(before);
  while (readers.seen.at(-1)?.views !== report.name) await new Promise((resolve) => setTimeout(resolve, 5));
  await readers.end();
  await facts.end();

  const positions = readers.seen.map(({ position }) => position);
  expect(positions).toEqual([...positions].sort((a, b) => Number(a - b)));
  expect([...new Set(readers.seen.map(({ views }) => views))]).toEqual(['g1', report.name]);
  expect(positions.at(-1)).toBeGreaterThanOrEqual(report.events);
  expect(files()).toEqual([`views-${report.name}.db`]);

  await level(kith);
  const live = await kith.views.roots();
  expect((await kith.views.size()).records).toBe(83);
  expect(await kith.rebuild()).toMatchObject({ differences: [], rootsBefore: live, rootsAfter: live });
  expect((await kith.log.verify({ deep: true })).ok).toBe(true);
});

test('several at once take turns, and one generation is left', async () => {
  const facts = feed();
  while (facts.told() < 500) await new Promise((resolve) => setTimeout(resolve, 5));
  const reports = await Promise.all([kith.rebuild(), kith.rebuild({ switch: false }), kith.rebuild()]);
  await facts.end();
  expect(reports.map(({ differences, switched }) => [differences, switched])).toEqual([
    [[], true],
    [[], false],
    [[], true],
  ]);
  await level(kith);
  expect((await kith.rebuild({ switch: false })).differences).toEqual([]);
  expect(files()).toHaveLength(1);
});
