/** `kill -9` in the middle of matching: no pair is decided twice, and the links are those that a batch over the same records gives. */
import { openKith } from '../../src/compose';
import type { Kith } from '../../src/app/kith';
import { decode } from '../../src/domain/envelope';
import type { RecordId } from '../../src/domain/kernel';
import { evolvePair, isEmptyPair, LINK_RETRACTED, type Pair, pairOf, RECORDS_LINKED } from '../../src/domain/link';
import { drawing } from '../../src/domain/matching/hashing';
import { defaultModel } from '../../src/domain/matching/model';
import { Resolver } from '../../src/domain/matching/resolver';
import { describe as described } from '../../src/projections/described';
import { readLinks, readRecord } from '../../src/projections/documents';
import type { Collection } from '../../src/app/ports';
import { folder } from '../folder';
import { SEED, workAndKill } from './killing';

/** `npm run soak` asks for 50. */
const KILLS = Number(process.env['KILLS'] ?? 3);

async function* bodies({ views }: Kith, collection: Collection): AsyncGenerator<{ id: string; body: string }> {
  for (let after: RecordId | undefined, end = false; !end; ) {
    const { documents, next } = await views.scan(collection, after, 1_000);
    yield* documents;
    after = next;
    end = next === undefined;
  }
}

/** Each pair's decisions in order; fails where one says what held already. */
async function decided(kith: Kith): Promise<number> {
  const pairs = new Map<string, Pair>();
  const { events } = await kith.log.readAll(0n, { limit: 10_000_000 });
  for (const { stream, type, bytes } of events.filter((event) => pairOf(event.stream))) {
    const held = pairs.get(stream) ?? {};
    if (type === RECORDS_LINKED) expect([stream, held.linked]).toEqual([stream, undefined]);
    if (type === LINK_RETRACTED) expect([stream, held.linked?.by]).toEqual([stream, 'rule']);
    pairs.set(stream, evolvePair(held, decode(bytes, kith.seal)));
  }
  return [...pairs.values()].filter((pair) => !isEmptyPair(pair)).length;
}

test(`after ${KILLS} kills in the middle of matching everybody is who a batch says they are (seed ${SEED})`, async () => {
  const { path, remove } = folder();
  const chance = drawing(SEED);
  const acknowledged: string[] = [];
  try {
    for (let run = 0; run < KILLS; run++) {
      const ms = 100 + chance(900);
      acknowledged.push(...(await workAndKill('matcher.cjs', path, run, ms)));
    }
    const kith = await openKith({ data: path });
    try {
      expect(await kith.settled(120_000)).toBe(true);
      for (const line of acknowledged) {
        const [source = '', id = ''] = line.split(' ');
        expect(await kith.log.find(source, id)).toBeDefined();
      }
      expect(await decided(kith)).toBeGreaterThan(0);
      expect((await kith.rebuild({ switch: false })).differences).toEqual([]);
      const batch = new Resolver(defaultModel);
      for await (const { id, body } of bodies(kith, 'records')) batch.put(described(id, readRecord(body)));
      const held: Record<'linked' | 'proposed' | 'related', string[]> = { linked: [], proposed: [], related: [] };
      for await (const { id, body } of bodies(kith, 'links')) {
        for (const [other, pair] of Object.entries(readLinks(body))) {
          if (id > other) continue;
          for (const what of ['linked', 'proposed', 'related'] as const)
            if (pair[what]) held[what].push(`${id} ${other}`);
        }
      }
      const names = (pairs: readonly { a: string; b: string }[]) => pairs.map(({ a, b }) => `${a} ${b}`).sort();
      expect(held.linked.length).toBeGreaterThan(0);
      expect(held.linked.sort()).toEqual(names(batch.links()));
      expect(held.proposed.sort()).toEqual(names(batch.candidates()));
      expect(held.related.sort()).toEqual(names(batch.related()));
      const customers: string[] = [];
      for await (const { id } of bodies(kith, 'customers')) customers.push(id);
      expect(customers).toHaveLength(batch.partition().length);
      expect(customers.length).toBeGreaterThan(0);
    } finally {
      await kith.close();
    }
  } finally {
    remove();
  }
}, 900_000);
