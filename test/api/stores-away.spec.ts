/** A server of the log or of the views that goes away under a node: reads say so, and come back with it. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/api/app';
import type { Kith } from '../../src/app/kith';
import { openKith } from '../../src/compose';
import { EsdbDouble } from '../doubles/esdb/server';
import { Wire } from '../doubles/wire';
import { Double } from '../doubles/mongo/double';
import { folder } from '../folder';
import { level, recordIn, said } from '../given';
import { until } from '../until';

const own = folder();
let [esdb, mongo]: [EsdbDouble?, Double?] = [];
/** To the double of MongoDB. */
let cable: Wire | undefined;
let kith: Kith;
let app: NestFastifyApplication;
const reported: unknown[] = [];
let customer = '';

beforeAll(async () => {
  esdb = await EsdbDouble.start();
  mongo = new Double();
  const door = await mongo.listen();
  cable = await Wire.open(Number(door.split(':')[1]));
  const views = `mongodb://127.0.0.1:${cable.port}/?directConnection=true`;
  kith = await openKith({ data: own.path, log: esdb.connection, views, matching: false, awayMs: 2_000 });
  app = await createApp(kith, { report: (_, problem) => void reported.push(problem) });
  const [result] = await kith.intake.accept([
    said('contact-point-stated', 'k1', { medium: 'email', value: 'ada@post.example' }),
  ]);
  customer = recordIn(result);
  await level(kith);
}, 60_000);
afterEach(() => {
  mongo!.gate = async () => undefined;
  reported.length = 0;
});
afterAll(async () => {
  await app.close();
  await kith.close();
  await cable?.close();
  await mongo?.close();
  await esdb?.stop();
  own.remove();
}, 60_000);

const answerOf = async (url: string) => {
  const answer = await app.inject({ method: 'GET', url });
  return { answer, body: JSON.parse(answer.body) };
};

const get = async (url: string) => {
  const { answer, body } = await answerOf(url);
  const { code, store } = body;
  return { url, status: answer.statusCode, code, store, retryAfter: answer.headers['retry-after'] };
};

/** Readiness, and the milliseconds that it took. */
async function ready() {
  const begun = performance.now();
  const { answer, body } = await answerOf('/health/ready');
  return { took: performance.now() - begun, status: answer.statusCode, body };
}

const isReady = async () => (await ready()).body.status === 'ready';

/** Asked together, and again after all have answered. */
async function expectAway(store: 'log' | 'views', urls: readonly string[]): Promise<void> {
  const answers = await Promise.all(urls.map(get));
  expect(answers).toEqual(urls.map((url) => ({ url, status: 503, code: 'store-away', store, retryAfter: '5' })));
}

async function expectBack(urls: readonly string[]): Promise<void> {
  for (const url of urls) expect(await get(url)).toMatchObject({ url, status: 200 });
}

const away = (line: string) => expect.stringContaining(`${line} is away: `);
const back = (line: string) => expect.stringMatching(`^${line} answers again, after \\d+ s$`);

test('reads of views that are away answer 503 with the store, one line in the log, and come back with it', async () => {
  const urls = [
    `/v1/customers/${customer}`,
    `/v1/customers/${customer}/timeline`,
    `/v1/customers/${customer}/decisions`,
    '/v1/customers?identifier=email:ada@post.example',
    '/v1/match-candidates',
    '/v1/projections',
  ];
  await expectBack(urls);
  mongo!.gate = async () => 'cut';
  await expectAway('views', urls);
  // Who asks whether this node may be asked learns what is known, and why.
  const { took, status, body } = await ready();
  expect({ status, code: body.code, store: body.store }).toEqual({ status: 503, code: 'store-away', store: 'views' });
  expect(body.degraded).toMatchObject([{ part: 'views', cause: expect.any(String), since: expect.any(String) }]);
  expect(took).toBeLessThan(100);
  // What is sent meets the same outage, by way of the register.
  const sent = await app.inject({
    method: 'POST',
    url: '/v1/events',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(said('note-taken', 'k1', { text: 'hello' })),
  });
  expect([sent.statusCode, sent.headers['retry-after']]).toEqual([503, '5']);
  await expectAway('views', urls);
  expect(reported).toEqual([away('the store of the views')]);
  mongo!.gate = async () => undefined;
  await until(isReady, 50);
  await expectBack(urls);
  expect(reported.slice(1)).toEqual([back('the store of the views')]);
  // Each time has lines of its own.
  mongo!.gate = async () => 'elect';
  await expectAway('views', urls);
  expect(reported.slice(2)).toEqual([away('the store of the views')]);
  mongo!.gate = async () => undefined;
  await until(isReady, 50);
}, 60_000);

test('and so do reads of a log that is away, while the views answer and the node stays in service', async () => {
  const urls = ['/v1/policies', '/v1/changes', '/v1/projections'];
  const ofViews = [`/v1/customers/${customer}`, '/v1/customers?identifier=email:ada@post.example'];
  await expectBack(urls);
  esdb!.wire.unplug();
  await expectAway('log', urls);
  expect(reported).toEqual([away('the log')]);
  // What stands in the views is there all the time.
  await expectBack(ofViews);
  const { took, status, body } = await ready();
  expect({ status, told: body.status }).toEqual({ status: 200, told: 'degraded' });
  expect(body.degraded).toEqual([{ part: 'log', cause: expect.any(String), since: expect.any(String) }]);
  expect(took).toBeLessThan(100);
  esdb!.wire.mend();
  // What nobody waits for is tried for 20 s; none of these is, nor waits for another one and then as long again.
  await until(isReady, 50);
  await expectBack(urls);
  expect(reported.slice(1)).toEqual([back('the log')]);
}, 30_000);

test('a server that hangs is told from one that takes its time', async () => {
  const urls = [`/v1/customers/${customer}`, '/v1/projections'];
  await expectBack(urls);
  cable!.stall();
  await expectAway('views', urls);
  expect((await ready()).body).toMatchObject({ status: 503, store: 'views' });
  cable!.mend();
  await until(isReady, 50);
  let held = 0;
  mongo!.gate = async ({ body }) => {
    if (body['find'] !== 'generations' && held++ === 0) await new Promise((resolve) => setTimeout(resolve, 4_000));
    return undefined;
  };
  expect(await get(`/v1/customers/${customer}`)).toMatchObject({ status: 200 });
  expect(held).toBeGreaterThan(0);
  // The driver alone would wait for half a minute.
}, 25_000);

test('whoever waits for the log hears that it is away as soon as that is known', async () => {
  esdb!.wire.stall();
  const begun = performance.now();
  const known = until(async () => (await ready()).body.status === 'degraded', 50).then(() => performance.now());
  const urls = ['/v1/policies', '/v1/changes', '/v1/projections'];
  const answered = urls.map(async (url) => ({ ...(await get(url)), at: performance.now() }));
  const at = await known;
  for (const one of await Promise.all(answered)) {
    expect(one).toMatchObject({ status: 503, code: 'store-away', store: 'log', retryAfter: '5' });
    expect(one.at - at).toBeLessThan(1_000);
  }
  expect(performance.now() - begun).toBeLessThan(10_000);
  esdb!.wire.mend();
  await until(isReady, 50);
}, 30_000);

test('a fact that cannot be stored is answered within ten seconds, and once when it is sent again', async () => {
  const headers = { 'content-type': 'application/cloudevents+json' };
  const body = JSON.stringify(said('note-taken', 'k1', { text: 'is anybody there?' }));
  const post = async () => {
    const begun = performance.now();
    const answer = await app.inject({ method: 'POST', url: '/v1/events', headers, body });
    return { status: answer.statusCode, took: performance.now() - begun, code: JSON.parse(answer.body).code };
  };
  // The answer is lost, and then nobody answers: it may be written.
  esdb!.faults.appends.push('lose-answer');
  const sending = post();
  await until(async () => esdb!.faults.appends.length === 0, 50);
  esdb!.wire.stall();
  const lost = await sending;
  expect(lost).toMatchObject({ status: 503, code: 'store-failed' });
  expect(lost.took).toBeLessThan(10_000);
  // Now it is known.
  expect((await post()).took).toBeLessThan(4_000);
  esdb!.wire.mend();
  await until(isReady, 50);
  expect(await post()).toMatchObject({ status: 200 });
}, 40_000);
