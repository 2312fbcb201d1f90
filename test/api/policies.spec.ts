/** Survivorship policies through the open door: shown, tried, published, rolled back, refused. */
import { defaultPolicy, policyHash } from '../../src/domain/survivorship';
import { recordIn, said } from '../given';
import { type Door, door, expectProblem } from './door';

const because = { reason: 'the register knows names best', actor: 'eva' };
const policy = { ...defaultPolicy, order: ['source-trust', 'recency'], trust: ['register'] };

let d: Door;
let ada: string;
beforeEach(async () => {
  d = await door();
  const name = (source: string, full: string, time: string) =>
    said('name-stated', 'ada', { party: 'person', name: { full } }, { source, subject: 'crm:ada', time });
  const [first] = await d.kith.intake.accept([
    name('register', 'Augusta Ada King', '2025-03-01T00:00:00Z'),
    name('webshop', 'Ada', '2025-03-09T00:00:00Z'),
  ]);
  await d.level();
  ada = recordIn(first);
});
afterEach(() => d.close());

test('a policy is tried, published, shown, and rolled back to the same bytes', async () => {
  const before = await d.get(`/v1/customers/${ada}`);
  const trial = await d.post('/v1/policies/trials', { policy });
  expect(trial).toMatchObject({ status: 200, body: { customers: { all: 1, changed: 1 }, fields: { name: 1 } } });
  expect((await d.get('/v1/policies')).body).toEqual({
    holds: { hash: policyHash(defaultPolicy), policy: defaultPolicy },
    policies: [],
  });

  const { status, body, headers } = await d.post('/v1/policies', { policy, ...because });
  expect([status, body]).toEqual([201, { hash: trial.body.hash }]);
  // The answer's position waits for every customer.
  const token = { 'kith-position': String(headers['kith-position']) };
  const shown = await d.get(`/v1/customers/${ada}`, token);
  expect(shown.body.fields.name).toMatchObject({ value: { full: 'Augusta Ada King' }, rule: 'source-trust' });
  expect(shown.body.policy).toBe(body.hash);
  expect((await d.get('/v1/policies')).body).toMatchObject({
    holds: { hash: body.hash, policy },
    policies: [{ hash: body.hash, policy, ...because }],
  });
  expect((await d.post('/v1/policies', { policy, ...because })).status).toBe(200);

  const back = await d.post('/v1/policies', { hash: policyHash(defaultPolicy), reason: 'too strict' });
  expect(back.status).toBe(201);
  await d.level();
  expect((await d.get(`/v1/customers/${ada}`)).text).toBe(before.text);
});

test('a steward chooses one value, and takes that back', async () => {
  const before = await d.get(`/v1/customers/${ada}`);
  const word = { field: 'name', value: { full: 'Augusta Ada King' }, ...because };
  const chosen = await d.post(`/v1/customers/${ada}/overrides`, word);
  expect(chosen.status).toBe(201);
  await d.level();
  expect((await d.get(`/v1/customers/${ada}`)).body.fields.name).toMatchObject({ value: word.value, rule: 'override' });
  expect(await d.post(`/v1/customers/${ada}/overrides`, word)).toMatchObject({ status: 200, body: {} });
  const { entries } = (await d.get(`/v1/customers/${ada}/timeline`)).body;
  expect(entries.map(({ kind }: { kind: string }) => kind)).toContain('choice');
  expect((await d.post(`/v1/overrides/${chosen.body.override}/undo`, because)).status).toBe(201);
  await d.level();
  expect((await d.get(`/v1/customers/${ada}`)).text).toBe(before.text);
  expect((await d.post(`/v1/overrides/${chosen.body.override}/undo`, because)).status).toBe(200);

  const { value: _, ...valueless } = word;
  expectProblem(await d.post(`/v1/customers/${ada}/overrides`, valueless), 400, 'bad-parameter');
  expectProblem(await d.post(`/v1/customers/${ada}/overrides`, { ...word, value: 'Eve' }), 422, 'value-unknown');
  expectProblem(await d.post('/v1/overrides/x/undo', because), 404, 'override-unknown');
});

test('what cannot hold is refused, and nothing is published', async () => {
  const broken = await d.post('/v1/policies', { policy: { ...policy, order: ['newest'] }, ...because });
  expectProblem(broken, 422, 'policy-malformed');
  expect(broken.body.errors).toEqual([
    {
      pointer: '/policy/order/0',
      detail: 'entry 0 of order must be one of: verified, source-trust, recency, frequency, completeness',
    },
  ]);
  expectProblem(await d.post('/v1/policies', { policy }), 400, 'bad-parameter');
  expectProblem(await d.post('/v1/policies', because), 400, 'bad-parameter');
  const hash = policyHash(defaultPolicy);
  expectProblem(await d.post('/v1/policies', { policy, hash, ...because }), 400, 'bad-parameter');
  expectProblem(await d.post('/v1/policies', { hash: 'f'.repeat(64), ...because }), 404, 'policy-unknown');
  expectProblem(await d.post('/v1/policies/trials', { policy: [] }), 422, 'policy-malformed');
  expect((await d.get('/v1/policies')).body.policies).toEqual([]);
});
