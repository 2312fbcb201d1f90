/** A cursor of the change feed may hold any position, also one at which nothing begins on a server: it is answered at once, or refused. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/api/app';
import type { Kith } from '../../src/app/kith';
import { openKith } from '../../src/compose';
import { EsdbDouble } from '../doubles/esdb/server';
import { folder } from '../folder';
import { level, said } from '../given';

const own = folder();
let esdb: EsdbDouble;
let kith: Kith;
let app: NestFastifyApplication;
const places: bigint[] = [];

beforeAll(async () => {
  esdb = await EsdbDouble.start({ firstPosition: 1_000n });
  esdb.records.foreign(50);
  kith = await openKith({ data: own.path, log: esdb.connection, matching: false, awayMs: 2_000 });
  app = await createApp(kith);
  for (let n = 0; n < 3; n++) {
    await kith.intake.accept([said('note-taken', `k${n}`, { text: `note ${n}` })]);
    esdb.records.foreign(50);
  }
  await level(kith);
  const { events } = await kith.log.readAll(0n);
  places.push(...events.map(({ position }) => position));
}, 60_000);
afterAll(async () => {
  await app.close();
  await kith.close();
  await esdb.stop();
  own.remove();
});

async function changesAfter(position: bigint) {
  const after = Buffer.from(`${kith.log.id}.${position}`).toString('base64url');
  const begun = performance.now();
  const answer = await app.inject({ method: 'GET', url: `/v1/changes?after=${after}` });
  const { code, events = [] } = JSON.parse(answer.body);
  const told: bigint[] = events.map((event: { position: string }) => BigInt(event.position));
  return { status: answer.statusCode, code, told, took: performance.now() - begun };
}

test('whatever stands behind a position is told, whether or not something begins there', async () => {
  expect(places).toHaveLength(3);
  const [first = 0n, last = 0n] = [places[0], places.at(-1)];
  const near = places.flatMap((place) => [place - 165n, place - 1n, place, place + 1n, place + 165n]);
  const asked = [0n, 1n, 999n, ...near].filter((position) => position <= last);
  for (const position of asked) {
    const { status, told, took } = await changesAfter(position);
    expect({ position, status, told }).toEqual({
      position,
      status: 200,
      told: places.filter((place) => place > position),
    });
    expect(took).toBeLessThan(1_000);
  }
  expect(first).toBeGreaterThan(1_000n);
  expect(Object(kith.log).troubles).toMatchObject({ renewals: 0 });
}, 30_000);

test('a cursor beyond the end is refused at once, by whatever it is beyond', async () => {
  const end = places.at(-1) ?? 0n;
  for (const position of [end + 1n, end + 165n, end + 1_000_000n, 999_999_999_999_999_999n]) {
    const { status, code, took } = await changesAfter(position);
    expect({ position, status, code }).toEqual({ position, status: 400, code: 'bad-cursor' });
    expect(took).toBeLessThan(1_000);
  }
  // The end itself is where whoever has read everything waits.
  expect(await changesAfter(end)).toMatchObject({ status: 200, told: [] });
}, 30_000);
