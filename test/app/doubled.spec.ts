/**
 * A log on a server that holds doubled events, as two nodes of an older version could write them: people are told how many and
 * which, a copy carries the first ones, and what is counted is events and not places.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { EmbeddedLog } from '../../eventstore/embedded/log';
import { createApp } from '../../src/api/app';
import { openKith } from '../../src/compose';
import { double as again } from '../doubles/esdb/doubling';
import { EsdbDouble } from '../doubles/esdb/server';
import { folder } from '../folder';
import { level, recordIn, said } from '../given';

const own = folder();
const data = join(own.path, 'data');
let esdb: EsdbDouble;
let record = '';

beforeAll(async () => {
  // Positions of a server are places in its file.
  esdb = await EsdbDouble.start({ firstPosition: 48_000_000n });
  const kith = await openKith({ data, log: esdb.connection, matching: false });
  const facts = [1, 2, 3].map((n) => said('note-taken', 'k1', { text: `note ${n}` }));
  const [first] = await kith.intake.accept(facts.slice(0, 2));
  record = recordIn(first);
  again(esdb.records, `default.record-${record}`);
  // Behind the doubled event its stream goes on.
  await kith.intake.accept(facts.slice(2));
  await level(kith);
  await kith.close();
}, 60_000);
afterAll(async () => {
  await esdb.stop();
  own.remove();
});

function kith(...words: string[]) {
  const env = { PATH: process.env['PATH'] ?? '', KITH_LOG: esdb.connection, KITH_DATA: data };
  const child = spawn(process.execPath, [join(__dirname, '../../dist/src/main.js'), ...words], { env });
  let [printed, problems] = ['', ''];
  child.stdout.on('data', (piece) => (printed += String(piece)));
  child.stderr.on('data', (piece) => (problems += String(piece)));
  return new Promise<{ code: number | null; printed: string; problems: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, printed, problems })),
  );
}

test('the projections say how many there are, and which', async () => {
  const opened = await openKith({ data, log: esdb.connection, matching: false });
  const app = await createApp(opened);
  const { body } = await app.inject({ method: 'GET', url: '/v1/projections' });
  const { doubled, size } = JSON.parse(body);
  expect(doubled).toEqual({
    count: 1,
    some: [
      {
        stream: `record-${record}`,
        revision: '2',
        source: 'crm',
        clientId: expect.any(String),
        position: expect.stringMatching(/^48\d{6}$/),
        first: expect.stringMatching(/^48\d{6}$/),
      },
    ],
  });
  expect(BigInt(doubled.some[0].first)).toBeLessThan(BigInt(doubled.some[0].position));
  expect(size.entries).toBe(3);
  await app.close();
  await opened.close();
}, 60_000);

test('verify tells them, and that the log is whole', async () => {
  const { code, printed } = await kith('verify');
  expect(code).toBe(0);
  expect(printed).toContain('the log is whole: 4 events');
  expect(printed).toContain('under an id that stood before: 1 event.');
  expect(printed).toContain(`record-${record} at revision 2: `);
  const told = JSON.parse((await kith('verify', '--json')).printed);
  expect(told).toMatchObject({ ok: true, size: '4', doubled: { count: 1, some: [{ revision: '2' }] } });
}, 60_000);

test('a rebuild counts events, not places', async () => {
  const { code, printed, problems } = await kith('rebuild');
  expect({ code, problems }).toEqual({ code: 0, problems: '' });
  expect(printed).toContain('3 events, 1 records, 1 customers');
}, 60_000);

test('a copy has the first ones, goes on where it was cut, and says what it left out', async () => {
  const to = join(own.path, 'copy');
  const copied = await kith('copy', '--from', esdb.connection, '--to', to);
  expect(copied).toMatchObject({ code: 0, problems: '' });
  expect(copied.printed).toContain('3 events were carried; the copy holds 3');
  expect(copied.printed).toContain('1 event left out');
  const log = await EmbeddedLog.open(to);
  const { events } = await log.read(`record-${record}`);
  expect(events.map(({ revision, bytes }) => [revision, /note \d/.exec(Buffer.from(bytes).toString())?.[0]])).toEqual([
    [0n, 'note 1'],
    [1n, 'note 2'],
    [2n, 'note 3'],
  ]);
  expect(await log.verify({ deep: true })).toMatchObject({ ok: true, size: 3n });
  await log.close();
  const twice = await kith('copy', '--from', esdb.connection, '--to', to, '--json');
  expect(JSON.parse(twice.printed)).toMatchObject({ events: '3', carried: '0', doubled: 1 });
}, 60_000);
