import { said } from '../given';
import { type Door, door, expectProblem } from './door';

let d: Door;
beforeEach(async () => {
  d = await door();
});
afterEach(() => d.close());

const name = { party: 'person', name: { full: 'Ada Lovelace' } };
const EVENTS = '/v1/events';

test('a new fact is 201 and tells the place of its write; the same again is 200 and the same place', async () => {
  const fact = said('name-stated', 'ada', name);
  const first = await d.post(EVENTS, fact);
  expect(first).toMatchObject({ status: 201, body: { outcome: 'accepted' } });
  expect(first.headers['kith-position']).toBe(`${d.kith.log.id}.1`);
  const again = await d.post(EVENTS, fact, { 'content-type': 'application/cloudevents+json; charset=UTF-8' });
  expect(again).toMatchObject({ status: 200, body: { ...first.body, outcome: 'duplicate' } });
  expect(again.headers['kith-position']).toBe(first.headers['kith-position']);
});

test('other content under a known id is 409 with both hashes, and nothing is stored', async () => {
  const fact = said('name-stated', 'ada', name);
  await d.post(EVENTS, fact);
  const other = await d.post(EVENTS, { ...fact, data: { party: 'person', name: { full: 'Ada Byron' } } });
  expectProblem(other, 409, 'id-conflict');
  expect(other.body.known).not.toBe(other.body.sent);
  expect((await d.kith.log.head()).position).toBe(1n);
});

test('a fact that was retracted and is sent again is told so', async () => {
  const fact = said('name-stated', 'ada', name);
  await d.post(EVENTS, fact);
  await d.post('/v1/retractions', { fact: { source: 'crm', id: fact['id'] }, reason: 'wrong person' });
  expect(await d.post(EVENTS, fact)).toMatchObject({ status: 200, body: { outcome: 'retracted' } });
});

test.each([
  ['an unknown type', said('name-guessed', 'ada', {}), 'unknown-type', 422],
  ['data that do not fit', said('name-stated', 'ada', { party: 'alien', name: {} }), 'schema-mismatch', 422],
  ['an unknown attribute', said('name-stated', 'ada', name, { colour: 'red' }), 'unknown-attribute', 422],
  ['no subject', said('name-stated', 'ada', name, { subject: '' }), 'bad-subject', 422],
  ['a time without offset', said('name-stated', 'ada', name, { time: '2025-01-01T00:00:00' }), 'bad-time', 422],
  ['a time in the future', said('name-stated', 'ada', name, { time: '2027-01-01T00:00:00Z' }), 'time-in-future', 422],
  ['a lone surrogate', said('name-stated', 'ada', { party: 'person', name: { full: '\ud800' } }), 'bad-text', 422],
  ['no specversion', { id: '1' }, 'not-an-event', 422],
  ['a number', 42, 'not-an-event', 422],
  ['null', null, 'not-an-event', 422],
  ['a decision', said('fact-retracted', 'ada', {}), 'not-a-door-for-decisions', 422],
])('%s is refused with its reason, and nothing is stored', async (_, event, code, status) => {
  expectProblem(await d.post(EVENTS, event), status, code);
  expect((await d.kith.log.head()).position).toBe(0n);
});

test('a refusal of data names each field by a pointer', async () => {
  const { body } = await d.post(EVENTS, said('name-stated', 'ada', { party: 'alien', name: {} }));
  expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toContain('/party');
});

test('an event over the limit of the log is 413', async () => {
  const long = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`f${i}`, 'x'.repeat(90)]));
  const answer = await d.post(EVENTS, said('form-submitted', 'ada', { form: 'huge', fields: long }));
  expect([413, 422]).toContain(answer.status);
  expect((await d.kith.log.head()).position).toBe(0n);
});

describe('binary mode', () => {
  const headers = {
    'ce-specversion': '1.0',
    'ce-id': 'b1',
    'ce-source': 'crm',
    'ce-type': 'kith.name-stated.v1',
    'ce-subject': 'ada',
  };

  test('is the same event as in structured mode', async () => {
    expect(await d.post(EVENTS, name, headers)).toMatchObject({ status: 201 });
    expect(await d.post(EVENTS, said('name-stated', 'ada', name, { id: 'b1' }))).toMatchObject({ status: 200 });
  });

  test('percent-decodes attributes once, so that an escaped colon of a subject is escaped twice', async () => {
    await d.post(EVENTS, name, { ...headers, 'ce-subject': 'crm:J%C3%BCrgen%253A1', 'ce-actor': '"a%20\\"b\\""' });
    const [event] = (await d.get('/v1/changes')).body.events;
    expect(event).toMatchObject({ subject: { source: 'crm', key: 'Jürgen:1' }, actor: 'a "b"' });
  });

  test.each([
    ['raw bytes beyond ASCII', { 'ce-actor': 'J\u00fcrgen' }],
    ['a broken escape', { 'ce-actor': '100%' }],
    ['an escape that is not UTF-8', { 'ce-actor': '%ff' }],
    ['data in a header', { 'ce-data': '{}' }],
    ['a content type in a header', { 'ce-datacontenttype': 'application/json' }],
    ['structured content as well', { 'content-type': 'application/cloudevents+json' }],
  ])('refuses %s', async (_, more) => {
    expectProblem(await d.post(EVENTS, name, { ...headers, ...more }), 422, 'not-an-event');
  });

  test('refuses attributes that nobody knows, also odd ones', async () => {
    expectProblem(await d.post(EVENTS, name, { ...headers, 'ce-__proto__': 'x' }), 422, 'unknown-attribute');
  });

  test('a line break in an attribute stays in the attribute and reaches no header', async () => {
    const answer = await d.post(EVENTS, name, { ...headers, 'ce-id': 'x%0d%0aset-cookie: a=b' });
    expect(answer.status).toBe(201);
    expect(answer.headers['set-cookie']).toBeUndefined();
    const gone = await d.post('/v1/retractions', {
      fact: { source: 'crm', id: 'x\r\nset-cookie: a=b' },
      reason: 'odd',
    });
    expect(gone.status).toBe(201);
  });

  test('without data is refused for what its type wants', async () => {
    expectProblem(await d.send('POST', EVENTS, undefined, headers), 422, 'schema-mismatch');
  });
});

test('many single events of one moment get each its own answer', async () => {
  const facts = Array.from({ length: 300 }, (_, i) =>
    i % 3 === 2 ? said('nothing', 'ada', {}) : said('name-stated', `k${i}`, name, { id: `m${i - (i % 3)}-${i % 3}` }),
  );
  const answers = await Promise.all(facts.map((fact) => d.post(EVENTS, fact)));
  expect(answers.map(({ status }) => status)).toEqual(facts.map((_, i) => (i % 3 === 2 ? 422 : 201)));
});

test.each([
  ['a deeply nested specversion', `{"specversion":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  [
    'a deeply nested content type',
    `{"specversion":"1.0","datacontenttype":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
  ],
  ['a content type that is an object', '{"specversion":"1.0","datacontenttype":{"toString":1}}'],
])('%s is refused and brings nobody else down', async (_, body) => {
  const [odd, good] = await Promise.all([d.post(EVENTS, body), d.post(EVENTS, said('name-stated', 'ada', name))]);
  expectProblem(odd, 422, 'not-an-event');
  expect(good.status).toBe(201);
});
