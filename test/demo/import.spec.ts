/** The demo's import and tour on the memory engine: what it prints adds up, and is what the views and the log say. */
import { importStory, type Imported } from '../../src/cli/demo-import';
import { fit, wrap } from '../../src/cli/demo-page';
import type { Kith } from '../../src/app/kith';
import { openKith } from '../../src/compose';
import { KATHARINA, WANG } from '../../src/demo/cast';
import { BEGIN } from '../../src/demo/days';
import { broken, type Delivery, deliveries } from '../../src/demo/deliveries';
import { CUSTOMER_SPLIT, CUSTOMERS_MERGED } from '../../src/domain/announcement';
import { valueTypes } from '../../src/domain/generic-value';
import { pairTypes } from '../../src/domain/link';
import type { CustomerView } from '../../src/projections/customer';

const clock = { now: BEGIN };
let kith: Kith;
let story: readonly Delivery[];
let imported: Imported;

beforeAll(async () => {
  kith = await openKith({ data: 'memory', now: () => clock.now });
  story = [...deliveries({ seed: 5, parties: 300 })];
  imported = await importStory(kith, clock, story, {
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  await kith.settled(60_000);
});
afterAll(() => kith.close());

const viewOf = async (identifier: string, clocks = {}): Promise<CustomerView> => {
  const [id = ''] = await kith.reading.find(identifier);
  return JSON.parse((await kith.reading.customer(id, clocks)).body);
};

test('every delivery is a fact, a repetition, a refusal or an act about a fact', () => {
  const { accepted, duplicates, refused, revised } = imported;
  expect(accepted + duplicates + refused.length + revised).toBe(story.length);
  expect([...imported.kinds.values()].reduce((sum, n) => sum + n, 0)).toBe(accepted);
  expect(duplicates).toBeGreaterThan(10);
  expect(revised).toBeGreaterThan(0);
});

test('the log holds the facts, the acts, what was decided about pairs, and nothing else', async () => {
  const { position } = await kith.log.head();
  const { events } = await kith.log.readAll(0n, {
    limit: Number(position),
    filter: { types: [...pairTypes, ...valueTypes, CUSTOMERS_MERGED, CUSTOMER_SPLIT] },
  });
  expect(position - BigInt(events.length)).toBe(BigInt(imported.accepted + imported.revised));
  expect(await kith.log.verify()).toMatchObject({ ok: true });
});

test('exactly the deliberately broken items are refused', () => {
  expect(imported.refused).toHaveLength(broken.length);
  expect(new Set(imported.refused.map(({ code }) => code))).toEqual(
    new Set([
      'bad-money',
      'schema-mismatch',
      'unknown-type',
      'bad-time',
      'bad-text',
      'time-in-future',
      'bad-subject',
      'unknown-attribute',
      'not-an-event',
    ]),
  );
});

test('the customers have spent what the purchases that stand come to', async () => {
  let [gross, purchases] = [0, 0];
  for (let after: CustomerView['records'][number]['record'] | undefined; ; ) {
    const page = await kith.views.scan('customers', after, 1_000);
    for (const { body } of page.documents) {
      const view: CustomerView = JSON.parse(body);
      gross += Number(view.lifetime['EUR']?.gross ?? 0);
      purchases += Number(view.lifetime['EUR']?.purchases ?? 0);
    }
    if (!page.next) break;
    after = page.next;
  }
  const standing = new Map<string, number>();
  for (const delivery of story) {
    if ('revision' in delivery) {
      const { kind, fact, data } = delivery.revision;
      if (kind === 'retracted') standing.delete(`${fact.source} ${fact.id}`);
      else standing.set(`${fact.source} ${fact.id}`, Object(data?.['total']).minor);
    } else {
      const { type, source, id, data, time, customer } = Object(delivery.item);
      const key = `${source} ${id}`;
      const isNew =
        type === 'kith.purchase-made.v1' && data.total.currency === 'EUR' && !String(id).startsWith('broken/');
      if (isNew && !customer && time && !seen.has(key)) standing.set(key, data.total.minor);
      seen.add(key);
    }
  }
  expect({ gross, purchases }).toEqual({
    gross: [...standing.values()].reduce((sum, minor) => sum + minor, 0),
    purchases: standing.size,
  });
});
const seen = new Set<string>();

test('Katharina lives in Wien, lived in Linz, and for three days we did not know', async () => {
  const localities = async (clocks = {}) =>
    (await viewOf(`email:${KATHARINA.formerEmail}`, clocks)).lists['address/home']?.map(({ value, present }) => [
      Object(value).locality,
      present,
    ]);
  expect(await localities()).toEqual([
    ['Wien', true],
    ['Linz', false],
  ]);
  expect(await localities({ asOf: Date.parse(KATHARINA.yearBefore) })).toEqual([['Linz', true]]);
  const between = Date.parse(KATHARINA.betweenMoveAndCall);
  expect(await localities({ asOf: between })).toEqual([
    ['Wien', true],
    ['Linz', false],
  ]);
  expect(await localities({ asOf: between, knownAt: between })).toEqual([['Linz', true]]);
});

test('a correction by the shop counts: one bell was sold', async () => {
  expect((await viewOf(`email:${KATHARINA.email}`)).lifetime['EUR']).toMatchObject({
    gross: 117_850,
    returned: 7_900,
    net: 108_950,
  });
});

test('records of one person are one customer, whatever script the name is written in', async () => {
  const found = [
    ...(await kith.reading.find(`phone:${WANG.phone}`)),
    ...(await kith.reading.find(`email:${WANG.email}`)),
  ];
  expect(new Set(found).size).toBeLessThan(3);
  expect((await viewOf(`email:${WANG.email}`)).records.length).toBeGreaterThan(1);
});

test('no line of the page is wider than a hundred columns, and the source stays at its end', () => {
  expect(fit(`${'x'.repeat(200)}  ‹shop›`)).toBe(`${'x'.repeat(91)}…  ‹shop›`);
  expect(fit('王'.repeat(60))).toBe(`${'王'.repeat(49)}…`);
  expect(wrap(`  facts ${'word '.repeat(40)}`, 10).every((line) => line.length <= 100)).toBe(true);
});
