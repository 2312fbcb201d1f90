/** A server of the log that is there and does not do what it is asked: people are told what, where and what to do, and no outage is made of it. */
import { EventStoreDBClient } from '@eventstore/db-client';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/api/app';
import type { Kith } from '../../src/app/kith';
import { openKith } from '../../src/compose';
import { EsdbDouble } from '../doubles/esdb/server';
import { folder } from '../folder';
import { level, recordIn, said } from '../given';
import { until } from '../until';

const own = folder();
let esdb: EsdbDouble;
let kith: Kith;
let app: NestFastifyApplication;
const reported: unknown[] = [];
let customer = '';

beforeAll(async () => {
  esdb = await EsdbDouble.start();
  kith = await openKith({ data: own.path, log: esdb.connection, matching: false, awayMs: 8_000 });
  app = await createApp(kith, { report: (_, problem) => void reported.push(problem) });
  const [result] = await kith.intake.accept([said('note-taken', 'k1', { text: 'hello' })]);
  customer = recordIn(result);
  await level(kith);
}, 60_000);
afterAll(async () => {
  await app.close();
  await kith.close();
  await esdb.stop();
  own.remove();
}, 60_000);

async function get(url: string) {
  const answer = await app.inject({ method: 'GET', url });
  return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], body: JSON.parse(answer.body) };
}
const post = (form: 'cloudevents' | 'cloudevents-batch', body: unknown) =>
  app.inject({
    method: 'POST',
    url: '/v1/events',
    headers: { 'content-type': `application/${form}+json` },
    body: JSON.stringify(body),
  });
const isReady = async () => (await get('/health/ready')).body.status === 'ready';

test('who may not read the log any more is told so, with what to set, and stays in service for what the views hold', async () => {
  esdb.faults.deniesReads = true;
  for (const url of ['/v1/policies', '/v1/changes?limit=1', '/v1/projections']) {
    const { status, retryAfter, body } = await get(url);
    expect({ url, status, retryAfter, code: body.code, store: body.store }).toEqual({
      url,
      status: 503,
      retryAfter: '60',
      code: 'log-denied',
      store: 'log',
    });
    expect(body.detail).toMatch(/right|user/);
  }
  await until(async () => (await get('/health/ready')).body.status === 'degraded', 50);
  expect((await get('/health/ready')).body.degraded).toMatchObject([
    { part: 'log', cause: expect.stringMatching(/right|user/) },
  ]);
  expect((await get(`/v1/customers/${customer}`)).status).toBe(200);
  // No bug of ours and no outage: one line, with the reason.
  expect(reported).toEqual([expect.stringMatching(/^the log cannot be used: .*(right|user)/)]);
  const sent = await post('cloudevents', said('note-taken', 'k2', { text: 'hello' }));
  expect([sent.statusCode, JSON.parse(sent.body)]).toEqual([
    503,
    expect.objectContaining({ code: 'log-denied', detail: expect.stringMatching(/right|user/) }),
  ]);
  expect(sent.body).not.toContain('away');
  esdb.faults.deniesReads = false;
  await until(isReady, 50);
  expect((await get('/v1/policies')).status).toBe(200);
}, 60_000);

test('a log that tells nobody what others write is asked each second, and readiness says so', async () => {
  esdb.faults.deniesSubscriptions = true;
  esdb.faults.endSubscriptions();
  await until(async () => (await get('/health/ready')).body.status === 'degraded', 50);
  const { status, body } = await get('/health/ready');
  expect(status).toBe(200);
  expect(body.degraded).toEqual([{ part: 'subscription', cause: expect.stringContaining('each second') }]);
  expect((await get('/v1/projections')).body.degraded).toEqual(body.degraded);
  // What comes in is taken and shown.
  await kith.intake.accept([said('note-taken', 'k1', { text: 'still there' })]);
  await level(kith);
  esdb.faults.deniesSubscriptions = false;
  await until(isReady, 50);
  expect((await get('/v1/projections')).body).not.toHaveProperty('degraded');
}, 60_000);

test('a stream that was deleted for good refuses its facts as damage, and others are taken', async () => {
  const client = EventStoreDBClient.connectionString(esdb.direct);
  const [known] = await kith.intake.accept([said('note-taken', 'k3', { text: 'hello' })]);
  await client.tombstoneStream(`default.record-${recordIn(known)}`);
  await client.dispose();
  const sent = await post('cloudevents-batch', [
    said('note-taken', 'k3', { text: 'again' }),
    said('note-taken', 'k1', { text: 'again' }),
  ]);
  expect(JSON.parse(sent.body).results).toMatchObject([
    { code: 'log-damaged', detail: expect.stringContaining('tombstone') },
    { outcome: 'accepted' },
  ]);
}, 60_000);
