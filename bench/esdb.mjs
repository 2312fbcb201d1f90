/**
 * How fast the log on EventStoreDB is, beside the bare client doing the same in the same run, against the double of that
 * server in a process of its own. The double is not the server: the ratios are what counts here.
 * `node bench/esdb.mjs [--short]` after `npm run build`.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { dist, inFolder, median } from './measure.mjs';
import { appendsOf, perSecond } from './raw.mjs';

const require = createRequire(import.meta.url);
const { EventStoreDBClient } = require('@eventstore/db-client');
const { forkDouble } = require('../test/doubles/esdb/forked.cjs');
const { EsdbLog } = dist('./eventstore/esdb.js');
const { SqliteRegister } = dist('./eventstore/esdb/register-sqlite.js');

const RUNS = 3;
const PAGE = 1_000;
/** Appends that the bare client has in flight, as many as the log allows itself. */
const IN_FLIGHT = 256;
const BATCH = 5_000;

async function withLog(folder, connection, tenant, work, options = {}) {
  const register = new SqliteRegister(join(folder, `${tenant}.db`));
  const log = await EsdbLog.open({ connection, tenant, register, deadline: 60_000, ...options });
  try {
    return await work(log);
  } finally {
    await log.close();
    await register.close();
  }
}

async function withClient(connection, work) {
  const client = EventStoreDBClient.connectionString(connection);
  try {
    return await work(client);
  } finally {
    await client.dispose();
  }
}

/** `perStream` events on each stream, in the order in which a file would bring them. */
const history = (count, perStream, from = 0) =>
  appendsOf(count, from).map((append, i) => ({ ...append, stream: `record-${(from + i) % (count / perStream)}` }));

/** The same bytes and columns, any revision, a window of appends: what the client does at its best. */
async function bareAppends(connection, tenant, appends) {
  return withClient(connection, async (client) => {
    const events = appends.map(({ stream, events: [{ bytes, clientId, source, type }] }) => ({
      stream: `${tenant}.${stream}`,
      event: {
        id: randomUUID(),
        contentType: 'application/octet-stream',
        type,
        data: new Uint8Array(bytes),
        metadata: new TextEncoder().encode(JSON.stringify({ clientId, source })),
      },
    }));
    let next = 0;
    const started = performance.now();
    const writer = async () => {
      while (next < events.length) {
        const { stream, event } = events[next++];
        await client.appendToStream(stream, event);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, writer));
    return perSecond(events.length, started);
  });
}

async function ourAppends(folder, connection, tenant, appends, { followed = false } = {}) {
  return withLog(
    folder,
    connection,
    tenant,
    async (log) => {
      const follower = followed ? follow(log, appends.length) : Promise.resolve();
      const started = performance.now();
      let before = Promise.resolve([]);
      for (let n = 0; n < appends.length; n += BATCH) {
        const now = log.appendBatch(appends.slice(n, n + BATCH));
        if ((await before).some((o) => o.kind !== 'appended')) throw new Error('an append of the bench was refused');
        before = now;
      }
      await before;
      const rate = perSecond(appends.length, started);
      await follower;
      return rate;
    },
    { followed: !followed },
  );
}

async function follow(log, count) {
  let seen = 0;
  for await (const { events } of log.follow(0n)) {
    seen += events.length;
    if (seen >= count) return;
  }
}

async function bareRead(connection, count) {
  return withClient(connection, async (client) => {
    let seen = 0;
    const started = performance.now();
    for await (const { event } of client.readAll()) if (!event.streamId.startsWith('$')) seen += 1;
    if (seen < count) throw new Error(`the bare client read ${seen} of ${count} events`);
    return perSecond(seen, started);
  });
}

/** Pages of the whole log, with a register that has seen it. */
async function ourRead(folder, connection, tenant, count) {
  return withLog(folder, connection, tenant, async (log) => {
    const started = performance.now();
    let seen = 0;
    for (let [after, end] = [0n, false]; !end; ) {
      const page = await log.readAll(after, { limit: PAGE });
      seen += page.events.length;
      [after, end] = [page.next, page.end];
    }
    if (seen !== count) throw new Error(`the log read ${seen} of ${count} events`);
    return perSecond(seen, started);
  });
}

async function compare(row, bar, raw, ours) {
  const [bare, own] = [[], []];
  for (let run = 0; run < RUNS; run++) {
    bare.push(await raw(run));
    own.push(await ours(run));
  }
  const [figure, base] = [median(own), median(bare)];
  return { row, figure, unit: 'events/s', raw: base, ratio: figure / base, bar, reached: figure / base >= bar };
}

async function appendRows(folder, count) {
  const double = await forkDouble();
  const { direct } = double;
  const appends = history(count, 10);
  const bare = (run) => bareAppends(direct, `bare${run}`, appends);
  try {
    return [
      await compare('bulk append, 10 events a stream, register driven elsewhere', 0.8, bare, (run) =>
        ourAppends(folder, direct, `own${run}`, appends),
      ),
      await compare('the same while this process also follows the log into its register', 0.4, bare, (run) =>
        ourAppends(folder, direct, `both${run}`, appends, { followed: true }),
      ),
    ];
  } finally {
    await double.kill();
  }
}

/** Fills in slices, so that what is measured afterwards is not what was kept to fill with. */
async function fill(folder, connection, tenant, count) {
  await withLog(folder, connection, tenant, async (log) => {
    for (let n = 0; n < count; n += 50_000) await log.appendBatch(history(Math.min(50_000, count - n), 10, n));
    await log.head();
  });
}

async function readRows(folder, count) {
  const double = await forkDouble();
  const { direct } = double;
  try {
    await fill(folder, direct, 'read', count);
    const name = `reading ${count.toLocaleString('en')} events in pages of ${PAGE.toLocaleString('en')}`;
    const row = await compare(
      name,
      0.8,
      () => bareRead(direct, count),
      () => ourRead(folder, direct, 'read', count),
    );
    return [row];
  } finally {
    await double.kill();
  }
}

/** Appends of one slice in memory: the bench's own facts are no part of what is measured. */
const SLICE = 1_000;

/** What appends, follows and reads `count` events, by whom. */
const WORK = {
  async ours(connection, count) {
    await inFolder(async (folder) => {
      await withLog(folder, connection, 'memory', async (log) => {
        const following = follow(log, count);
        for (let n = 0; n < count; n += SLICE) await log.appendBatch(history(SLICE, 10, n));
        await following;
      });
      await ourRead(folder, connection, 'memory', count);
    });
  },
  async bare(connection, count) {
    for (let n = 0; n < count; n += SLICE) await bareAppends(connection, 'memory', history(SLICE, 10, n));
    await bareRead(connection, count);
  },
};

/** Prints the most memory that this process had meanwhile, in MB; to be run in a process of its own. */
async function memory(whose, connection, count) {
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  await WORK[whose](connection, count);
  clearInterval(watch);
  console.log(most / 1e6);
}

/** A heap that is collected when it is small: what is held, without what V8 has not looked at yet. */
const SMALL_HEAP = ['--max-old-space-size=64', '--max-semi-space-size=4'];

async function most(whose, count, flags = []) {
  const double = await forkDouble();
  try {
    const script = [...flags, fileURLToPath(import.meta.url), '--memory', whose, double.direct, String(count)];
    const { stdout } = await promisify(execFile)(process.execPath, script);
    return Number(stdout);
  } finally {
    await double.kill();
  }
}

/** Beside the bare client that does the same, in processes of their own. */
async function memoryRows(count) {
  const row = async (name, flags, bar) => {
    const [figure, raw] = [await most('ours', count, flags), await most('bare', count, flags)];
    return { row: name, figure, unit: 'MB', raw, ratio: figure / raw, bar: `< ${bar}`, reached: figure < bar };
  };
  const name = `memory while ${count.toLocaleString('en')} events are appended, followed and read`;
  return [await row(name, [], 200), await row(`${name}, in a small heap`, SMALL_HEAP, 200)];
}

/** The rows of the log on EventStoreDB; `short` for a look, not for a quote. */
export async function run({ short = false } = {}) {
  return inFolder(async (folder) => [
    ...(await appendRows(folder, short ? 10_000 : 50_000)),
    ...(await readRows(folder, short ? 30_000 : 200_000)),
    ...(await memoryRows(short ? 50_000 : 1_000_000)),
  ]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv[2] === '--memory') await memory(process.argv[3], process.argv[4], Number(process.argv[5]));
  else for (const row of await run({ short: process.argv.includes('--short') })) console.log(JSON.stringify(row));
}
