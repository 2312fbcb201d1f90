/** A fold that throws parks one record: it stays as it was and says so, the rest flows, and a mended fold brings it level. */
import { textOf } from '../../src/domain/kernel';
import { evolve } from '../../src/projections/record';
import { given, level, recordIn, said } from '../given';

/** Refuses every note that says "poison", until it is mended. */
function fragile() {
  let mended = false;
  const fold: typeof evolve = (view, event, record) => {
    if (!mended && event.record === record && event.data['text'] === 'poison')
      throw new Error('this fold cannot take poison');
    return evolve(view, event, record);
  };
  return { fold, mend: () => (mended = true) };
}

const note = (key: string, text: string, more = {}) => said('note-taken', key, { text, ...more });

test('the record is parked with the reason, keeps what it showed, and nobody else waits for it', async () => {
  const { fold } = fragile();
  const { kith, send } = await given({ evolve: fold });
  const [ada, bob] = (await send(note('ada', 'fine'), note('bob', 'fine'))).map(recordIn);
  const before = (await kith.reading.customer(String(ada))).body;
  await send(note('ada', 'poison'), note('bob', 'fine too'), note('ada', 'later'));
  const parked = await kith.reading.customer(String(ada));
  expect(parked.body).toBe(before);
  expect(parked.parked).toMatchObject([{ record: ada, position: 3n, reason: 'this fold cannot take poison' }]);
  expect(JSON.parse((await kith.reading.customer(String(bob))).body).sums['facts/kind/note']).toBe(2);
  expect((await kith.status()).parked).toBe(1);
  await kith.close();
});

test('once the fold is mended, the record holds every fact, as if nothing had been', async () => {
  const { fold, mend } = fragile();
  const [parked, whole] = [await given({ evolve: fold }), await given()];
  const facts = [
    note('ada', 'fine'),
    note('ada', 'poison', { parties: [{ role: 'witness', subject: 'crm:acme' }] }),
    note('ada', 'later'),
  ];
  await parked.send(...facts);
  await whole.send(...facts);
  mend();
  expect(await parked.kith.retryParked()).toEqual({ healed: 1, still: 0 });
  const sums = async ({ kith }: typeof parked) =>
    (await kith.views.scan('customers', undefined, 10)).documents
      .map(({ body }) => JSON.stringify(JSON.parse(body).sums))
      .sort((a, b) => (a < b ? -1 : 1));
  expect(await sums(parked)).toEqual(await sums(whole));
  expect((await parked.kith.status()).parked).toBe(0);
  await parked.kith.close();
  await whole.kith.close();
});

test('once the fold is mended, the record is matched with others as if nothing had been', async () => {
  let mended = false;
  const fold: typeof evolve = (view, event, record) => {
    if (!mended && event.record === record && event.data['medium'] === 'email' && event.subject?.key === 'bob')
      throw new Error('this fold cannot take his address');
    return evolve(view, event, record);
  };
  const { kith, send } = await given({ evolve: fold }, { matching: true });
  const twin = (key: string) => [
    said('contact-point-stated', key, { medium: 'email', value: 'ada@post.example' }),
    said('name-stated', key, { party: 'person', name: { given: 'Ada', family: 'Lovelace' } }),
  ];
  await send(...twin('ada'), ...twin('bob'));
  const records = async () => {
    expect(await kith.settled(10_000)).toBe(true);
    const [customer = ''] = await kith.reading.find('email:ada@post.example');
    return JSON.parse((await kith.reading.customer(customer)).body).records.length;
  };
  expect(await records()).toBe(1);
  mended = true;
  expect(await kith.retryParked()).toEqual({ healed: 1, still: 0 });
  expect(await records()).toBe(2);
  await kith.close();
});

test('what is still refused stays parked', async () => {
  const { fold } = fragile();
  const { kith, send } = await given({ evolve: fold });
  await send(note('ada', 'poison'));
  expect(await kith.retryParked()).toEqual({ healed: 0, still: 1 });
  await kith.close();
});

test('a rebuild refuses what live views refuse', async () => {
  const { fold } = fragile();
  const { kith, send } = await given({ evolve: fold });
  await send(note('ada', 'fine'), note('ada', 'poison'), note('bob', 'fine'));
  await level(kith);
  expect(await kith.rebuild()).toMatchObject({ differences: [], switched: true });
  expect((await kith.status()).parked).toBe(1);
  await kith.close();
});

test('a parked record stays as it was through later writes, and a rebuild parks it at the same place', async () => {
  const { fold } = fragile();
  const { kith, send } = await given({ evolve: fold });
  const [ada] = (await send(note('ada', 'one'))).map(recordIn);
  const before = (await kith.reading.customer(String(ada))).body;
  for (const text of ['poison', 'three', 'poison', 'five']) await send(note('ada', text));
  expect((await kith.reading.customer(String(ada))).body).toBe(before);
  expect(await kith.rebuild()).toMatchObject({ differences: [] });
  expect(await kith.reading.customer(String(ada))).toMatchObject({ body: before, parked: [{ position: 2n }] });
  await kith.close();
});

test('a refused fact that is taken back later leaves its record parked, live and rebuilt alike', async () => {
  const { fold } = fragile();
  const { kith, send } = await given({ evolve: fold });
  const poison = note('ada', 'poison');
  await send(note('ada', 'one'), poison);
  await kith.revising.revise({ kind: 'retracted', fact: { source: 'crm', id: textOf(poison['id']) }, reason: 'bad' });
  await level(kith);
  expect(await kith.rebuild()).toMatchObject({ differences: [] });
  expect((await kith.status()).parked).toBe(1);
  await kith.close();
});
