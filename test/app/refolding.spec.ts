/** A store that fails at any moment, records being refolded or not: nothing is parked for it, nothing half done stays, and the next step heals. */
import fc from 'fast-check';
import type { ViewSet } from '../../src/app/ports';
import { Runner, type RunnerOptions } from '../../src/app/runner';
import { textOf } from '../../src/domain/kernel';
import { identitySeal } from '../../src/domain/seal';
import { evolve } from '../../src/projections/record';
import { EmbeddedViewStore } from '../../src/views/embedded';
import { MemoryViewStore } from '../../src/views/memory';
import { Faults } from '../faulty';
import { folder } from '../folder';
import { type Given, given, said } from '../given';
import { histories, runs } from '../histories';
import { tell } from '../properties/telling';

const small: RunnerOptions = { page: 3, flush: 3, cached: 3, part: 5 };
const runner = ({ kith }: Given, views: ViewSet, faults: Faults, options: RunnerOptions = {}) =>
  new Runner(faults.in(kith.log), faults.in(views), identitySeal, { ...small, ...options });

const told = async (views: ViewSet) => [
  await views.checkpoint(),
  await views.roots(),
  await views.size(),
  await views.parked(100),
];

const newViews = (): Promise<ViewSet> => new MemoryViewStore().create('x');

/** Refuses purchases of some amounts. */
const picky: typeof evolve = (view, event, record) => {
  if (Number(Object(event.data['total']).minor) % 3 === 0) throw new Error('this fold cannot take it');
  return evolve(view, event, record);
};

/** What views of this log hold that nothing disturbed. */
async function undisturbed(g: Given, options?: RunnerOptions) {
  const views = await newViews();
  await runner(g, views, new Faults(0), options).build();
  return told(views);
}

/** Steps until level; answers how often a step failed. Each failed step leaves the views as they were. */
async function bringLevel(views: ViewSet, steps: Runner, { late }: Faults): Promise<number> {
  for (let failures = 0; ; ) {
    const before = await told(views);
    try {
      if ((await steps.step()).level) return failures;
    } catch (problem) {
      expect(problem).toMatchObject({ message: 'the store is away' });
      if (!late) expect(await told(views)).toEqual(before);
      failures += 1;
    }
  }
}

describe.each(['before it does what was asked', 'after it has done what was asked'])(
  'a store that throws %s',
  (when) => {
    const late = when.startsWith('after');

    test('parks nobody; the next step goes on, and the views are what a rebuild gives', async () => {
      await fc.assert(
        fc.asyncProperty(histories, fc.integer({ min: 1, max: 60 }), async (history, due) => {
          const g = await tell(history);
          const [views, faults] = [await newViews(), new Faults(due, late)];
          const failures = await bringLevel(views, runner(g, views, faults, { evolve: picky }), faults);
          expect(failures).toBe(faults.struck ? 1 : 0);
          expect(await told(views)).toEqual(await undisturbed(g, { evolve: picky }));
          await g.kith.close();
        }),
        runs(200),
      );
    });

    test('in the middle of a build leaves a build that begins again and ends the same', async () => {
      await fc.assert(
        fc.asyncProperty(histories, fc.integer({ min: 1, max: 60 }), async (history, due) => {
          const g = await tell(history);
          const [views, faults] = [await newViews(), new Faults(due, late)];
          const build = runner(g, views, faults, { evolve: picky });
          await build.build().catch(() => build.build());
          expect(await told(views)).toEqual(await undisturbed(g, { evolve: picky }));
          await g.kith.close();
        }),
        runs(100),
      );
    });
  },
);

describe('every moment in which a store can fail', () => {
  const { path, remove } = folder();
  const store = EmbeddedViewStore.open(path);
  let g: Given;
  const poison = said('note-taken', 'ada', { text: 'poison', parties: [{ role: 'witness', subject: 'crm:cid' }] });
  const fragile: typeof evolve = (view, event, record) => {
    if (event.record === record && event.data['text'] === 'poison') throw new Error('this fold cannot take poison');
    return evolve(view, event, record);
  };

  beforeAll(async () => {
    g = await given();
    const taken = said('note-taken', 'bob', { text: 'taken back' });
    const last = said('purchase-made', 'bob', {
      order: '1',
      product: { code: 'A' },
      quantity: 1,
      total: { minor: 5, currency: 'EUR' },
    });
    await g.send(taken, said('note-taken', 'ada', { text: 'fine' }), poison, said('note-taken', 'bob', { text: 'x' }));
    const fact = { source: 'crm', id: textOf(taken['id']) };
    await g.kith.revising.revise({ kind: 'retracted', fact, reason: 'test' });
    await g.send(said('note-taken', 'ada', { text: 'later' }), last);
    const data = { ...Object(last['data']), total: { minor: 7, currency: 'EUR' } };
    await g.kith.revising.revise({
      kind: 'corrected',
      fact: { source: 'crm', id: textOf(last['id']) },
      reason: 'test',
      data,
    });
  });
  afterAll(async () => {
    await store.close();
    await g.kith.close();
    remove();
  });

  test('while it takes a page in, the views on disk stay as they were, and the step after it is whole', async () => {
    const whole = await undisturbed(g, { evolve: fragile });
    for (let due = 1, struck = true; struck; due++) {
      const [views, faults] = [await store.create('x'), new Faults(due)];
      await bringLevel(views, runner(g, views, faults, { evolve: fragile, page: 100, flush: 100 }), faults);
      expect(await told(views)).toEqual(whole);
      struck = faults.struck;
      await store.drop(views.name);
    }
  });

  test('while parked records are looked at again, they stay parked through the steps after it or are folded whole', async () => {
    const whole = await undisturbed(g);
    const { position } = await g.kith.log.head();
    for (let due = 1, struck = true; struck; due++) {
      const [views, faults] = [await store.create('x'), new Faults(due)];
      const refusing = runner(g, views, new Faults(0), { evolve: fragile });
      while (!(await refusing.step(position - 1n)).level);
      const before = await views.parked(2);
      expect(before).toMatchObject([{ position: 3n }]);
      const mended = runner(g, views, faults);
      const healed = await mended.retryParked().catch(() => undefined);
      struck = faults.struck;
      expect(healed).toEqual(struck ? undefined : { healed: 1, still: 0 });
      const left = await views.parked(2);
      expect([before, []]).toContainEqual(left);
      await bringLevel(views, mended, faults);
      expect(await views.parked(2)).toEqual(left);
      if (struck) expect(await mended.retryParked()).toEqual({ healed: left.length, still: 0 });
      expect(await told(views)).toEqual(whole);
      await store.drop(views.name);
    }
  });
});
