/**
 * What a node says and does in default settings while its server of the log is quiet, takes no subscriptions, or hangs. Prints
 * one line of figures, which the acceptance reads; how fast it is, is not judged here.
 */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as wait } from 'node:timers/promises';
import { createApp } from '../../src/api/app';
import type { Kith } from '../../src/app/kith';
import { openKith } from '../../src/compose';
import { EsdbDouble } from '../doubles/esdb/server';
import { folder } from '../folder';
import { level, recordIn, said } from '../given';
import { until } from '../until';

/** Of quiet, and of an outage; the acceptance asks for more. */
const SECONDS = Number(process.env['KITH_SECONDS'] ?? 3);
/** Facts that are told one after the other without a subscription. */
const FACTS = 5;
/** Milliseconds between two rounds of requests during the outage. */
const PAUSE = 500;

const own = folder();
let esdb: EsdbDouble;
let kith: Kith;
let app: NestFastifyApplication;
let customer = '';
const figures: Record<string, number> = {};

beforeAll(async () => {
  esdb = await EsdbDouble.start();
  kith = await openKith({ data: own.path, log: esdb.connection });
  app = await createApp(kith, { report: () => undefined });
  const [first] = await kith.intake.accept([said('note-taken', 'ada', { text: 'hello' })]);
  customer = recordIn(first);
  await level(kith);
  await until(() => esdb.faults.subscribed > 0);
}, 60_000);
afterAll(async () => {
  process.stdout.write(`figures: ${JSON.stringify(figures)}\n`);
  await app.close();
  await kith.close();
  await esdb.stop();
  own.remove();
}, 60_000);

const post = (url: string, type: string, body: unknown) =>
  app.inject({ method: 'POST', url, headers: { 'content-type': type }, body: JSON.stringify(body) });
const tell = (text: string) => post('/v1/events', 'application/cloudevents+json', said('note-taken', 'ada', { text }));

const isShown = async (text: string): Promise<boolean> =>
  (await app.inject(`/v1/customers/${customer}/timeline`)).body.includes(text);

test(
  'a quiet log is asked by the clients that are there, and never by new ones',
  async () => {
    const { clients } = esdb.counters;
    await wait(SECONDS * 1_000);
    figures['renewals'] = esdb.counters.clients - clients;
    expect(figures['renewals']).toBe(0);
  },
  SECONDS * 1_000 + 30_000,
);

test('a server that takes no subscriptions shows each fact all the same', async () => {
  esdb.faults.deniesSubscriptions = true;
  esdb.faults.endSubscriptions();
  await wait(2_000);
  figures['shown'] = 0;
  for (let n = 0; n < FACTS; n++) {
    await wait(n * 170);
    const begun = performance.now();
    expect((await tell(`without-${n}`)).statusCode).toBe(201);
    await until(() => isShown(`without-${n}`), 50);
    figures['shown'] = Math.max(figures['shown'], (performance.now() - begun) / 1_000);
  }
  esdb.faults.deniesSubscriptions = false;
}, 60_000);

test(
  'while the server hangs every request is answered, with the time after which to come again',
  async () => {
    const statuses = new Set<number>();
    let slowest = 0;
    const asked = async (request: ReturnType<typeof post>) => {
      const begun = performance.now();
      const { statusCode, headers } = await request;
      slowest = Math.max(slowest, (performance.now() - begun) / 1_000);
      statuses.add(statusCode);
      if (statusCode === 503) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    };
    esdb.wire.stall();
    const round = (n: number) => [
      tell(`away-${n}`),
      post('/v1/events', 'application/cloudevents-batch+json', [said('note-taken', `bob-${n}`, { text: 'hello' })]),
      app.inject(`/v1/customers/${customer}`),
      app.inject('/v1/changes?limit=5'),
      app.inject('/v1/policies'),
      app.inject('/v1/projections'),
      app.inject('/v1/matching'),
      app.inject('/health/ready'),
    ];
    const rounds: Promise<void>[] = [];
    for (const over = performance.now() + SECONDS * 1_000; performance.now() < over; await wait(PAUSE))
      rounds.push(...round(rounds.length).map(asked));
    await Promise.all(rounds);
    figures['slowest'] = slowest;
    expect([...statuses].filter((one) => one >= 400 && one !== 503)).toEqual([]);
    expect(statuses.has(503)).toBe(true);
    esdb.wire.mend();
    await until(async () => (await tell('back')).statusCode < 300, 50);
    await until(() => isShown('back'), 50);
  },
  SECONDS * 1_000 + 90_000,
);
