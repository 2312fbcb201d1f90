/**
 * One history on every pair of engines: the demo's, cut small, is told once into a folder, carried to the log on a server
 * and projected there, and the views have the state roots that they had in the folder.
 */
import { randomUUID } from 'node:crypto';
import { importStory } from '../../src/cli/demo-import';
import { type OpenOptions, openKith } from '../../src/compose';
import { copyPlaces } from '../../src/compose/copying';
import { BEGIN } from '../../src/demo/days';
import { deliveries } from '../../src/demo/deliveries';
import { EsdbDouble } from '../doubles/esdb/server';
import { Double } from '../doubles/mongo/double';
import { folder } from '../folder';
import { startFerret, whyNoFerret } from '../servers/ferretdb';

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}
interface Roots {
  readonly roots: Readonly<Record<string, string>>;
  readonly size: unknown;
}

const own = folder();
const told = `${own.path}/told`;
let before: Roots;

async function within(options: OpenOptions): Promise<Roots> {
  const kith = await openKith(options);
  try {
    expect(await kith.settled(120_000)).toBe(true);
    expect(await kith.log.verify({ deep: true })).toMatchObject({ ok: true });
    return { roots: await kith.views.roots(), size: await kith.views.size() };
  } finally {
    await kith.close();
  }
}

beforeAll(async () => {
  const clock = { now: BEGIN };
  const kith = await openKith({ data: told, now: () => clock.now });
  await importStory(kith, clock, [...deliveries({ seed: 5, parties: 40 })], {
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  await kith.close();
  before = await within({ data: told });
}, 120_000);
afterAll(() => own.remove());

test('the history has duplicates, links, and few enough documents for any server', () => {
  const { records, customers, links } = Object(before.size);
  expect(records + customers + links).toBeLessThanOrEqual(2_000);
  expect(customers).toBeLessThan(records);
  expect(links).toBeGreaterThan(0);
});

const esdbDouble = async (): Promise<Server> => {
  const double = await EsdbDouble.start();
  return { url: double.connection, stop: () => double.stop() };
};
const mongoDouble = async (): Promise<Server> => {
  const double = new Double();
  return { url: `mongodb://${await double.listen()}/?directConnection=true`, stop: () => double.close() };
};
const at = (url: string | undefined) =>
  url !== undefined && (async (): Promise<Server> => ({ url, stop: async () => {} }));

const { ESDB_URL: esdb, MONGODB_URL: mongo } = process.env;
const noFerret = whyNoFerret();

for (const [name, startLog, startViews, why] of [
  ['EventStoreDB double and MongoDB double', esdbDouble, mongoDouble, ''],
  ['EventStoreDB double and FerretDB', esdbDouble, noFerret === undefined && startFerret, noFerret],
  ['EventStoreDB and MongoDB', at(esdb), at(mongo), 'ESDB_URL and MONGODB_URL name none'],
] as const) {
  if (!startLog || !startViews) {
    test.skip(`the demo history on ${name}: ${why}`, () => undefined);
    continue;
  }
  test(`the demo history on ${name}`, async () => {
    const [log, views] = [await startLog(), await startViews()];
    try {
      const tenant = `t${randomUUID().slice(0, 8)}`;
      const there = { folder: `${own.path}/${tenant}`, tenant, log: log.url, views: views.url, bulk: 50 };
      await copyPlaces({ from: { folder: told, tenant: 'default' }, to: there });
      const { folder: data, ...rest } = there;
      expect(await within({ data, ...rest })).toEqual(before);
    } finally {
      await views.stop();
      await log.stop();
    }
  }, 600_000);
}
