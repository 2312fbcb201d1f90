import { evolve } from '../../src/projections/record';
import { recordIn, said } from '../given';
import { type Door, door, expectProblem } from './door';

let d: Door;
beforeEach(async () => {
  d = await door({ patienceMs: 30 });
});
afterEach(() => d.close());

const email = (value: string) => ({ medium: 'email', value });
const linz = { street: 'Harbour Road', number: '7', locality: 'Linz', country: 'AT' };
const wien = { street: 'Mill Lane', number: '12', locality: 'Wien', country: 'AT' };

/** Ada lived in Linz, told on New Year's Day; on 1 February we hear that she moved to Wien in March 2025. */
async function ada(): Promise<string> {
  const [first] = await d.kith.intake.accept([
    said('address-stated', 'ada', { use: 'home', address: linz }, { time: '2024-01-01T00:00:00Z', id: 'linz' }),
    said('contact-point-stated', 'ada', email('ada@old.example'), { time: '2024-01-02T00:00:00Z' }),
  ]);
  d.at('2026-02-01T00:00:00Z');
  await d.kith.intake.accept([
    said('moved', 'ada', { use: 'home', from: linz, to: wien }, { time: '2025-03-01T00:00:00Z' }),
    said('contact-point-ended', 'ada', email('ada@old.example'), { time: '2025-03-01T00:00:00Z' }),
    said('contact-point-stated', 'ada', email('ada@new.example'), { time: '2025-03-02T00:00:00Z' }),
  ]);
  await d.level();
  return recordIn(first);
}

test('a customer is sent as stored, byte for byte, with a tag of those bytes', async () => {
  const id = await ada();
  const answer = await d.get(`/v1/customers/${id}`);
  expect(answer.status).toBe(200);
  expect(answer.text).toBe((await d.kith.reading.customer(id)).body);
  expect(answer.headers['kith-behind']).toBeUndefined();
  const known = { 'if-none-match': `"other", W/${String(answer.headers['etag'])}` };
  const same = await d.get(`/v1/customers/${id}`, known);
  expect([same.status, same.text, same.headers['etag']]).toEqual([304, '', answer.headers['etag']]);
  await d.post('/v1/events', said('note-taken', 'ada', { text: 'called back' }));
  await d.level();
  expect((await d.get(`/v1/customers/${id}`, known)).status).toBe(200);
});

test('both clocks show what was true then, and what we knew then', async () => {
  const id = await ada();
  const home = async (query: string) =>
    (await d.get(`/v1/customers/${id}?${query}`)).body.lists['address/home'][0].value.locality;
  expect(await home('asOf=2025-06-01T00:00:00Z')).toBe('Wien');
  expect(await home('asOf=2025-01-01T00:00:00%2B01:00')).toBe('Linz');
  expect(await home('knownAt=2026-01-15T00:00:00Z')).toBe('Linz');
  expect(await home('asOf=2025-06-01T00:00:00Z&knownAt=2026-01-15T00:00:00Z')).toBe('Linz');
  expectProblem(await d.get(`/v1/customers/${id}?asOf=2001-01-01T00:00:00Z`), 404, 'customer-unknown');
});

test.each([
  ['asOf=yesterday', '/asOf'],
  ['knownAt=2026-02-30T00:00:00Z', '/knownAt'],
  ['asOf=2026-01-01T00:00:00Z&asOf=2026-01-02T00:00:00Z', '/asOf'],
  ['asof=2026-01-01T00:00:00Z', '/asof'],
])('a customer asked for with %s is a bad parameter that is named', async (query, pointer) => {
  const answer = await d.get(`/v1/customers/${await ada()}?${query}`);
  expectProblem(answer, 400, 'bad-parameter');
  expect(answer.body.errors[0].pointer).toBe(pointer);
});

test('a customer who does not exist is 404, whatever the id looks like', async () => {
  for (const id of ['0'.repeat(32), 'ada', '..%2f', 'x'.repeat(200), '%00', "'--"]) {
    for (const rest of ['', '/timeline', '/history?field=name']) {
      expectProblem(await d.get(`/v1/customers/${id}${rest}`), 404, 'customer-unknown');
    }
  }
});

test('a customer is found by the present and by the former e-mail', async () => {
  const id = await ada();
  for (const identifier of ['email:ada@new.example', 'email:ADA@old.example']) {
    const answer = await d.get(`/v1/customers?identifier=${encodeURIComponent(identifier)}`);
    expect(answer.body.customers.map(({ customer }: { customer: string }) => customer)).toEqual([id]);
  }
  expect((await d.get('/v1/customers?identifier=email:nobody@example.org')).body).toEqual({ customers: [] });
});

test('asking for customers without saying how is refused', async () => {
  expectProblem(await d.get('/v1/customers'), 400, 'bad-parameter');
  expectProblem(await d.get('/v1/customers?identifier=ada'), 400, 'identifier-malformed');
  expectProblem(await d.get('/v1/customers?identifier=colour:red'), 400, 'identifier-malformed');
  expectProblem(await d.get('/v1/customers?identifier=email:a@b.c&asOf=2025-01-01T00:00:00Z'), 400, 'bad-parameter');
});

test('a timeline is read page by page, newest first, and the link of a page leads to the next', async () => {
  const id = await ada();
  const seen: string[] = [];
  let url: string | undefined = `/v1/customers/${id}/timeline?limit=2&asOf=2025-12-31T00:00:00Z`;
  for (let pages = 0; url && pages < 9; pages++) {
    const answer = await d.get(url);
    expect(answer.status).toBe(200);
    seen.push(...answer.body.entries.map(({ occurredAt }: { occurredAt: string }) => occurredAt.slice(0, 10)));
    const link: string | undefined = answer.headers['link'] as string | undefined;
    expect(link === undefined).toBe(answer.body.cursor === undefined);
    url = link && /^<([^>]+)>; rel="next"$/.exec(link)?.[1];
  }
  expect(seen).toEqual(['2025-03-02', '2025-03-01', '2025-03-01', '2024-01-02', '2024-01-01']);
});

test('a page that is read on stays the same when newer facts come in between', async () => {
  const id = await ada();
  const first = await d.get(`/v1/customers/${id}/timeline?limit=2`);
  const next = String(first.headers['link']).slice(1, -'>; rel="next"'.length);
  const before = await d.get(next);
  await d.post('/v1/events', said('note-taken', 'ada', { text: 'in between' }));
  await d.level();
  expect((await d.get(next)).text).toBe(before.text);
});

test.each(['limit=0', 'limit=501', 'limit=two', 'limit=1.5', 'limit=', 'page=2', `cursor=${'x'.repeat(201)}`])(
  'a timeline with %s is a bad parameter',
  async (query) => expectProblem(await d.get(`/v1/customers/${await ada()}/timeline?${query}`), 400, 'bad-parameter'),
);

test.each(['nonsense', Buffer.from('1.2.3').toString('base64url'), '%00', '..%2f'])(
  'the cursor %s was never handed out and is refused',
  async (cursor) =>
    expectProblem(await d.get(`/v1/customers/${await ada()}/timeline?cursor=${cursor}`), 400, 'bad-cursor'),
);

test('the history of a field tells every statement, also those that no longer hold', async () => {
  const id = await ada();
  const { body } = await d.get(`/v1/customers/${id}/history?field=address/home`);
  expect(body.field).toBe('address/home');
  expect(body.entries.map((e: { tells: string; value: { locality: string } }) => [e.tells, e.value.locality])).toEqual(
    expect.arrayContaining([
      ['states', 'Linz'],
      ['ends', 'Linz'],
      ['states', 'Wien'],
    ]),
  );
  const then = await d.get(`/v1/customers/${id}/history?field=address&knownAt=2026-01-15T00:00:00Z`);
  expect(then.body.entries).toHaveLength(1);
  expectProblem(await d.get(`/v1/customers/${id}/history`), 400, 'bad-parameter');
});

describe('a position token', () => {
  test('makes a read see the write that it is from', async () => {
    const { headers, body } = await d.post(
      '/v1/events',
      said('name-stated', 'bob', { party: 'person', name: { full: 'Bob' } }),
    );
    const answer = await d.get(`/v1/customers/${body.record}`, { 'kith-position': String(headers['kith-position']) });
    expect(answer.body.fields.name.value).toEqual({ full: 'Bob' });
  });

  test('that the views do not reach in time is 503, with when to come again', async () => {
    const id = await ada();
    const answer = await d.get(`/v1/customers/${id}`, { 'kith-position': `${d.kith.log.id}.999` });
    expectProblem(answer, 503, 'behind-token');
    expect(answer.headers['retry-after']).toBe('1');
  });

  test('of another log is refused on every kind of read', async () => {
    const id = await ada();
    const token = { 'kith-position': '00000000-0000-0000-0000-000000000000.1' };
    for (const url of [`/v1/customers/${id}`, `/v1/customers/${id}/timeline`, '/v1/changes', '/v1/projections']) {
      expectProblem(await d.get(url, token), 400, 'other-log');
    }
  });

  test.each(['', '7', 'x.y', '-1', `${'9'.repeat(40)}.${'9'.repeat(40)}`, 'a.1, b.2'])('%j is none', async (token) => {
    expectProblem(await d.get(`/v1/customers/${await ada()}`, { 'kith-position': token }), 400, 'bad-parameter');
  });
});

test('a customer whose fold refuses an event is shown as far as it goes, and says so in one header line', async () => {
  const broken = await door({
    runner: {
      evolve: (view, event, ...more) => {
        if (event.type === 'kith.note-taken.v1') throw new Error('cannot fold\r\nset-cookie: ü=1');
        return evolve(view, event, ...more);
      },
    },
  });
  const { body } = await broken.post(
    '/v1/events',
    said('name-stated', 'eve', { party: 'person', name: { full: 'Eve' } }),
  );
  await broken.post('/v1/events', said('note-taken', 'eve', { text: 'odd' }));
  await broken.level();
  const answer = await broken.get(`/v1/customers/${body.record}`);
  expect(answer.status).toBe(200);
  expect(answer.headers['kith-behind']).toMatch(/^[0-9a-f]{32} since 2: .*%0D%0Aset-cookie: %C3%BC=1/);
  expect(answer.headers['set-cookie']).toBeUndefined();
  expect((await broken.get('/v1/projections')).body).toMatchObject({ parked: 1, parkedRecords: [{ position: '2' }] });
  await broken.close();
});
