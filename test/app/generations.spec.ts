/** What interrupted and superseded builds leave behind: it is used again or removed, never read by mistake, and never grows. */
import { readdirSync } from 'node:fs';
import { MemoryLog } from '../../eventstore/memory';
import { inlineProjector } from '../../src/app/inline';
import { Intake } from '../../src/app/intake';
import type { Kith } from '../../src/app/kith';
import type { ViewSet, ViewStore } from '../../src/app/ports';
import type { Projector } from '../../src/app/projector';
import { openKith } from '../../src/compose';
import { identitySeal } from '../../src/domain/seal';
import { passingKeys } from '../../src/keys/embedded';
import { EmbeddedViewStore, openViewReader } from '../../src/views/embedded';
import { batch, doc, entry } from '../contract/views/given';
import { Faults } from '../faulty';
import { folder } from '../folder';
import { level, said } from '../given';

let path: string;
let remove: () => void;
beforeEach(() => {
  ({ path, remove } = folder());
});
afterEach(() => remove());

const notes = (count: number) =>
  Array.from({ length: count }, (_, i) => said('note-taken', `k${i % 5}`, { text: `${i}` }));

async function withKith<T>(data: string, work: (kith: Kith) => Promise<T>): Promise<T> {
  const kith = await openKith({ data });
  try {
    return await work(kith);
  } finally {
    await kith.close();
  }
}

async function withStore<T>(work: (store: EmbeddedViewStore) => Promise<T>): Promise<T> {
  const store = EmbeddedViewStore.open(path);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const files = () => readdirSync(path).filter((name) => name.startsWith('views-'));

/** Wrong documents, as a build that was left alone might hold them. */
const rubbish = (at: bigint) => batch({ at, documents: [doc(1, 'rubbish', ['k:1'])], timeline: [entry(1, 1, 1n)] });

/** The views are those of the log, and nothing else lies in the folder. */
async function expectClean(kith: Kith): Promise<void> {
  await level(kith);
  expect(await kith.views.find('k:1', 1)).toEqual([]);
  expect((await kith.views.size()).records).toBe(5);
  expect((await kith.rebuild({ switch: false })).differences).toEqual([]);
  expect(new Set(files().map((name) => name.split('.')[0]))).toEqual(new Set([`views-${kith.views.name}`]));
}

test('a rebuild that never ended is removed when the folder is opened again, and the live views stay what they were', async () => {
  const live = await withKith(path, async (kith) => {
    await kith.intake.accept(notes(20));
    await level(kith);
    return { name: kith.views.name, roots: await kith.views.roots() };
  });
  await withStore(async (store) => {
    const [live] = await store.generations();
    for (const at of [0n, 7n, 20n]) await (await store.create(live?.fingerprint ?? '')).write(rubbish(at));
  });
  await withKith(path, async (kith) => {
    expect({ name: kith.views.name, roots: await kith.views.roots() }).toEqual(live);
    await expectClean(kith);
  });
});

test('builds of folds that are no more are removed, whatever they hold', async () => {
  await withKith(path, async (kith) => {
    await kith.intake.accept(notes(20));
    await level(kith);
  });
  await withStore(async (store) => {
    for (const at of [0n, 20n, 99n]) await (await store.create(`other-${at}`)).write(rubbish(at));
  });
  await withKith(path, expectClean);
});

test('views that older folds left live are read until new ones are level, and then they are gone', async () => {
  await withKith(path, (kith) => kith.intake.accept(notes(20)));
  await withStore(async (store) => {
    const [made] = await store.generations();
    const old = await store.create(`older-${made?.fingerprint.split('-')[1]}`);
    await old.write(batch({ at: 20n, documents: [doc(1, 'as older folds had it')] }));
    await store.switchTo(old.name);
    await store.drop(made?.name ?? '');
    // A build that stood at nothing when it was left, half of its documents there.
    const begun = await store.create(made?.fingerprint ?? '');
    await begun.write(rubbish(0n));
  });
  await withKith(path, expectClean);
});

/** Facts in a log of memory, and views on disk. */
async function logOf(count: number): Promise<{ log: MemoryLog; tell: (more: number) => Promise<unknown> }> {
  const log = new MemoryLog();
  const intake = new Intake(log, { keys: passingKeys('t'), seal: identitySeal, maxBytes: 10_000 }, Date.now);
  await intake.accept(notes(count));
  return { log, tell: (more) => intake.accept(notes(more)) };
}

test.each([
  ['of another log', 'folds-22222222', 20n],
  ['of older folds and another log', 'older-22222222', 20n],
  ['of older folds that know more than the log', 'older-11111111', 21n],
])('live views %s are not shown any more, not even until the new ones are there', async (_, fingerprint, at) => {
  const { log } = await logOf(20);
  const readAll = log.readAll.bind(log);
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  log.readAll = async (...asked) => {
    await gate;
    return readAll(...asked);
  };
  await withStore(async (store) => {
    const old = await store.create(fingerprint);
    await old.write(rubbish(at));
    await store.switchTo(old.name);
    const reader = openViewReader(path);
    expect(await reader.find('k:1', 1)).toHaveLength(1);
    const projector = inlineProjector(log, store, identitySeal, 'folds-11111111', () => undefined);
    await projector.started;
    expect(await reader.find('k:1', 1)).toEqual([]);
    open();
    await following(projector, 20n);
    expect((await reader.size()).records).toBe(5);
    expect(await store.generations()).toEqual([{ name: reader.name, fingerprint: 'folds-11111111', live: true }]);
    await reader.close();
    await projector.stop();
  });
});

const failing = (store: ViewStore, faults: Faults): ViewStore => ({
  generations: () => faults.in(store).generations(),
  create: async (fingerprint) => faults.in<ViewSet>(await faults.in(store).create(fingerprint)),
  open: async (name) => faults.in<ViewSet>(await faults.in(store).open(name)),
  switchTo: (name) => faults.in(store).switchTo(name),
  drop: (name) => faults.in(store).drop(name),
  close: async () => undefined,
});

async function following(projector: Projector, position: bigint): Promise<void> {
  while (projector.progress().position < position || projector.progress().state !== 'following')
    await new Promise((resolve) => setImmediate(resolve));
}

test('new folds that a store fails in at any moment take over all the same, or at the next start, and nothing is left', async () => {
  const { log } = await logOf(12);
  await withStore(async (store) => {
    const start = async (fingerprint: string, faults: Faults) => {
      const faulty = failing(store, faults);
      const options = { page: 3, flush: 6, part: 6 };
      const projector = inlineProjector(log, faulty, identitySeal, fingerprint, () => undefined, options);
      await projector.started;
      await following(projector, 12n);
      await projector.stop();
    };
    await start('0-log', new Faults(0));
    for (let due = 1, struck = true; struck; due++) {
      const faults = new Faults(due);
      await start(`${due}-log`, faults).catch((problem: unknown) =>
        expect(problem).toMatchObject({ message: 'the store is away' }),
      );
      struck = faults.struck;
      await start(`${due}-log`, new Faults(0));
      expect(await store.generations()).toMatchObject([{ fingerprint: `${due}-log`, live: true }]);
      expect(new Set(files().map((name) => name.split('.')[0])).size).toBe(1);
    }
  });
});

test('a rebuild that a store fails in at any moment leaves live views that follow, and the next one leaves one generation', async () => {
  const { log, tell } = await logOf(12);
  await withStore(async (store) => {
    const faults = new Faults(0);
    const faulty = failing(store, faults);
    const options = { page: 3, flush: 6, part: 6 };
    const projector = inlineProjector(log, faulty, identitySeal, 'f', () => undefined, options);
    await projector.started;
    const follow = async () => {
      projector.wake?.();
      await following(projector, (await log.head()).position);
    };
    const rebuild = () => projector.rebuild({ switchOver: true, onProgress: () => undefined });
    await follow();
    for (let due = 1, struck = true; struck; due++) {
      faults.arm(due);
      await rebuild().catch((problem: unknown) => expect(problem).toMatchObject({ message: 'the store is away' }));
      struck = faults.struck;
      faults.arm(0);
      await tell(1);
      await follow();
      expect(await rebuild()).toMatchObject({ differences: [], switched: true });
      expect(await store.generations()).toMatchObject([{ live: true }]);
      expect(files()).toHaveLength(3);
    }
    await projector.stop();
  });
});
