/** A build reads the log once, whatever the number of its parts: counted in the records that a server sent. */
import type { LogReader } from '../../eventstore/store';
import { Runner, type RunnerOptions } from '../../src/app/runner';
import { openKith } from '../../src/compose';
import { openLogReader, placesOf } from '../../src/compose/engines';
import { type JsonObject, textOf } from '../../src/domain/kernel';
import { identitySeal } from '../../src/domain/seal';
import { MemoryViewStore } from '../../src/views/memory';
import { spillsIn } from '../../src/views/spill';
import { EsdbDouble } from '../doubles/esdb/server';
import { folder } from '../folder';
import { level, recordIn, said } from '../given';

const RECORDS = 60;

let esdb: EsdbDouble;
let path: string;
let remove: () => void;
beforeEach(async () => {
  ({ path, remove } = folder());
  esdb = await EsdbDouble.start();
});
afterEach(async () => {
  await esdb.stop();
  remove();
});

/** Facts about persons some of whom are one, notes that name another one, and every tenth fact taken back. */
function story(): readonly JsonObject[] {
  return Array.from({ length: RECORDS }, (_, i) => [
    said('name-stated', `k${i}`, { party: 'person', name: { given: `Ada${i % 40}`, family: 'Lovelace' } }),
    said('contact-point-stated', `k${i}`, { medium: 'email', value: `ada${i % 40}@post.example` }),
    ...Array.from({ length: 12 }, (__, n) =>
      said('purchase-made', `k${i}`, {
        order: `o${i}/${n}`,
        product: { code: `P${n % 3}` },
        quantity: 1,
        total: { minor: 100 + n, currency: 'EUR' },
      }),
    ),
    said('note-taken', `k${i}`, {
      text: 'works there',
      parties: [{ role: 'employer', subject: `crm:k${(i * 7) % RECORDS}` }],
    }),
  ]).flat();
}

async function build(log: LogReader, options: RunnerOptions) {
  const views = await new MemoryViewStore().create('x');
  esdb.counters.reset();
  const step = await new Runner(log, views, identitySeal, options).build();
  return { step, sent: esdb.counters.eventsSent, roots: await views.roots(), size: await views.size() };
}

test('of a log with twins and retractions, in 1 part and in many, at most 1.1 × its records are sent', async () => {
  const options = { data: path, log: esdb.connection };
  const kith = await openKith(options);
  const facts = story();
  for (const result of await kith.intake.accept(facts)) recordIn(result);
  for (let i = 2; i < facts.length; i += 10)
    await kith.revising.revise({
      kind: 'retracted',
      fact: { source: 'crm', id: textOf(facts[i]?.['id']) },
      reason: 'no',
    });
  await kith.settled(30_000);
  await level(kith);
  const live = { roots: await kith.views.roots(), size: await kith.views.size() };
  expect(live.size.links).toBeGreaterThan(0);
  await kith.close();

  const log = await openLogReader(placesOf(options));
  try {
    const records = Number((await log.tree()).size);
    expect(records).toBeGreaterThan(facts.length);
    for (const part of [records + 1, 100, 7]) {
      const { step, sent, ...built } = await build(log, { part, spill: spillsIn(path) });
      expect(step.level).toBe(true);
      expect(built).toEqual(live);
      expect(sent).toBeGreaterThanOrEqual(records);
      expect(sent / records).toBeLessThanOrEqual(1.1);
    }
  } finally {
    await log.close();
  }
});
