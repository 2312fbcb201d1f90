/** The whole on EventStoreDB and MongoDB, as their doubles play them: the same facts give the same views as anywhere. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Kith } from '../../src/app/kith';
import { type OpenOptions, openKith } from '../../src/compose';
import { copyPlaces } from '../../src/compose/copying';
import type { JsonObject } from '../../src/domain/kernel';
import { EsdbDouble } from '../doubles/esdb/server';
import { Double } from '../doubles/mongo/double';
import { folder } from '../folder';
import { level, recordIn, said } from '../given';

interface Servers {
  readonly esdb: EsdbDouble;
  readonly options: OpenOptions;
  readonly mongo: Double;
  readonly keys: string;
  stop(): Promise<void>;
}

let servers: Servers;
const folders: ReturnType<typeof folder>[] = [];
const place = (): string => {
  const made = folder();
  folders.push(made);
  return made.path;
};

beforeEach(async () => {
  const esdb = await EsdbDouble.start();
  const mongo = new Double();
  const host = await mongo.listen();
  const data = place();
  servers = {
    esdb,
    options: { data, log: esdb.connection, views: `mongodb://${host}/?directConnection=true` },
    mongo,
    keys: join(data, 'keys.db'),
    stop: async () => {
      await mongo.close();
      await esdb.stop();
    },
  };
});
afterEach(async () => {
  await servers.stop();
  for (const { remove } of folders.splice(0)) remove();
});

async function within<T>(options: OpenOptions, act: (kith: Kith) => Promise<T>): Promise<T> {
  const kith = await openKith({ now: () => Date.UTC(2026, 0, 1, 12), ...options });
  try {
    return await act(kith);
  } finally {
    await kith.close();
  }
}

/** Twins in two sources, their purchases, one fact that is taken back. */
function story(): readonly JsonObject[] {
  const purchase = (i: number): JsonObject => ({
    order: `o${i}`,
    product: { code: `P${i % 3}` },
    quantity: 1,
    total: { minor: 100 + i, currency: 'EUR' },
  });
  return Array.from({ length: 30 }, (_, i) => [
    said('name-stated', `k${i}`, { party: 'person', name: { given: `Ada${i % 15}`, family: 'Lovelace' } }),
    said('contact-point-stated', `k${i}`, { medium: 'email', value: `ada${i % 15}@post.example` }),
    said('purchase-made', `k${i}`, purchase(i)),
  ]).flat();
}

async function tell(kith: Kith, facts: readonly JsonObject[]): Promise<void> {
  for (const result of await kith.intake.accept(facts)) expect(result.outcome).toBe('accepted');
  await kith.revising.revise({
    kind: 'retracted',
    fact: { source: 'crm', id: JSON.parse(JSON.stringify(facts[2]))['id'] },
    reason: 'not hers',
  });
  expect(await kith.settled(30_000)).toBe(true);
}

test('the same facts give the same state roots as on embedded engines, and so does a rebuild', async () => {
  const facts = story();
  const there = await within(servers.options, async (kith) => {
    await tell(kith, facts);
    expect(await kith.log.verify({ deep: true })).toMatchObject({ ok: true });
    const { rootsAfter, differences } = await kith.rebuild();
    expect(differences).toEqual([]);
    expect(await kith.views.roots()).toEqual(rootsAfter);
    return { roots: rootsAfter, size: await kith.views.size() };
  });
  expect(existsSync(servers.keys)).toBe(true);
  const here = await within({ data: place(), keys: servers.keys }, async (kith) => {
    await tell(kith, facts);
    return { roots: await kith.views.roots(), size: await kith.views.size() };
  });
  expect(there).toEqual(here);
});

test('what was told is there when it is opened again, and the same id again is a duplicate', async () => {
  const facts = story();
  await within(servers.options, (kith) => tell(kith, facts));
  await within(servers.options, async (kith) => {
    const results = await kith.intake.accept(facts);
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['duplicate', 'retracted']));
    await level(kith);
    const [customer] = await kith.reading.find('email:ada3@post.example');
    const { body } = await kith.reading.customer(customer ?? '');
    expect(JSON.parse(body).records).toHaveLength(2);
  });
});

test('a node that only answers takes facts and reads its own writes, which another one projects', async () => {
  await within({ ...servers.options, role: 'projector' }, async (projector) => {
    await within({ ...servers.options, data: place(), keys: servers.keys, role: 'api' }, async (api) => {
      const facts = story();
      await tell(api, facts);
      expect(await projector.settled(30_000)).toBe(true);
      const { position } = await api.log.head();
      expect(await api.reached(position, 10_000)).toBe(true);
      const [customer] = await api.reading.find('email:ada3@post.example');
      expect(await api.reading.customer(customer ?? '')).toEqual(await projector.reading.customer(customer ?? ''));
      await expect(api.rebuild()).rejects.toMatchObject({ code: 'not-a-projector' });
      // What it cannot decide it can still explain.
      const [first = '', second = ''] = JSON.parse((await api.reading.customer(customer ?? '')).body).records.map(
        ({ record }: { record: string }) => record,
      );
      const [there, here] = [
        await projector.stewarding.explain(first, second),
        await api.stewarding.explain(first, second),
      ];
      expect(here).toEqual(there);
    });
  });
});

test('a parked record that one node has fold again is matched by the node that matches', async () => {
  const folds: OpenOptions = { ...servers.options, role: 'projector', matching: false };
  const matches: OpenOptions = { ...servers.options, data: place(), keys: servers.keys, role: 'projector' };
  const twin = (key: string) => [
    said('name-stated', key, { party: 'person', name: { given: 'Ada', family: 'Lovelace' } }),
    said('contact-point-stated', key, { medium: 'email', value: 'ada@post.example' }),
  ];
  const facts = [...twin('k1'), ...twin('k2')];
  const record = await within(folds, async (kith) => {
    const results = await kith.intake.accept(facts);
    await level(kith);
    return recordIn(results.at(-1));
  });
  park(record);
  await within(folds, (one) =>
    within(matches, async (other) => {
      expect(await other.settled(30_000)).toBe(true);
      const records = async (): Promise<number> => {
        const [customer = ''] = await other.reading.find('email:ada@post.example');
        return JSON.parse((await other.reading.customer(customer)).body).records.length;
      };
      expect(await records()).toBe(1);
      expect(await one.retryParked()).toEqual({ healed: 1, still: 0 });
      for (const since = performance.now(); (await records()) === 1; await wait(50))
        if (performance.now() - since > 20_000) throw new Error('nobody matched the record that folds again');
      expect(await other.reading.find('email:ada@post.example')).toHaveLength(1);
    }),
  );
});

test('any node has parked records folded again: whoever leads the views does it, also who leads only later', async () => {
  const projector: OpenOptions = { ...servers.options, role: 'projector', matching: false };
  const answers: OpenOptions = { ...servers.options, data: place(), keys: servers.keys, role: 'api', matching: false };
  const record = await within(projector, async (kith) => {
    const [result] = await kith.intake.accept([said('note-taken', 'k1', { text: 'hello' })]);
    await level(kith);
    return recordIn(result);
  });
  park(record);
  await within(answers, async (api) => {
    expect(await api.retryParked(0)).toBe('asked');
    expect(await api.views.parked(10)).toHaveLength(1);
    await within(projector, async () => {
      for (const since = performance.now(); (await api.views.parked(10)).length > 0; await wait(50))
        if (performance.now() - since > 20_000) throw new Error('nobody did what was asked before');
      park(record);
      expect(await api.retryParked(20_000)).toEqual({ healed: 1, still: 0 });
      expect(await api.views.parked(10)).toEqual([]);
      expect(await api.retryParked(20_000)).toEqual({ healed: 0, still: 0 });
    });
  });
}, 90_000);

/** As a fold leaves a record that it refused from the first event on. */
function park(record: string): void {
  const { data } = servers.mongo;
  const collection = data.names('kith_default').find((name) => name.endsWith('.records')) ?? '';
  const { body: _, keys: _keys, hash: _hash, ...rest } = data.get(collection, record) ?? {};
  data.put(collection, {
    ...rest,
    gone: true,
    parked: { record, position: 1n, reason: 'its fold threw', recordedAt: 0n },
  });
}

test('of two nodes one matches; the other waits for the views alone, and says nothing of how far matching is', async () => {
  const facts = story();
  await within({ ...servers.options, role: 'projector' }, (one) =>
    within({ ...servers.options, data: place(), keys: servers.keys, role: 'projector' }, async (other) => {
      for (const { outcome } of await other.intake.accept(facts)) expect(outcome).toBe('accepted');
      for (const kith of [one, other]) expect(await kith.settled(30_000)).toBe(true);
      const { position } = await one.log.head();
      expect((await one.status()).matching).toMatchObject({ position });
      expect((await other.status()).matching).toBeUndefined();
      expect(await other.reached(position, 30_000)).toBe(true);
      expect(await other.reading.find('email:ada3@post.example')).toHaveLength(1);
      await expect(other.rebuild()).rejects.toMatchObject({ code: 'not-a-projector' });
    }),
  );
});

test.each(['on servers', 'in a folder'])(
  'what was told while nobody matched is matched by who comes, %s',
  async (where) => {
    const options: OpenOptions = where === 'on servers' ? servers.options : { data: place() };
    await within({ ...options, matching: false }, async (kith) => {
      await kith.intake.accept(story());
      await level(kith);
    });
    await within(options, async (kith) => {
      // Nothing is written any more that could wake whoever matches: he begins by himself.
      expect(await kith.settled(30_000)).toBe(true);
      expect(await kith.reading.find('email:ada3@post.example')).toHaveLength(1);
    });
  },
);

test('a log is not copied beside keys of another one, and whoever has them keeps them', async () => {
  const [from, to] = [place(), place()];
  for (const data of [from, to]) await within({ data }, (kith) => level(kith));
  const others = readFileSync(join(to, 'keys.db'));
  rmSync(join(to, 'log.db'));
  const there = { folder: to, tenant: 'default', log: servers.options.log ?? '' };
  for (const target of [{ folder: to, tenant: 'default' }, there])
    await expect(copyPlaces({ from: { folder: from, tenant: 'default' }, to: target })).rejects.toMatchObject({
      code: 'wrong-keys',
    });
  expect(readFileSync(join(to, 'keys.db')).equals(others)).toBe(true);
});

test('who comes with other keys is refused, and keeps nothing', async () => {
  await within(servers.options, (kith) => level(kith));
  const data = place();
  await expect(openKith({ ...servers.options, data })).rejects.toMatchObject({ code: 'wrong-keys' });
  expect(existsSync(join(data, 'keys.db'))).toBe(false);
  await expect(openKith({ ...servers.options, data, role: 'api' })).rejects.toThrow('kith keys');
});

test('with EventStoreDB alone, the views and the register are in the folder, which one process has', async () => {
  const facts = story();
  const { views: _, ...options } = servers.options;
  await within(options, async (kith) => {
    await tell(kith, facts);
    await expect(openKith(options)).rejects.toMatchObject({ code: 'owned' });
  });
  await within(options, async (kith) => {
    await level(kith);
    expect((await kith.views.size()).records).toBe(30);
  });
});

test('a log that moves house, to a server and back into a folder, keeps its id, its tree and its views', async () => {
  const [first, third] = [place(), place()];
  const there = { folder: place(), tenant: 'default', log: servers.options.log ?? '' };
  const facts = story();
  const before = await within({ data: first }, async (kith) => {
    await tell(kith, facts);
    return { id: kith.log.id, tree: await kith.log.tree(), roots: await kith.views.roots() };
  });
  const moved = await copyPlaces({ from: { folder: first, tenant: 'default' }, to: there });
  expect(moved).toMatchObject(before.tree);
  expect((await copyPlaces({ from: { folder: first, tenant: 'default' }, to: there })).carried).toBe(0n);
  await copyPlaces({ from: there, to: { folder: third, tenant: 'default' } });
  for (const options of [{ data: there.folder, log: there.log }, { data: third }]) {
    await within(options, async (kith) => {
      expect(await kith.settled(30_000)).toBe(true);
      expect(await kith.log.verify({ deep: true })).toMatchObject({ ok: true });
      // Nothing had to be decided again.
      expect({ id: kith.log.id, tree: await kith.log.tree(), roots: await kith.views.roots() }).toEqual(before);
    });
  }
});

test('a node that only answers begins in no folder yet, takes facts and reads none of them back', async () => {
  const { options, esdb, keys } = servers;
  await within(options, level);
  const heard = esdb.faults.filters.length;
  await within({ ...options, data: join(place(), 'new'), keys, role: 'api', matching: false }, async (kith) => {
    const [result] = await kith.intake.accept([said('note-taken', 'k1', { text: 'hello' })]);
    expect(result).toMatchObject({ outcome: 'accepted' });
    expect((await kith.log.head()).position).toBeGreaterThan(0n);
  });
  expect(esdb.faults.filters).toHaveLength(heard);
}, 60_000);
