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

const get = async (url: string) => {
  const answer = await app.inject({ method: 'GET', url });
  const { code, store } = JSON.parse(answer.body);
  return { url, status: answer.statusCode, code, store, retryAfter: answer.headers['retry-after'] };
};

/** Asked together, and again after all have answered. */
async function expectAway(store: 'log' | 'views', urls: readonly string[]): Promise<void> {
  const answers = await Promise.all(urls.map(get));
  expect(answers).toEqual(urls.map((url) => ({ url, status: 503, code: 'store-away', store, retryAfter: '5' })));
}

async function expectBack(urls: readonly string[]): Promise<void> {
  for (const url of urls) expect(await get(url)).toMatchObject({ url, status: 200 });
}

test('reads of views that are away answer 503 with the store, one line in the log, and come back with it', async () => {
  const urls = [
    `/v1/customers/${customer}`,
    `/v1/customers/${customer}/timeline`,
    `/v1/customers/${customer}/decisions`,
    '/v1/customers?identifier=email:ada@post.example',
    '/v1/match-candidates',
    '/v1/projections',
    '/health/ready',
  ];
  await expectBack(urls);
  mongo!.gate = async () => 'cut';
  await expectAway('views', urls);
  // What is sent meets the same outage, by way of the register.
  const body = JSON.stringify(said('note-taken', 'k1', { text: 'hello' }));
  const headers = { 'content-type': 'application/cloudevents+json' };
  expect((await app.inject({ method: 'POST', url: '/v1/events', headers, body })).statusCode).toBe(503);
  await expectAway('views', urls);
  expect(reported).toEqual([expect.stringContaining('the store of the views is away')]);
  mongo!.gate = async () => undefined;
  await until(async () => (await get('/health/ready')).status === 200);
  await expectBack(urls);
  // Each time is a line of its own.
  mongo!.gate = async () => 'elect';
  await expectAway('views', urls);
  expect(reported).toHaveLength(2);
}, 60_000);

test('and so do reads of a log that is away', async () => {
  const urls = ['/v1/policies', '/v1/changes', '/v1/projections', '/health/ready'];
  await expectBack(urls);
  esdb!.wire.unplug();
  await expectAway('log', urls);
  expect(reported).toEqual([expect.stringContaining('the log is away')]);
  // What stands in the views is there all the time.
  await expectBack([`/v1/customers/${customer}`]);
  esdb!.wire.mend();
  await expectBack(urls);
  // What nobody waits for is tried for 20 s; none of these is, nor waits for another one and then as long again.
}, 18_000);

test('a server that hangs is told from one that takes its time', async () => {
  const urls = [`/v1/customers/${customer}`, '/v1/projections', '/health/ready'];
  await expectBack(urls);
  cable!.stall();
  await expectAway('views', urls);
  cable!.mend();
  await until(async () => (await get('/health/ready')).status === 200);
  let held = 0;
  mongo!.gate = async ({ body }) => {
    if (body['find'] !== 'generations' && held++ === 0) await new Promise((resolve) => setTimeout(resolve, 4_000));
    return undefined;
  };
  expect(await get(`/v1/customers/${customer}`)).toMatchObject({ status: 200 });
  expect(held).toBeGreaterThan(0);
  // The driver alone would wait for half a minute.
}, 25_000);

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
