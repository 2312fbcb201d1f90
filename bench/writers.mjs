/**
 * Writers of the log on EventStoreDB as applications are: some callers, each with one append under way, beside the bare client
 * with the same callers, events and streams in the same run. The double answers faster than a server on a network, so what
 * the log does itself weighs more here than it will there. `node bench/writers.mjs [--short]` after `npm run build`.
 */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dist, inFolder, median } from './measure.mjs';
import { appendsOf, perSecond } from './raw.mjs';

const require = createRequire(import.meta.url);
const { EventStoreDBClient } = require('@eventstore/db-client');
const { forkDouble } = require('../test/doubles/esdb/forked.cjs');
const { EsdbLog } = dist('./eventstore/esdb.js');
const { SqliteRegister } = dist('./eventstore/esdb/register-sqlite.js');

const RUNS = 3;

/** `events` of one append to each of `streams` in turn. */
function workOf({ appends, events = 1, streams }) {
  const all = appendsOf(appends * events);
  return Array.from({ length: appends }, (_, i) => ({
    stream: `record-${i % streams}`,
    events: all.slice(i * events, (i + 1) * events).flatMap((append) => append.events),
  }));
}

/** Callers that take the next piece of work when their last one is answered. */
async function calling(writers, work, one) {
  let next = 0;
  const started = performance.now();
  const caller = async () => {
    while (next < work.length) await one(work[next++]);
  };
  await Promise.all(Array.from({ length: writers }, caller));
  const events = work.reduce((sum, { events: some }) => sum + some.length, 0);
  return perSecond(events, started);
}

async function bare(connection, tenant, { writers, work }) {
  const client = EventStoreDBClient.connectionString(connection);
  const prepared = work.map(({ stream, events }) => ({
    stream: `${tenant}.${stream}`,
    events: events.map(({ bytes, clientId, source, type }) => ({
      id: randomUUID(),
      contentType: 'application/octet-stream',
      type,
      data: new Uint8Array(bytes),
      metadata: new TextEncoder().encode(JSON.stringify({ clientId, source })),
    })),
  }));
  try {
    return await calling(writers, prepared, ({ stream, events }) => client.appendToStream(stream, events));
  } finally {
    await client.dispose();
  }
}

async function ours(folder, connection, tenant, { writers, work }) {
  const register = new SqliteRegister(join(folder, `${tenant}.db`));
  const log = await EsdbLog.open({ connection, tenant, register, deadline: 60_000 });
  try {
    return await calling(writers, work, async ({ stream, events }) => {
      const [outcome] = await log.appendBatch([{ stream, expected: 'any', events }], { loose: true });
      if (outcome.kind !== 'appended') throw new Error(`an append of the bench was ${outcome.kind}`);
    });
  } finally {
    await log.close();
    await register.close();
  }
}

/** The median of pairs that ran one after the other: what else the machine does meets both. */
async function compare(row, bar, raw, own) {
  const pairs = [];
  for (let run = 0; run < RUNS; run++) pairs.push({ base: await raw(run), figure: await own(run) });
  const ratio = median(pairs.map(({ base, figure }) => figure / base));
  const [figure, base] = [median(pairs.map((pair) => pair.figure)), median(pairs.map((pair) => pair.base))];
  return { row, figure, unit: 'events/s', raw: base, ratio, bar, reached: ratio >= bar };
}

const LOADS = [
  { row: 'one writer, beside the bare client', bar: 0.9, writers: 1, share: 0.2, streams: 100 },
  { row: '64 writers to 640 streams, beside the bare client', bar: 0.8, writers: 64, share: 1, streams: 640 },
  { row: '64 writers to 20 streams, beside the bare client', bar: 0.8, writers: 64, share: 1, streams: 20 },
  { row: '64 writers to 2,000 streams, beside the bare client', bar: 0.8, writers: 64, share: 1, streams: 2_000 },
  {
    row: 'appends of 500 events, beside the bare client',
    bar: 0.6,
    writers: 4,
    share: 0.005,
    events: 500,
    streams: 40,
  },
];

/** The rows of writers; `short` for a look, not for a quote. */
export async function run({ short = false } = {}) {
  const count = short ? 5_000 : 20_000;
  return inFolder(async (folder) => {
    const rows = [];
    for (const [i, { row, bar, writers, share, ...load }] of LOADS.entries()) {
      const double = await forkDouble();
      const work = { writers, work: workOf({ appends: Math.max(40, count * share), ...load }) };
      const { direct } = double;
      try {
        rows.push(
          await compare(
            row,
            bar,
            (n) => bare(direct, `bare${n}`, work),
            (n) => ours(folder, direct, `own${i}x${n}`, work),
          ),
        );
      } finally {
        await double.kill();
      }
    }
    const double = await forkDouble();
    const hot = { work: workOf({ appends: count / 5, streams: 1 }) };
    try {
      rows.push(
        await compare(
          'one hot stream, 64 writers, beside one append at a time',
          3,
          (n) => ours(folder, double.direct, `single${n}`, { ...hot, writers: 1 }),
          (n) => ours(folder, double.direct, `hot${n}`, { ...hot, writers: 64 }),
        ),
      );
    } finally {
      await double.kill();
    }
    return rows;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const row of await run({ short: process.argv.includes('--short') })) console.log(JSON.stringify(row));
}
