/** One projector at a time, and what the one that lost the lease may still do: nothing to the checkpoint and the pointer. */
import { type MongoViewStore, openMongoLease } from '../../../src/views/mongo';
import { batch, doc, id } from '../../contract/views/given';
import { onDouble, type OnDouble, once } from './given';

const TTL = 1_000;

let there: OnDouble;
let now = 0;
const open: Awaited<ReturnType<typeof openMongoLease>>[] = [];
const lease = async (holder: string, clock = () => now) => {
  const opened = await openMongoLease({ url: there.url, database: 'tenant', name: 'all', holder, ttlMs: TTL, clock });
  open.push(opened);
  return opened.lease;
};

beforeEach(async () => {
  now = 0;
  there = await onDouble();
});
afterEach(async () => {
  for (const { close } of open.splice(0)) await close();
  await there.end();
});

test('the first who asks holds it, and goes on holding it', async () => {
  const [a, b] = [await lease('a'), await lease('b')];
  expect(await a.beat()).toBe(true);
  expect(await b.beat()).toBe(false);
  for (now = 500; now < 10 * TTL; now += 500) {
    expect(await a.beat()).toBe(true);
    expect(await b.beat()).toBe(false);
  }
  expect(a.epoch()).toBe(1);
  expect(() => b.epoch()).toThrow(/not held/);
});

test('of many who ask at once one holds it', async () => {
  const all = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => lease(holder)));
  const held = await Promise.all(all.map((one) => one.beat()));
  expect(held.filter(Boolean)).toEqual([true]);
});

test('a standby takes over once the beat stood still for three times the time to live on its own clock', async () => {
  let theirs = 1e9;
  const [a, b] = [await lease('a'), await lease('b', () => theirs)];
  await a.beat();
  expect(await b.beat()).toBe(false);
  theirs += 3 * TTL - 1;
  expect(await b.beat()).toBe(false);
  // The holder beats: the count begins anew.
  now = TTL - 1;
  await a.beat();
  theirs += 1;
  expect(await b.beat()).toBe(false);
  theirs += 3 * TTL;
  expect(await b.beat()).toBe(true);
  expect(b.epoch()).toBe(2);
  // The old holder, on whose clock nothing passed, hears of it with its next beat.
  expect(await a.beat()).toBe(false);
  expect(() => a.epoch()).toThrow(/not held/);
});

test('who was paused past its time to live trusts its lease no more, and holds it again where nobody took it', async () => {
  const a = await lease('a');
  await a.beat();
  now = TTL;
  expect(() => a.epoch()).toThrow(/not held/);
  expect(await a.beat()).toBe(true);
  expect(a.epoch()).toBe(1);
});

test('a lease that is given back is taken at once', async () => {
  const [a, b] = [await lease('a'), await lease('b')];
  await a.beat();
  await a.release();
  expect(() => a.epoch()).toThrow(/not held/);
  expect(await b.beat()).toBe(true);
  expect(b.epoch()).toBe(2);
});

test.each(['insert', 'update'])(
  'an answer to the %s that was lost is looked up with the next beat',
  async (command) => {
    const a = await lease('a');
    if (command === 'update') await a.beat();
    there.double.gate = once('lose', command);
    await expect(a.beat()).rejects.toThrow();
    there.double.gate = async () => undefined;
    expect(await a.beat()).toBe(true);
    expect(a.epoch()).toBe(1);
  },
);

test('a process that is paused past its lease changes neither checkpoint nor pointer, and its documents undo nothing', async () => {
  const [a, b] = [await lease('a'), await lease('b')];
  await a.beat();
  const stores: MongoViewStore[] = [await there.open({ epoch: () => 1 }), await there.open({ epoch: b.epoch })];
  const [paused, standby] = stores as [MongoViewStore, MongoViewStore];
  const views = await paused.create('folds');
  await views.write(batch({ at: 1n, documents: [{ ...doc(1, 'a'), over: 0n }] }));
  await b.beat();
  now = 4 * TTL;
  expect(await b.beat()).toBe(true);
  const taken = await standby.open(views.name);
  await taken.write(batch({ at: 5n, documents: [{ ...doc(1, 'b'), over: 1n }] }));
  await standby.switchTo(taken.name);
  const before = [await taken.checkpoint(), await taken.hold('records', [id(1)])];
  const late = batch({ at: 9n, documents: [{ ...doc(1, 'late'), over: 1n }] });
  await expect(views.write(late)).rejects.toMatchObject({ name: 'Fenced' });
  await expect(paused.switchTo(views.name)).rejects.toMatchObject({ name: 'Fenced' });
  expect([await taken.checkpoint(), await taken.hold('records', [id(1)])]).toEqual(before);
});
