import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { LogError } from '../../eventstore/store';
import { isProblemCode, reasons, statusOf } from '../../src/api/problems';
import { catalogue } from '../../src/domain/facts/catalogue';
import { refusals } from '../../src/domain/refusals';
import { said } from '../given';
import { type Door, door, expectProblem } from './door';

let d: Door;
beforeAll(async () => {
  d = await door({ maxBodyBytes: 10_000 });
});
afterAll(() => d.close());

test.each([
  '/nothing',
  '/v1',
  '/v1/events/7',
  '/v1/customers/a/b',
  '/v1/facts/kith.no-such.v1',
  '/problems/no-such',
  '/problems/__proto__',
])('there is nothing at %s', async (url) => expectProblem(await d.get(url), 404, 'not-found'));

test.each([
  ['GET', '/v1/events', 'POST'],
  ['DELETE', '/v1/events', 'POST'],
  ['PUT', '/v1/retractions', 'POST'],
  ['POST', '/v1/customers', 'GET, HEAD'],
  ['PATCH', '/v1/customers/00000000000000000000000000000000', 'GET, HEAD'],
  ['POST', '/health/live', 'GET, HEAD'],
])('%s is no method of %s, and the answer names those that are', async (method, url, allow) => {
  const answer = await d.send(method, url);
  expectProblem(answer, 405, 'method-not-allowed');
  expect(answer.headers['allow']).toBe(allow);
});

test.each<[string, string, string, Record<string, string>]>([
  ['text', '/v1/events', '{}', { 'content-type': 'text/plain' }],
  ['XML as data of an event', '/v1/events', '<a/>', { 'content-type': 'application/xml', 'ce-id': '1' }],
  ['a form', '/v1/retractions', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['lines where a command is wanted', '/v1/retractions', '{}\n', { 'content-type': 'application/x-ndjson' }],
  ['an event where a command is wanted', '/v1/retractions', '{}', { 'content-type': 'application/cloudevents+json' }],
  ['JSON in Latin 1', '/v1/events', '{}', { 'content-type': 'application/json; charset=iso-8859-1' }],
  ['a compressed body', '/v1/events', '{}', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ['compressed lines', '/v1/events', '{}', { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' }],
  ['no content type', '/v1/events', '{}', { 'content-type': '' }],
  ['a content type that is none', '/v1/events', '{}', { 'content-type': 'json' }],
])('%s is a media type that is not read', async (_, url, body, headers) => {
  expectProblem(await d.post(url, body, headers), 415, 'unsupported-media-type');
});

test.each(['{"a":', '{', "{'a':1}", '[1,]', '\u0000', 'NaN', '{"a":1}{"a":2}'])('%j is not JSON', async (body) => {
  expectProblem(await d.post('/v1/events', body), 400, 'not-json');
  expectProblem(await d.post('/v1/corrections', body), 400, 'not-json');
});

test('the problem of a broken body never repeats what stands in it', async () => {
  const { text } = await d.post('/v1/events', '{"email": ada@secret.example}');
  expect(text).not.toContain('secret');
});

test('a body that is not UTF-8 is refused, and not repaired', async () => {
  expectProblem(await d.post('/v1/events', Buffer.from('{"a":"\xe9"}', 'latin1')), 422, 'bad-text');
});

test('an empty body is refused', async () => {
  expectProblem(await d.post('/v1/events', ''), 400, 'not-json');
  expectProblem(await d.send('POST', '/v1/events'), 400, 'not-json');
});

test('a body over the limit is 413, whether or not it says its length', async () => {
  const long = JSON.stringify(said('note-taken', 'ada', { text: 'x'.repeat(20_000) }));
  expectProblem(await d.post('/v1/events', long), 413, 'body-too-large');
  expectProblem(await d.post('/v1/corrections', long), 413, 'body-too-large');
});

test('an address that is too long or cannot be decoded is a problem as well', async () => {
  expectProblem(await d.get(`/v1/customers/${'x'.repeat(300)}`), 414, 'address-too-long');
  expectProblem(await d.get('/v1/customers/%zz'), 400, 'malformed-request');
});

test('what nobody expected is 500 with a correlation id, reported once, and tells nothing else', async () => {
  const secret = new Error('the password is hunter2');
  const broken = await door({ seen: (kith) => ({ ...kith, known: () => Promise.reject(secret) }) });
  const answer = await broken.get('/health/ready');
  expectProblem(answer, 500, 'internal-error');
  expect(answer.text).not.toContain('hunter2');
  expect(broken.reported).toEqual([{ correlation: answer.body.correlation, thrown: secret }]);
  await broken.close();
});

test('a log that is closed already is 503, and nothing is reported', async () => {
  const closed = await door();
  await closed.kith.close();
  expectProblem(await closed.post('/v1/events', said('note-taken', 'ada', { text: 'x' })), 503, 'shutting-down');
  expect(closed.reported).toEqual([]);
  await closed.app.close();
});

test.each([
  ['denied', 'log-denied', 503, 'give the user the right to read $all'],
  ['damaged', 'log-damaged', 500, 'the log was put back to an older state: put the newer one back'],
] as const)('a log that is %s is told as such, in its own words', async (code, told, status, sentence) => {
  const refusing = await door({
    seen: (kith) => ({
      ...kith,
      log: new Proxy(kith.log, {
        get: (log, member) => {
          const found: unknown = Reflect.get(log, member);
          if (typeof found !== 'function') return found;
          return member === 'readAll' ? () => Promise.reject(new LogError(code, sentence)) : found.bind(log);
        },
      }),
    }),
  });
  const answer = await refusing.get('/v1/changes');
  expectProblem(answer, status, told);
  expect(answer.body).toMatchObject({ detail: sentence, store: 'log' });
  expect(refusing.reported).toEqual([]);
  await refusing.close();
});

test('a runner that has stopped makes the process alive and not ready, and says why', async () => {
  const runner = { state: 'stopped', reason: 'the disk is full' } as const;
  const stopped = await door({
    seen: (kith) => ({ ...kith, known: async () => ({ ...(await kith.known()), runner }) }),
  });
  const answer = await stopped.get('/health/ready');
  expectProblem(answer, 503, 'not-ready');
  expect(answer.body).toMatchObject({ runner, position: '0', projected: '0' });
  expect((await stopped.get('/health/live')).status).toBe(200);
  await stopped.close();
});

test('ready tells how far log and views are', async () => {
  const answer = await d.get('/health/ready');
  expect(answer).toMatchObject({ status: 200, body: { status: 'ready', lagMs: 0, parked: 0, logId: d.kith.log.id } });
});

test('every code is explained where the type of its problem points', async () => {
  expect(Object.keys(reasons)).toEqual(expect.arrayContaining(Object.keys(refusals)));
  for (const [code, says] of Object.entries(reasons)) {
    const { body } = await d.get(`/problems/${code}`);
    expect(body).toMatchObject({ code, says });
    expect(body.status).toBe(statusOf(body.code));
    expect(says.startsWith(body.title)).toBe(true);
  }
});

test('the catalogue lists every fact with its schema and an example that is accepted', async () => {
  const { body } = await d.get('/v1/facts');
  expect(body.facts.map(({ type }: { type: string }) => type)).toEqual(catalogue.map(({ type }) => type));
  for (const { type, example } of body.facts) {
    const event = { specversion: '1.0', id: type, source: 'docs', type, subject: 'ada', data: example };
    expect([type, (await d.post('/v1/events', event)).status]).toEqual([type, 201]);
    expect((await d.get(`/v1/facts/${type}`)).body.schema.type).toBe('object');
  }
});

test('the front door says where to go, and every place it names is there', async () => {
  const { links } = (await d.get('/')).body;
  for (const url of Object.values<string>(links)) expect([url, (await d.get(url)).status]).not.toEqual([url, 404]);
});

test('what is no HTTP gets a problem too', async () => {
  await d.app.listen(0, '127.0.0.1');
  const { port } = d.app.getHttpServer().address() as { port: number };
  const ask = (bytes: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (piece) => (answer += String(piece)));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  expect(await ask('nonsense\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*"code":"malformed-request"/,
  );
  const headers = `GET / HTTP/1.1\r\nhost: x\r\n${`a: ${'x'.repeat(1_000)}\r\n`.repeat(40)}\r\n`;
  expect(await ask(headers)).toMatch(/^HTTP\/1\.1 431 [^]*"status":431/);
});

test('the reference of the API names every code that is not 422, under its status', () => {
  const page = readFileSync(join(__dirname, '../../docs/reference/http.md'), 'utf8');
  const rows = page.split('\n').flatMap((line) => /^\| (\d{3}) \| (`.*)$/.exec(line)?.slice(1) ?? []);
  const told = rows.flatMap((cell, i) =>
    i % 2 === 1 ? [...cell.matchAll(/`([a-z-]+)`/g)].map(([, code]) => `${code} ${rows[i - 1]}`) : [],
  );
  const known = Object.keys(reasons)
    .filter(isProblemCode)
    .filter((code) => statusOf(code) !== 422);
  expect(told.sort()).toEqual(known.map((code) => `${code} ${statusOf(code)}`).sort());
});
