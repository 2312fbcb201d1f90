import { said } from '../given';
import { type Door, door, expectProblem } from './door';

let d: Door;
let fact: { source: string; id: string };
let record: string;
beforeEach(async () => {
  d = await door();
  const sent = said('name-stated', 'ada', { party: 'person', name: { full: 'Ada Byron' } }, { id: 'n1' });
  record = (await d.post('/v1/events', sent)).body.record;
  fact = { source: 'crm', id: 'n1' };
});
afterEach(() => d.close());

const reason = 'wrong person';
const lovelace = { party: 'person', name: { full: 'Ada Lovelace' } };
const seen = async (position: unknown) => d.get(`/v1/customers/${record}`, { 'kith-position': String(position) });

test('a retraction is 201 once and 200 from then on, and takes the fact out of the view', async () => {
  const first = await d.post('/v1/retractions', { fact, reason, actor: 'agent:7' });
  expect(first).toMatchObject({ status: 201, body: { outcome: 'done', record } });
  expect((await d.post('/v1/retractions', { fact, reason })).status).toBe(200);
  expect((await seen(first.headers['kith-position'])).status).toBe(404);
});

test('a reinstatement brings the fact back, and is nothing where it stands', async () => {
  expect(await d.post('/v1/reinstatements', { fact, reason })).toMatchObject({
    status: 200,
    body: { outcome: 'nothing' },
  });
  await d.post('/v1/retractions', { fact, reason });
  const back = await d.post('/v1/reinstatements', { fact, reason });
  expect(back.status).toBe(201);
  expect((await seen(back.headers['kith-position'])).body.fields.name.value).toEqual({ full: 'Ada Byron' });
});

test('a correction puts other data in the place of the fact', async () => {
  const corrected = await d.post('/v1/corrections', { fact, reason, data: lovelace });
  expect(corrected.status).toBe(201);
  expect((await seen(corrected.headers['kith-position'])).body.fields.name.value).toEqual({ full: 'Ada Lovelace' });
});

test('a correction with data that do not fit the fact is refused by field', async () => {
  const answer = await d.post('/v1/corrections', { fact, reason, data: { party: 'alien', name: {} } });
  expectProblem(answer, 422, 'schema-mismatch');
  expect(answer.body.errors.length).toBeGreaterThan(0);
});

test('a correction keeps members of data that have odd names, so that the schema can refuse them', async () => {
  const data = JSON.stringify(lovelace).replace('{', '{"constructor":{"prototype":1},');
  const answer = await d.post('/v1/corrections', `{"fact":${JSON.stringify(fact)},"reason":"r","data":${data}}`);
  expectProblem(answer, 422, 'schema-mismatch');
});

test('a retracted fact cannot be corrected, and one that nobody sent cannot be retracted', async () => {
  await d.post('/v1/retractions', { fact, reason });
  expectProblem(await d.post('/v1/corrections', { fact, reason, data: lovelace }), 409, 'fact-retracted');
  expectProblem(await d.post('/v1/retractions', { fact: { source: 'crm', id: 'never' }, reason }), 404, 'fact-unknown');
  expectProblem(await d.post('/v1/retractions', { fact: { source: 'kith', id: 'x' }, reason }), 404, 'fact-unknown');
});

test.each<[string, unknown, string]>([
  ['no fact', { reason }, '/fact'],
  ['a fact that is text', { fact: 'crm:1', reason }, '/fact'],
  ['a list of facts', { fact: [{ source: 'crm', id: '1' }], reason }, '/fact'],
  ['a fact without id', { fact: { source: 'crm' }, reason }, '/fact/id'],
  ['no reason', { fact: { source: 'crm', id: '1' } }, '/reason'],
  ['an empty reason', { fact: { source: 'crm', id: '1' }, reason: '' }, '/reason'],
  ['a reason with a lone surrogate', { fact: { source: 'crm', id: '1' }, reason: '\ud800' }, '/reason'],
  ['an actor that is a number', { fact: { source: 'crm', id: '1' }, reason, actor: 7 }, '/actor'],
  ['a member that nobody knows', { fact: { source: 'crm', id: '1' }, reason, when: 'now' }, '/when'],
  ['data, which only corrections have', { fact: { source: 'crm', id: '1' }, reason, data: {} }, '/data'],
])('a retraction with %s is a bad parameter, and the field is named', async (_, body, pointer) => {
  const answer = await d.post('/v1/retractions', body);
  expectProblem(answer, 400, 'bad-parameter');
  expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
});

test('a correction without data, or with a list as data, is a bad parameter', async () => {
  for (const data of [undefined, null, [], 'x']) {
    const answer = await d.post('/v1/corrections', { fact, reason, data });
    expectProblem(answer, 400, 'bad-parameter');
    expect(answer.body.errors[0].pointer).toBe('/data');
  }
  expectProblem(await d.post('/v1/corrections', { fact, data: lovelace }), 400, 'bad-parameter');
  expectProblem(await d.post('/v1/corrections', '[]'), 400, 'bad-parameter');
});

test.each([
  '{"__proto__":{"x":1}}',
  '{"constructor":{"prototype":1}}',
  '{"constructor":1}',
  '{"fact":{"constructor":1,"__proto__":1}}',
])('the body %s brings nothing down', async (body) => {
  expectProblem(await d.post('/v1/retractions', body), 400, 'bad-parameter');
  expectProblem(await d.post('/v1/corrections', body), 400, 'bad-parameter');
});

test.each(['[]', '[{}]', '7', '"x"', 'null', ''])('the body %j is no retraction', async (body) => {
  expectProblem(await d.post('/v1/retractions', body), 400, 'bad-parameter');
});

test('a correction with a lone surrogate in its data is refused as text', async () => {
  const data = { party: 'person', name: { full: '\ud800' } };
  expectProblem(await d.post('/v1/corrections', { fact, reason, data }), 422, 'bad-text');
});
