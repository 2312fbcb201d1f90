/** Generations of views: other folds build beside the live ones, an interrupted build goes on, a store that fails is tried again. */
import { MemoryLog } from '../../eventstore/memory';
import { inlineProjector } from '../../src/app/inline';
import { Intake } from '../../src/app/intake';
import type { Progress } from '../../src/app/projector';
import type { Batch, ViewSet } from '../../src/app/ports';
import { Runner } from '../../src/app/runner';
import { identitySeal } from '../../src/domain/seal';
import { passingKeys } from '../../src/keys/embedded';
import { MemoryViewStore } from '../../src/views/memory';
import { said } from '../given';
import { until } from '../until';

async function logOf(count: number): Promise<MemoryLog> {
  const log = new MemoryLog();
  const intake = new Intake(log, { keys: passingKeys('t'), seal: identitySeal, maxBytes: 10_000 }, Date.now);
  await intake.accept(Array.from({ length: count }, (_, i) => said('note-taken', `k${i % 7}`, { text: `${i}` })));
  return log;
}

/** Starts a projector and answers when it follows. */
async function follow(log: MemoryLog, store: MemoryViewStore, fingerprint: string, seen: Progress[] = []) {
  const projector = inlineProjector(log, store, identitySeal, fingerprint, (p) => seen.push(p));
  await projector.started;
  await until(() => projector.progress().state === 'following');
  return projector;
}

const names = async (store: MemoryViewStore) =>
  (await store.generations()).map(({ fingerprint, live }) => `${fingerprint}${live ? ' live' : ''}`);

test('other folds build new views; readers see the old ones until those are level, then the new ones alone are left', async () => {
  const [log, store] = [await logOf(50), new MemoryViewStore()];
  await (await follow(log, store, 'old')).stop();
  const before = await store.reader().roots();
  const live: string[] = [];
  const seen: Progress[] = [];
  const push = seen.push.bind(seen);
  seen.push = (...p) => {
    live.push(store.reader().name);
    return push(...p);
  };
  const projector = await follow(log, store, 'new', seen);
  expect(seen[0]?.state).toBe('building');
  expect(live[0]).toBe('g1');
  expect(await names(store)).toEqual(['new live']);
  expect(await store.reader().roots()).toEqual(before);
  await projector.stop();
});

test('a build that was interrupted goes on where it stood', async () => {
  const [log, store] = [await logOf(50), new MemoryViewStore()];
  await (await follow(log, store, 'old')).stop();
  const begun = await store.create('new');
  const projector = await follow(log, store, 'new');
  expect(store.reader().name).toBe(begun.name);
  expect(await names(store)).toEqual(['new live']);
  await projector.stop();
});

test('a store that fails stops the views visibly; a build that it interrupted begins again from nothing and ends the same', async () => {
  const log = await logOf(50);
  const store = new MemoryViewStore();
  const seen: Progress[] = [];
  let writes = 0;
  const create = store.create.bind(store);
  store.create = async (fingerprint: string): Promise<ViewSet> => {
    const views = await create(fingerprint);
    const write = views.write.bind(views);
    views.write = async (batch: Batch) => {
      writes += 1;
      if (writes === 2 || writes === 3) throw new Error('the disk is full');
      return write(batch);
    };
    return views;
  };
  const projector = await follow(log, store, 'x', seen);
  expect(seen.filter(({ state }) => state === 'stopped').map(({ reason }) => reason)).toEqual([
    'the disk is full',
    'the disk is full',
  ]);
  const rebuilt = await projector.rebuild({ switchOver: false, onProgress: () => undefined });
  expect(rebuilt).toMatchObject({ differences: [], events: 50n });
  await projector.stop();
});

test('a build that is ended early leaves the checkpoint at nothing, and the next one gives what an undisturbed one gives', async () => {
  const log = await logOf(50);
  const store = new MemoryViewStore();
  const build = (views: ViewSet, options = {}) =>
    new Runner(log, views, identitySeal, { page: 1, part: 10, ...options });
  const ended = await store.create('x');
  const stopping = new AbortController();
  const { signal } = stopping;
  const step = await build(ended, { signal }).build((done, of) => {
    if (done * 2n > of) stopping.abort();
  });
  expect(step.level).toBe(false);
  expect((await ended.checkpoint()).position).toBe(0n);
  const whole = await store.create('x');
  await build(whole).build();
  await build(ended).build();
  expect(await ended.roots()).toEqual(await whole.roots());
  expect(await ended.size()).toEqual(await whole.size());
});

/** A store whose views write nothing from when it is shut until it is opened. */
function gated() {
  const store = new MemoryViewStore();
  let gate = Promise.resolve();
  let open = () => {};
  const create = store.create.bind(store);
  store.create = async (fingerprint: string): Promise<ViewSet> => {
    const views = await create(fingerprint);
    const write = views.write.bind(views);
    views.write = async (batch: Batch) => {
      await gate;
      return write(batch);
    };
    return views;
  };
  return {
    store,
    shut: () => {
      gate = new Promise((resolve) => (open = resolve));
    },
    open: () => open(),
  };
}

test('while new views catch up behind the old ones, folding parked records again is refused as not ready', async () => {
  const [log, { store, shut, open }] = [await logOf(50), gated()];
  await (await follow(log, store, 'old')).stop();
  shut();
  const projector = inlineProjector(log, store, identitySeal, 'new', () => {});
  await projector.started;
  await expect(projector.retryParked(5_000)).rejects.toMatchObject({ code: 'not-ready' });
  open();
  await until(() => projector.progress().state === 'following');
  expect(await projector.retryParked(5_000)).toEqual({ healed: 0, still: 0 });
  await projector.stop();
});

test('who has records folded again waits no longer than asked for, and it is done all the same', async () => {
  const [log, { store, shut, open }] = [new MemoryLog(), gated()];
  const projector = await follow(log, store, 'one');
  shut();
  const intake = new Intake(log, { keys: passingKeys('t'), seal: identitySeal, maxBytes: 10_000 }, Date.now);
  const writing = jest.spyOn(await store.open(store.reader().name), 'write');
  await intake.accept([said('note-taken', 'ada', { text: 'hello' })]);
  projector.wake?.();
  await until(() => writing.mock.calls.length > 0);
  expect(await projector.retryParked(1)).toBe('asked');
  open();
  expect(await projector.retryParked(5_000)).toEqual({ healed: 0, still: 0 });
  await projector.stop();
});
