/** Who is one customer, through the door: the customer who moved, merging and undoing, and what a person may not do. */
import type { JsonObject } from '../../src/domain/kernel';
import { said } from '../given';
import { type Answer, type Door, door, expectProblem } from './door';

let d: Door;
beforeEach(async () => {
  d = await door({ matching: true });
});
afterEach(() => d.close());

const because = { reason: 'seen the papers', actor: 'eva' };

const tell = async (...facts: JsonObject[]): Promise<void> => {
  expect((await d.post('/v1/events', facts)).body.summary).toMatchObject({ accepted: facts.length });
  await d.level();
};
const of = (source: string, type: string, key: string, data: JsonObject, more: JsonObject = {}): JsonObject =>
  said(type, key, data, { source, ...more });
const withKey = async (identifier: string) =>
  (await d.get(`/v1/customers?identifier=${encodeURIComponent(identifier)}`)).body.customers;
const recordsOf = (customer: { records: { record: string }[] }): string[] =>
  customer.records.map(({ record }) => record);
const view = async (id: string) => (await d.get(`/v1/customers/${id}`)).body;
const decide = async (url: string, body: JsonObject): Promise<Answer> => {
  const answer = await d.post(url, body);
  await d.level();
  return answer;
};

const HARBOUR = { street: 'Harbour Road', number: '7', postcode: '4020', locality: 'Linz', country: 'AT' };
const MILL = { street: 'Mill Lane', number: '12', postcode: '1010', locality: 'Wien', country: 'AT' };

async function theMovedCustomer(): Promise<void> {
  const name = { party: 'person', name: { given: 'Martha', family: 'Hubinger' } };
  await tell(
    of('shop', 'name-stated', 'c1', name),
    of('shop', 'birth-date-stated', 'c1', { bornOn: '1971-05-06' }),
    of('shop', 'contact-point-stated', 'c1', { medium: 'mobile', value: '+43 664 7712345' }),
    of('shop', 'address-stated', 'c1', { use: 'home', address: HARBOUR }, { time: '2024-02-01T09:00:00Z' }),
    of('shop', 'address-stated', 'c1', { use: 'delivery', address: MILL }, { time: '2025-11-20T09:00:00Z' }),
  );
  await tell(
    of('billing', 'name-stated', 'B-9', name),
    of('billing', 'birth-date-stated', 'B-9', { bornOn: '1971-05-06' }),
    of('billing', 'address-stated', 'B-9', { use: 'home', address: MILL }, { time: '2025-12-01T09:00:00Z' }),
  );
  await tell(
    of('callcentre', 'name-stated', 'T-5', { party: 'person', name: { full: 'Martha Hubinger' } }),
    of('callcentre', 'contact-point-stated', 'T-5', { medium: 'phone', value: '+436647712345' }),
    of('callcentre', 'call-held', 'T-5', { direction: 'in', durationSeconds: 90, topic: 'where is my order' }),
  );
}

test('a customer who moved stays one customer, with the current and the former address, and the reason', async () => {
  await theMovedCustomer();
  const [customer, ...others] = await withKey('phone:+436647712345');
  expect(others).toEqual([]);
  expect(customer.records.map(({ subject }: { subject: { source: string } }) => subject.source).sort()).toEqual([
    'billing',
    'callcentre',
    'shop',
  ]);
  const homes = customer.lists['address/home'].map(({ value }: { value: JsonObject }) => value['street']);
  expect(homes).toEqual(['Mill Lane', 'Harbour Road']);
  expect(customer.sums['facts/kind/call']).toBe(1);
  const [a, b] = recordsOf(customer);
  const { body } = await d.get(`/v1/explanations?a=${a}&b=${b}`);
  expect(body).toMatchObject({ together: true });
  const parts: { weight: number; frequency: number }[] = body.evidence.parts;
  const sum = parts.reduce((bits, { weight, frequency }) => bits + weight + frequency, body.evidence.prior);
  expect(Math.abs(sum - body.score)).toBeLessThan(1e-9);
  const { decisions } = (await d.get(`/v1/customers/${customer.customer}/decisions`)).body;
  expect(decisions.map(({ type }: { type: string }) => type)).toContain('kith.records-linked.v1');
});

test('records held apart are two customers again, for ever, and every old id still answers', async () => {
  await theMovedCustomer();
  const [customer] = await withKey('phone:+436647712345');
  const [first = '', second = '', third = ''] = recordsOf(customer);
  for (const id of [first, second, third]) expect((await view(id)).customer).toBe(customer.customer);
  for (const other of [second, third]) {
    expect((await decide('/v1/held-apart', { records: [first, other], ...because })).status).toBe(201);
  }
  expect((await decide('/v1/held-apart', { records: [first, second], ...because })).status).toBe(200);
  expect(recordsOf(await view(first))).toEqual([first]);
  expect(recordsOf(await view(second))).not.toContain(first);
  expectProblem(await d.post('/v1/links', { records: [first, second], ...because }), 409, 'held-apart');
  for (const other of [second, third]) await decide('/v1/held-apart/releases', { records: [first, other], ...because });
  expect(recordsOf(await view(second)).sort()).toEqual([first, second, third].sort());
});

test('a customer whose records hang together by few links is named for somebody to look', async () => {
  const mail = (n: number) => `${'abcdef'.charAt(n).repeat(6)}@stern.example.net`;
  await tell(
    ...[0, 1, 2, 3, 4].flatMap((n) => [
      of('crm', 'name-stated', `k${n}`, { party: 'person', name: { given: 'Ida', family: 'Stern' } }),
      ...[n, n + 1].map((m) => of('crm', 'contact-point-stated', `k${n}`, { medium: 'email', value: mail(m) })),
    ]),
  );
  const [{ customer }] = await withKey(`email:${mail(0)}`);
  const { statistics } = (await d.get('/v1/matching')).body;
  expect(statistics).toMatchObject({
    alarm: false,
    suspected: 1,
    suspects: [{ customer, records: 5, density: 0.4, alarms: ['density'] }],
  });
  expect(recordsOf(await view(statistics.suspects[0].customer))).toHaveLength(5);
});

test('why a link ended leads to the value that fell silent, without a word of the value', async () => {
  const guest = (key: string, family: string) => [
    of('crm', 'name-stated', key, { party: 'person', name: { given: 'Ida', family } }),
    of('crm', 'contact-point-stated', key, { medium: 'email', value: 'kiosk@hotel.example.net' }),
  ];
  await tell(...guest('x', 'Abel'), ...guest('y', 'Abel'));
  const [{ records }] = await withKey('email:kiosk@hotel.example.net');
  const [a, b] = records.map(({ record }: { record: string }) => record);
  const families = ['Brandt', 'Cziffra', 'Dorn', 'Ekdal', 'Fuchs', 'Gruber'];
  await tell(...families.flatMap((family) => guest(family, family)));
  const { decisions } = (await d.get(`/v1/customers/${a}/decisions`)).body;
  const { data } = decisions.find(({ type }: { type: string }) => type === 'kith.link-retracted.v1');
  const { events } = (await d.get('/v1/changes?type=kith.value-demoted.v1')).body;
  const { kind, hash } = events[0].data;
  expect(data).toEqual({ reason: 'shared value fell silent', silent: [{ kind, hash }] });
  const explained = await d.get(`/v1/explanations?a=${a}&b=${b}`);
  expect(explained.body).toMatchObject({ together: false, silent: [{ kind, hash }] });
  expect(explained.text).not.toContain('kiosk');
  expect((await d.get('/v1/matching')).body.generic).toMatchObject([{ value: 'kiosk@hotel.example.net', hash }]);
});

describe('merging by hand', () => {
  let ada: string;
  let bob: string;
  let carl: string;
  beforeEach(async () => {
    await tell(
      of('crm', 'name-stated', 'ada', { party: 'person', name: { given: 'Ada', family: 'Byron' } }),
      of('crm', 'contact-point-stated', 'ada', { medium: 'email', value: 'ada@mail.example' }),
      of('crm', 'name-stated', 'bob', { party: 'person', name: { given: 'Augusta', family: 'Lovelace' } }),
      of('crm', 'contact-point-stated', 'bob', { medium: 'email', value: 'lovelace@mail.example' }),
      of('crm', 'name-stated', 'carl', { party: 'person', name: { given: 'Countess', family: 'King' } }),
      of('crm', 'contact-point-stated', 'carl', { medium: 'email', value: 'king@mail.example' }),
    );
    [ada, bob, carl] = (await Promise.all(
      ['ada', 'lovelace', 'king'].map(async (name) => (await withKey(`email:${name}@mail.example`))[0].customer),
    )) as [string, string, string];
  });

  test('a dry run shows the customers before and after, and decides nothing', async () => {
    const { status, body } = await d.post('/v1/merges?dryRun=true', { customers: [ada, bob], ...because });
    expect(status).toBe(200);
    expect(body.before).toHaveLength(2);
    expect(recordsOf(body.after)).toHaveLength(2);
    expect(body.merges).toEqual([]);
    expect(recordsOf(await view(ada))).toHaveLength(1);
  });

  test('an old merge is undone under a later one, and both sides have their bytes back', async () => {
    const before = await Promise.all([ada, bob, carl].map((id) => d.get(`/v1/customers/${id}`)));
    const first = await decide('/v1/merges', { customers: [ada, bob], ...because });
    const second = await decide('/v1/merges', { customers: [ada, carl], ...because });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(recordsOf(await view(carl))).toHaveLength(3);
    const undo = await decide(`/v1/merges/${first.body.merges[0]}/undo`, { reason: 'wrong person' });
    expect(undo.status).toBe(201);
    const kept = await view(carl);
    expect(recordsOf(kept)).toHaveLength(2);
    expectProblem(await d.post(`/v1/merges/${first.body.merges[0]}/undo`, { reason: 'again' }), 409, 'not-merged');
    await decide(`/v1/merges/${second.body.merges[0]}/undo`, { reason: 'wrong too' });
    const after = await Promise.all([ada, bob, carl].map((id) => d.get(`/v1/customers/${id}`)));
    expect(after.map(({ text }) => text)).toEqual(before.map(({ text }) => text));
  });

  test('consumers hear of each merge and split once, in order', async () => {
    const { merges } = (await decide('/v1/merges', { customers: [ada, bob], ...because })).body;
    await decide('/v1/merges', { customers: [ada, carl], ...because });
    await decide(`/v1/merges/${merges[0]}/undo`, { reason: 'wrong person' });
    const types = ['kith.customers-merged.v1', 'kith.customer-split.v1'].map((type) => `type=${type}`).join('&');
    const { events } = (await d.get(`/v1/changes?${types}`)).body;
    const [first = ''] = [ada, bob, carl].sort();
    const told = events.map(({ type, data }: { type: string; data: JsonObject }) => {
      const { cause: _, ...rest } = data;
      return { type: type.split('.')[1], ...rest };
    });
    expect(told).toHaveLength(3);
    expect(told.slice(0, 2).map(({ type }: { type: string }) => type)).toEqual([
      'customers-merged',
      'customers-merged',
    ]);
    expect(told[2].type).toBe('customer-split');
    expect(new Set([...told[2].into, ...told[1].from, told[1].into])).toContain(first);
  });

  test('merging what is merged already is 200 and decides nothing', async () => {
    await decide('/v1/merges', { customers: [ada, bob], ...because });
    const again = await decide('/v1/merges', { customers: [ada, bob], ...because });
    expect(again).toMatchObject({ status: 200, body: { merges: [] } });
  });

  test('who must not be merged is named', async () => {
    await decide('/v1/held-apart', { records: [ada, bob], ...because });
    expectProblem(await d.post('/v1/merges', { customers: [ada, bob], ...because }), 409, 'held-apart');
    expectProblem(await d.post('/v1/merges', { customers: [ada, ada], ...because }), 400, 'bad-parameter');
    expectProblem(
      await d.post('/v1/merges', { customers: [ada, 'f'.repeat(32)], ...because }),
      404,
      'customer-unknown',
    );
    expectProblem(await d.post('/v1/merges', { customers: [ada, bob] }), 400, 'bad-parameter');
    expectProblem(await d.post('/v1/links', { records: [ada, 'f'.repeat(32)], ...because }), 404, 'record-unknown');
    expectProblem(await d.get(`/v1/explanations?a=${ada}&b=${'e'.repeat(32)}`), 404, 'record-unknown');
    expectProblem(await d.post('/v1/models', { hash: 'a'.repeat(64), ...because }), 404, 'model-unknown');
  });
});
