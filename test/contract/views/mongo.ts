/** Views in a database of a case's own, gone with the case. */
import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { MongoViewStore, openMongoViewReader } from '../../../src/views/mongo';
import type { Opened } from '../views';

export async function openedAt(url: string, { bulk = 50, end = async () => {} } = {}): Promise<Opened> {
  const options = { url, database: `kith_test_${randomBytes(4).toString('hex')}`, bulk };
  const store = await MongoViewStore.open(options);
  const reader = await openMongoViewReader(options);
  return {
    store,
    reader: () => reader,
    end: async () => {
      await reader.close();
      await store.close();
      await dropDatabase(options);
      await end();
    },
  };
}

async function dropDatabase({ url, database }: { url: string; database: string }): Promise<void> {
  const client = new MongoClient(url);
  await client.db(database).dropDatabase();
  await client.close();
}
