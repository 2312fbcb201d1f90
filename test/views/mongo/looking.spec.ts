/** Every node asks many times a second how far the views are. */
import { MongoViewStore, openMongoViewReader } from '../../../src/views/mongo';
import { Double } from '../../doubles/mongo/double';

test('how far the views are is one question to the server', async () => {
  const double = new Double();
  const options = { url: `mongodb://${await double.listen()}/?directConnection=true`, database: 'kith_looks' };
  const store = await MongoViewStore.open(options);
  const reader = await openMongoViewReader(options);
  try {
    const views = await store.create('folds');
    await store.switchTo(views.name);
    await views.write({
      checkpoint: { position: 7n, recordedAt: 9 },
      documents: [],
      timeline: [],
      parked: [],
      unparked: [],
    });
    double.asked.clear();
    expect(await reader.checkpoint()).toEqual({ position: 7n, recordedAt: 9 });
    expect([...double.asked.values()].flat()).toEqual(['find']);
    expect(reader.name).toBe(views.name);
  } finally {
    await reader.close();
    await store.close();
    await double.close();
  }
});
