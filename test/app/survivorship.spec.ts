/** Which value a customer shows, by the policy that people publish: stories of a name that two sources tell differently. */
import { policyWithHash, publishedPolicies, publishPolicy } from '../../src/app/policies';
import { tryPolicy } from '../../src/app/trying-policy';
import { replay } from '../../src/app/replay';
import type { JsonObject } from '../../src/domain/kernel';
import { defaultPolicy, parsePolicy, type Policy, policyHash } from '../../src/domain/survivorship';
import type { CustomerView } from '../../src/projections/customer';
import { MemoryViewStore } from '../../src/views/memory';
import { type Given, given, level, recordIn, said } from '../given';

const because = ['the register knows names best', 'steward:1'] as const;
const trusting = (...trust: string[]): Policy => ({ ...defaultPolicy, order: ['source-trust', 'recency'], trust });

let g: Given;
let ada: string;
beforeEach(async () => {
  g = await given();
  ada = await twoNames('ada');
});
afterEach(() => g.kith.close());

/** The register said one name long ago, the web shop another one since. */
async function twoNames(key: string): Promise<string> {
  const [first] = await g.send(
    said('name-stated', key, name('Augusta Ada King'), { source: 'register', subject: `crm:${key}`, time: on(1) }),
    said('name-stated', key, name('Ada'), { source: 'webshop', subject: `crm:${key}`, time: on(9) }),
  );
  return recordIn(first);
}
const name = (full: string): JsonObject => ({ party: 'person', name: { full } });
const on = (day: number): string => `2025-03-0${day}T00:00:00Z`;

async function publish(policy: Policy) {
  const published = await publishPolicy(g.kith, policy, ...because);
  await level(g.kith);
  return published;
}
const body = async (id: string, clocks = {}): Promise<string> => (await g.kith.reading.customer(id, clocks)).body;
const view = async (id: string, clocks = {}): Promise<CustomerView> => JSON.parse(await body(id, clocks));
const shown = async (id: string, field = 'name', clocks = {}) => {
  const { fields, policy } = await view(id, clocks);
  return { value: fields[field]?.value, rule: fields[field]?.rule, policy };
};

const BY_RECENCY = { value: { full: 'Ada' }, rule: 'recency', policy: policyHash(defaultPolicy) };

test('a published policy shows another value and another rule, on every customer, and the view names it', async () => {
  const bob = await twoNames('bob');
  expect([await shown(ada), await shown(bob)]).toEqual([BY_RECENCY, BY_RECENCY]);
  const { hash } = await publish(trusting('register'));
  const by = { value: { full: 'Augusta Ada King' }, rule: 'source-trust', policy: hash };
  expect([await shown(ada), await shown(bob)]).toEqual([by, by]);
  expect(await shown(await twoNames('carl'))).toEqual(by);
});

test('what was known before shows the policy that held then, whatever the day of the facts', async () => {
  const before = await body(ada);
  g.at('2026-02-01T00:00:00Z');
  await publish(trusting('register'));
  const [knownAt, asOf] = [Date.parse('2026-01-15T00:00:00Z'), Date.parse('2025-06-01T00:00:00Z')];
  expect(await body(ada, { knownAt })).toBe(before);
  expect(await shown(ada, 'name', { asOf })).toMatchObject({ rule: 'source-trust' });
  expect(await shown(ada, 'name', { asOf, knownAt })).toEqual(BY_RECENCY);
});

test('a whole read model as of a moment has the bytes that single reads of that moment have', async () => {
  g.at('2026-02-01T00:00:00Z');
  await publish(trusting('register'));
  g.at('2026-03-01T00:00:00Z');
  await publish(defaultPolicy);
  for (const day of ['2026-01-15', '2026-02-15', '2026-03-15']) {
    const clocks = { asOf: Date.parse('2025-12-01T00:00:00Z'), knownAt: Date.parse(day) };
    const views = await new MemoryViewStore().create('replay');
    await replay(g.kith, views, clocks);
    expect([...(await views.load('customers', [(await view(ada)).records[0]!.record])).values()]).toEqual([
      await body(ada, clocks),
    ]);
  }
});

test('rolling back is publishing the old hash again: every view has the bytes that it had', async () => {
  await publish(trusting('webshop', 'register'));
  const [first, roots] = [await body(ada), await g.kith.views.roots()];
  await publish(trusting('register'));
  expect(await body(ada)).not.toBe(first);
  const { log, seal } = g.kith;
  const hash = policyHash(trusting('webshop', 'register'));
  await publish(await policyWithHash(log, seal, hash));
  expect(await body(ada)).toBe(first);
  expect(await g.kith.views.roots()).toEqual(roots);
  expect((await publishedPolicies(log, seal)).map((one) => one.hash)).toEqual([
    hash,
    policyHash(trusting('register')),
    hash,
  ]);
  await expect(policyWithHash(log, seal, 'f'.repeat(64))).rejects.toMatchObject({ code: 'policy-unknown' });
});

test('publishing what holds already writes nothing', async () => {
  const { position } = await g.kith.log.head();
  expect(await publish(defaultPolicy)).toEqual({ hash: policyHash(defaultPolicy) });
  expect((await g.kith.log.head()).position).toBe(position);
});

test('a field may have an order and a trust of its own, a slot before its family', async () => {
  const stated = (source: string, vip: string) =>
    said('attribute-stated', 'ada', { name: 'vip', value: vip }, { source, subject: 'crm:ada' });
  const city = (source: string, value: string) =>
    said('attribute-stated', 'ada', { name: 'city', value }, { source, subject: 'crm:ada' });
  await g.send(
    ...[stated('register', 'no'), stated('webshop', 'yes'), city('register', 'Linz'), city('webshop', 'Wien')],
  );
  await publish({
    ...trusting('register'),
    fields: {
      attribute: { trust: ['webshop'] },
      'attribute/vip': { trust: ['register'] },
      name: { order: ['recency'] },
    },
  });
  expect(await shown(ada)).toMatchObject({ value: { full: 'Ada' }, rule: 'recency' });
  expect(await shown(ada, 'attribute/city')).toMatchObject({ value: 'Wien', rule: 'source-trust' });
  expect(await shown(ada, 'attribute/vip')).toMatchObject({ value: 'no', rule: 'source-trust' });
});

test('the order of contact points and addresses follows the policy; what ended stays behind what holds', async () => {
  const point = (source: string, value: string) =>
    said('contact-point-stated', 'ada', { medium: 'email', value }, { source, subject: 'crm:ada' });
  await g.send(
    point('register', 'old@x.example'),
    point('webshop', 'new@x.example'),
    point('register', 'left@x.example'),
  );
  await g.send(said('contact-point-ended', 'ada', { medium: 'email', value: 'left@x.example' }));
  const order = async () => (await view(ada)).lists['contact/email']?.map(({ value }) => value);
  await publish(trusting('webshop'));
  expect(await order()).toEqual(['new@x.example', 'old@x.example', 'left@x.example']);
  await publish(trusting('register'));
  expect(await order()).toEqual(['old@x.example', 'new@x.example', 'left@x.example']);
});

test('the last word about a consent holds, whoever is trusted', async () => {
  const consent = { purpose: 'newsletter', medium: 'email' };
  await g.send(
    said(
      'consent-granted',
      'ada',
      { ...consent, basis: 'consent' },
      { source: 'register', subject: 'crm:ada', time: on(1) },
    ),
    said('consent-withdrawn', 'ada', consent, { source: 'webshop', subject: 'crm:ada', time: on(2) }),
  );
  await publish(trusting('register'));
  expect(await shown(ada, 'consent/newsletter/email')).toMatchObject({ value: { status: 'withdrawn' } });
});

test('a dry run of a merge shows the customer by the policy that holds', async () => {
  const bob = await twoNames('bob');
  await publish(trusting('register'));
  const { after, before } = await g.kith.stewarding.merge([ada, bob], { reason: 'test' }, true);
  for (const one of [after, ...before]) expect(one.fields['name']).toMatchObject({ rule: 'source-trust' });
  await g.kith.stewarding.merge([ada, bob], { reason: 'test' });
  await level(g.kith);
  expect(await view(ada)).toEqual(after);
});

test('trying a policy foretells what publishing it shows, and changes nothing', async () => {
  await g.send(said('name-stated', 'solo', name('Solo')));
  const [roots, { position }] = [await g.kith.views.roots(), await g.kith.log.head()];
  const trial = await tryPolicy(g.kith, trusting('register'));
  expect(trial).toMatchObject({
    hash: policyHash(trusting('register')),
    holds: policyHash(defaultPolicy),
    customers: { all: 2, changed: 1 },
    fields: { name: 1 },
    differences: [
      {
        customer: ada,
        field: 'name',
        place: 0,
        now: { value: { full: 'Ada' }, rule: 'recency', from: { source: 'webshop' } },
        tried: { value: { full: 'Augusta Ada King' }, rule: 'source-trust', from: { source: 'register' } },
      },
    ],
    unnamed: 0,
  });
  expect([await g.kith.views.roots(), (await g.kith.log.head()).position]).toEqual([roots, position]);
  await publish(trusting('register'));
  expect(await shown(ada)).toMatchObject({ value: trial.differences[0]?.tried.value });
  expect((await tryPolicy(g.kith, trusting('register'))).customers.changed).toBe(0);
});

test('a trial names as many differences as asked for, and counts the others', async () => {
  for (const key of ['bob', 'carl', 'dora']) await twoNames(key);
  const { differences, unnamed, fields } = await tryPolicy(g.kith, trusting('register'), 3);
  expect([differences.length, unnamed, fields['name']]).toEqual([3, 1, 4]);
});

describe('what is no policy is refused, with the place and what to do', () => {
  it.each<[string, unknown, string, string]>([
    ['no object', 'recency', '', 'the data must be an object'],
    [
      'an unknown criterion',
      { ...defaultPolicy, order: ['newest'] },
      '/order/0',
      'must be one of: verified, source-trust',
    ],
    [
      'a criterion twice',
      { ...defaultPolicy, order: ['recency', 'recency'] },
      '/order',
      'must not name anything twice',
    ],
    ['no criterion', { ...defaultPolicy, order: [] }, '/order', 'must have 1 or more entries'],
    ['a misspelt member', { ...defaultPolicy, ordre: [] }, '/ordre', 'did you mean order?'],
    ['another version', { ...defaultPolicy, version: 2 }, '/version', 'must be 1'],
    ['no trust', { version: 1, order: ['recency'] }, '/trust', 'trust is missing'],
    ['no such field', { ...defaultPolicy, fields: { 'shoe/size': {} } }, '/fields/shoe~1size', 'there are name, party'],
    ['a consent', { ...defaultPolicy, fields: { consent: {} } }, '/fields/consent', 'last word about a consent'],
  ])('%s', (_, policy, pointer, sentence) => {
    const parse = () => parsePolicy(policy);
    expect(parse).toThrow(sentence);
    expect(parse).toThrow(
      expect.objectContaining({ code: 'policy-malformed', errors: [expect.objectContaining({ pointer })] }),
    );
  });
});
