/** A server that misbehaves: nothing is lost, nothing is doubled, and what is not known to be done is looked up. */
import { inspect } from 'node:util';
import { Runner } from '../../../src/app/runner';
import { identitySeal } from '../../../src/domain/seal';
import { MongoViewStore, openMongoViewReader } from '../../../src/views/mongo';
import { batch, doc, id } from '../../contract/views/given';
import { Double, type Fault } from '../../doubles/mongo/double';
import { type Given, given, said } from '../../given';
import { catchUp, onDouble, type OnDouble, once, told, undisturbed } from './given';

let there: OnDouble;
let g: Given;
beforeEach(async () => {
  [there, g] = [await onDouble(), await given()];
});
afterEach(async () => {
  await there.end();
  await g.kith.close();
});

const bought = (who: string, minor: number) =>
  said('purchase-made', who, { order: 'o', product: { code: 'p' }, quantity: 1, total: { minor, currency: 'EUR' } });

describe.each<Fault>(['cut', 'lose', 'elect', 'unreplicated'])('a server that answers a command with "%s"', (fault) => {
  test.each(['find', 'insert', 'update'])('be it %s: the step after it is whole', async (command) => {
    const store = await there.open({ bulk: 2 });
    let met = 0;
    for (let nth = 1, struck = true; struck; nth++) {
      const views = await store.create('folds');
      await g.send(bought('ada', nth), bought('bob', 10 * nth), bought(`new-${nth}`, 1));
      const runner = new Runner(g.kith.log, views, identitySeal, { page: 3, flush: 3 });
      there.double.gate = once(fault, command, { nth });
      struck = false;
      for (let level = false; !level; ) {
        const step = await runner.step().catch((problem: unknown) => {
          // Once, and said: an answer that was lost is never taken for one.
          expect(struck).toBe(false);
          struck = true;
          return problem;
        });
        level = step instanceof Object && 'level' in step && step.level === true;
      }
      there.double.gate = async () => undefined;
      met += Number(struck);
      expect(await told(views)).toEqual(await undisturbed(g));
      if (nth > 12) break;
    }
    // The driver asks a question again; what was to be written it does not write again.
    expect(met > 0).toBe(command !== 'find' || fault === 'unreplicated');
  });
});

test('a connection that is cut in the middle of a bulk leaves half of it ahead of the checkpoint, and it is not counted twice', async () => {
  const store = await there.open();
  const views = await store.create('folds');
  await g.send(bought('ada', 1), bought('bob', 2), bought('cid', 3));
  const runner = new Runner(g.kith.log, views, identitySeal);
  await runner.step();
  await g.send(bought('ada', 10), bought('bob', 20), bought('cid', 30));
  there.double.gate = once('cut', 'update', { operation: 2 });
  await expect(runner.step()).rejects.toThrow();
  expect((await views.checkpoint()).position).toBe(3n);
  const ids = (await views.scan('records', undefined, 10)).documents.map((document) => document.id);
  const stands = [...(await views.hold('records', ids)).values()].map(({ position }) => position);
  expect(stands.filter((at) => at === 6n)).toHaveLength(2);
  expect(stands.filter((at) => at === 3n)).toHaveLength(1);
  expect((await runner.step()).level).toBe(true);
  expect(await told(views)).toEqual(await undisturbed(g));
});

test('F25: of two projectors that write one new document one is told to fold again, and both facts count', async () => {
  const [one, other] = [await there.open(), await there.open()];
  const { name } = await one.create('folds');
  const [a, b] = [await one.open(name), await other.open(name)];
  await g.send(bought('ada', 1), bought('ada', 2));
  const first = new Runner(g.kith.log, a, identitySeal);
  const second = new Runner(g.kith.log, b, identitySeal);
  let [release, arrived] = [() => {}, () => {}];
  const [held, there2] = [new Promise<void>((go) => (release = go)), new Promise<void>((go) => (arrived = go))];
  // The first stands before its insert of the record, having found none.
  let inserts = 0;
  there.double.gate = async ({ command, body }) => {
    if (command !== 'insert' || !String(body['insert']).endsWith('.records') || ++inserts > 1) return undefined;
    arrived();
    await held;
    return undefined;
  };
  const overtaken = first.step(1n).catch((problem: unknown) => problem);
  await there2;
  await second.step(2n);
  release();
  expect(await overtaken).toMatchObject({ name: 'StaleViews' });
  await first.step();
  expect(await told(a)).toEqual(await undisturbed(g));
});

test('what the connection string says of reading elsewhere, or of not waiting for a majority, is not done', async () => {
  const double = new Double();
  const old = new Double();
  const primary = await double.listen('primary');
  const secondary = await double.listen('secondary', { data: old.data, secondary: true });
  double.replicate(primary, [primary, secondary]);
  const url = `mongodb://${primary},${secondary}/?replicaSet=double&readPreference=secondaryPreferred&w=0&retryWrites=true`;
  const concerns: unknown[] = [];
  double.gate = async ({ command, body }) => {
    if (['insert', 'update'].includes(command)) concerns.push(body['writeConcern']);
    if (command === 'find') concerns.push(body['readConcern']);
    return undefined;
  };
  const store = await MongoViewStore.open({ url, database: 'tenant' });
  try {
    const views = await store.create('folds');
    await g.send(bought('ada', 1));
    expect(await catchUp(g, views)).toEqual(await undisturbed(g));
    expect(double.asked.get('secondary') ?? []).toEqual([]);
    expect(new Set(concerns.map((each) => JSON.stringify(each)))).toEqual(
      new Set(['{"w":"majority"}', '{"level":"majority"}']),
    );
  } finally {
    await store.close();
    await double.close();
  }
});

test('views of a log that was put back and went on differently are not gone on with', async () => {
  const views = await (await there.open()).create('folds');
  await g.send(bought('ada', 1), bought('ada', 2));
  await catchUp(g, views);
  const other = await given();
  await other.send(bought('ada', 1), bought('ada', 3), bought('ada', 4));
  await expect(catchUp(other, views)).rejects.toThrow(/another log/);
  await other.kith.close();
});

test('views of another log are not opened', async () => {
  const { name } = await (await there.open({ logId: 'one' })).create('folds');
  await expect((await there.open({ logId: 'two' })).open(name)).rejects.toThrow(/of the log one/);
  expect((await (await there.open({ logId: 'one' })).open(name)).name).toBe(name);
});

test('what was taken away is not forgotten, so that nobody writes it again from what it was', async () => {
  const [one, other] = [await there.open(), await there.open()];
  const views = await one.create('folds');
  await views.write(batch({ at: 1n, documents: [{ ...doc(1, 'a', ['k:a']), over: 0n }] }));
  const late = await other.open(views.name);
  await views.write(batch({ at: 2n, documents: [{ ...doc(1, undefined), over: 1n }] }));
  for (const over of [0n, 1n])
    await expect(late.write(batch({ at: 3n, documents: [{ ...doc(1, 'b'), over }] }))).rejects.toMatchObject({
      name: 'StaleViews',
    });
  expect(await views.hold('records', [id(1)])).toEqual(
    new Map([[id(1), { body: undefined, position: 2n, parked: false }]]),
  );
});

test('a dropped generation that somebody still wrote to is swept away', async () => {
  const [one, other] = [await there.open(), await there.open()];
  const views = await one.create('folds');
  const late = await other.open(views.name);
  there.double.gate = async ({ command, operation }) => {
    if (command !== 'insert' || operation !== undefined) return undefined;
    there.double.gate = async () => undefined;
    await one.drop(views.name);
    return undefined;
  };
  await expect(late.write(batch({ documents: [doc(1, 'a')] }))).rejects.toThrow(/no views/);
  const left = () => there.double.data.names('tenant').filter((name) => name.startsWith('tenant.views.'));
  expect(left()).not.toEqual([]);
  await there.open();
  expect(left()).toEqual([]);
});

test('no connection string, user or password comes out, whatever goes wrong', async () => {
  const secrets = ['anna', 's3cr3t%2Fx', 's3cr3t/x', 'tok3n'];
  const [host] = there.url.slice('mongodb://'.length).split('/');
  const urls = [
    `mongodb://anna:s3cr3t%2Fx@${host}/?authMechanism=tok3n`,
    `mongodb://anna:s3cr3t%2Fx@${host}/?authMechanismProperties=tok3n`,
    `mongodb://anna:s3cr3t%2Fx@${host}:x/?replicaSet=tok3n`,
    `mongodb+srv://anna:s3cr3t%2Fx@nowhere.invalid:1/?appName=tok3n`,
    `mongo://anna:s3cr3t%2Fx@${host}/?replicaSet=tok3n`,
    `mongodb://anna:s3cr3t%2Fx@127.0.0.1:1/?serverSelectionTimeoutMS=50&replicaSet=tok3n`,
    `mongodb://anna:s3cr3t%2Fx@${host}/?serverSelectionTimeoutMS=500`,
  ];
  for (const url of urls) {
    for (const open of [MongoViewStore.open, openMongoViewReader]) {
      const problem = await open({ url, database: 'tenant' }).catch((thrown: unknown) => thrown);
      expect(problem).toBeInstanceOf(Error);
      for (const secret of [url, ...secrets]) expect(inspect(problem, { depth: 9 })).not.toContain(secret);
    }
  }
  const url = `${there.url}&replicaSet=&appName=tok3n`.replace('replicaSet=&', '');
  const store = await MongoViewStore.open({ url, database: 'tenant' });
  expect(inspect(store, { depth: 9, showHidden: true })).not.toContain('tok3n');
  await store.close();
});
