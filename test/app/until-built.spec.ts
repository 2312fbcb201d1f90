/** Whoever matches begins on views of the folds that he knows, once they are built: others say something else, or nothing yet. */
import { untilBuilt } from '../../src/compose/engines';
import { MongoViewStore } from '../../src/views/mongo';
import { Double } from '../doubles/mongo/double';

const log = { logId: 'l1', fingerprint: 'new-l1' };
const mongo = new Double();
let url = '';
beforeAll(async () => {
  url = `mongodb://${await mongo.listen()}/?directConnection=true`;
});
afterAll(() => mongo.close());

const isSettled = async (work: Promise<void>): Promise<boolean> =>
  Promise.race([work.then(() => true), new Promise<false>((resolve) => setTimeout(() => resolve(false), 1_200))]);

test('views of older folds, and views that are only begun, are not built', async () => {
  const places = { folder: '', tenant: 'built', views: url };
  const store = await MongoViewStore.open({ url, database: 'kith_built', logId: log.logId });
  const over = new AbortController();
  try {
    const old = await store.create('old-l1');
    await store.switchTo(old.name);
    const built = untilBuilt(places, log, { head: async () => ({ position: 9n, recordedAt: 9 }) }, over.signal);
    expect(await isSettled(built)).toBe(false);
    const fresh = await store.create(log.fingerprint);
    await store.switchTo(fresh.name);
    expect(await isSettled(built)).toBe(false);
    const checkpoint = { position: 5n, recordedAt: 5 };
    await fresh.write({ checkpoint, documents: [], timeline: [], parked: [], unparked: [] });
    await built;
  } finally {
    await store.close();
  }
});

test('views of a log without events are built as they are, and who no longer leads does not wait', async () => {
  const places = { folder: '', tenant: 'empty', views: url };
  const store = await MongoViewStore.open({ url, database: 'kith_empty', logId: log.logId });
  const over = new AbortController();
  try {
    const waiting = untilBuilt(places, log, { head: async () => ({ position: 0n, recordedAt: 0 }) }, over.signal);
    setTimeout(() => over.abort(), 50);
    await expect(waiting).rejects.toThrow('aborted');
    const views = await store.create(log.fingerprint);
    await store.switchTo(views.name);
    const head = async () => ({ position: 0n, recordedAt: 0 });
    await untilBuilt(places, log, { head }, new AbortController().signal);
  } finally {
    await store.close();
  }
});
