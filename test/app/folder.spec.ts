/** A data folder that was tampered with by hand: views never outlive the log they were made of, and are made again when unusable. */
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kith } from '../../src/app/kith';
import { openKith } from '../../src/compose';
import { folder } from '../folder';
import { level, recordIn, said } from '../given';

const notes = (count: number) =>
  Array.from({ length: count }, (_, i) => said('note-taken', `k${i % 5}`, { text: `${i}` }));

async function tell(kith: Kith, count: number): Promise<void> {
  await kith.intake.accept(notes(count));
  await level(kith);
}

async function withKith<T>(path: string, work: (kith: Kith) => Promise<T>): Promise<T> {
  const kith = await openKith({ data: path });
  try {
    return await work(kith);
  } finally {
    await kith.close();
  }
}

test('an older log in the place of the one that the views were made of makes them anew', async () => {
  const { path, remove } = folder();
  try {
    await withKith(path, (kith) => tell(kith, 10));
    copyFileSync(join(path, 'log.db'), join(path, 'older.db'));
    await withKith(path, (kith) => tell(kith, 30));
    copyFileSync(join(path, 'older.db'), join(path, 'log.db'));
    await withKith(path, async (kith) => {
      const [result] = await kith.intake.accept([said('note-taken', 'new', { text: 'x' })]);
      await level(kith);
      expect((await kith.reading.customer(recordIn(result))).parked).toEqual([]);
      expect((await kith.rebuild()).differences).toEqual([]);
      expect((await kith.status()).position).toBe(11n);
    });
  } finally {
    remove();
  }
});

test('a views file that cannot be read is made again, and nothing is left of it', async () => {
  const { path, remove } = folder();
  try {
    await withKith(path, (kith) => tell(kith, 10));
    for (const name of readdirSync(path))
      if (name.startsWith('views-')) writeFileSync(join(path, name), 'no database at all');
    await withKith(path, async (kith) => {
      await level(kith);
      expect((await kith.views.size()).customers).toBe(5);
    });
    expect(readdirSync(path).filter((name) => /^views-.*db$/.test(name))).toHaveLength(1);
  } finally {
    remove();
  }
});
