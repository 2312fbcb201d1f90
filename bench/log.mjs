/**
 * How fast the embedded log is, beside bare SQLite doing the same in the same run: same settings, same unique indexes,
 * but no thread, hash, tree or answer. The ratio is the figure to trust, because the disk is never the same twice.
 * `node bench/log.mjs [--short]` after `npm run build`.
 */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dist, inFolder, median, quantile } from './measure.mjs';
import { appendsOf, perSecond, rawInserts } from './raw.mjs';

const { EmbeddedLog } = dist('./eventstore/embedded/log.js');
const { openDatabase, rowsOf } = dist('./eventstore/sqlite.js');

const RUNS = 3;
/** `writers` that each append one event, wait for the answer, and append the next. */
async function closedLoop(folder, appends, writers) {
  return withLog(folder, async (log) => {
    const waits = [];
    let next = 0;
    const started = performance.now();
    const writer = async () => {
      while (next < appends.length) {
        const { stream, expected, events } = appends[next++];
        const sent = performance.now();
        const outcome = await log.append(stream, expected, events);
        if (outcome.kind !== 'appended') throw new Error(`${outcome.kind}: ${outcome.reason ?? ''}`);
        waits.push(performance.now() - sent);
      }
    };
    await Promise.all(Array.from({ length: writers }, writer));
    const rate = perSecond(appends.length, started);
    return { rate, note: `p50 ${quantile(waits, 0.5).toFixed(2)} ms, p99 ${quantile(waits, 0.99).toFixed(2)} ms` };
  });
}

/** As a file import does it: batches of single-event appends, two of them under way. */
async function batches(folder, appends, size) {
  return withLog(folder, async (log) => {
    const started = performance.now();
    let before = Promise.resolve([]);
    for (let n = 0; n < appends.length; n += size) {
      const now = log.appendBatch(appends.slice(n, n + size));
      const outcomes = await before;
      if (outcomes.some((o) => o.kind !== 'appended')) throw new Error('an append of the bench was refused');
      before = now;
    }
    await before;
    return { rate: perSecond(appends.length, started) };
  });
}

async function withLog(folder, work) {
  const log = await EmbeddedLog.open(join(folder, 'log'));
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

/** What verify cannot do without: reading all bytes and hashing them once. */
function scanAndHash(folder, count) {
  const db = openDatabase(join(folder, 'log', 'log.db'), { readOnly: true });
  const page = rowsOf(db, 'SELECT bytes FROM events WHERE position > ? ORDER BY position LIMIT 2000');
  const started = performance.now();
  for (let at = 0; at < count; at += 2_000) for (const [bytes] of page.all(at)) hash('sha256', bytes);
  const rate = perSecond(count, started);
  db.close();
  return { rate };
}

async function verifying(folder, count) {
  return withLog(folder, async (log) => {
    const started = performance.now();
    const verdict = await log.verify();
    if (!verdict.ok) throw new Error(verdict.broken.what);
    return { rate: perSecond(count, started) };
  });
}

/** Raw and ours in turn, `RUNS` times, each in a folder of its own unless `folder` is given. */
async function compare(row, bar, { raw, ours, folder }) {
  const alone = (work) => (folder ? work(folder) : inFolder(work));
  const [rawRates, runs] = [[], []];
  for (let run = 0; run < RUNS; run++) {
    rawRates.push((await alone(raw)).rate);
    runs.push(await alone(ours));
  }
  const [figure, base] = [median(runs.map((run) => run.rate)), median(rawRates)];
  const ratio = figure / base;
  const { note } = runs.find((run) => run.rate === figure);
  return { row, figure, unit: 'events/s', raw: base, ratio, bar, reached: ratio >= bar, note };
}

async function verifyRow(count) {
  return inFolder(async (folder) => {
    for (let n = 0; n < count; n += 50_000) {
      const appends = appendsOf(Math.min(50_000, count - n), n);
      await withLog(folder, (log) => log.appendBatch(appends));
    }
    const name = `verify the tree of ${count.toLocaleString('en')} events, beside reading and hashing their bytes`;
    return compare(name, 0.5, {
      folder,
      raw: async () => scanAndHash(folder, count),
      ours: () => verifying(folder, count),
    });
  });
}

/** The rows of the log; `short` for a look, not for a quote. */
export async function run({ short = false } = {}) {
  const lone = appendsOf(short ? 1_000 : 4_000);
  const crowd = appendsOf(short ? 30_000 : 100_000);
  const rows = [];
  rows.push(
    await compare('durable append, 1 writer, beside lone commits', 0.45, {
      raw: async (folder) => rawInserts(folder, lone, 1),
      ours: (folder) => closedLoop(folder, lone, 1),
    }),
  );
  for (const [writers, bar] of [
    [64, 0.25],
    [1_024, 0.3],
  ]) {
    rows.push(
      await compare(`durable append, ${writers.toLocaleString('en')} writers, beside batches of 64`, bar, {
        raw: async (folder) => rawInserts(folder, crowd, 64),
        ours: (folder) => closedLoop(folder, crowd, writers),
      }),
    );
  }
  rows.push(
    await compare('appendBatch of 5,000 single events, beside batches of 5,000', 0.5, {
      raw: async (folder) => rawInserts(folder, crowd, 5_000),
      ours: (folder) => batches(folder, crowd, 5_000),
    }),
  );
  rows.push(await verifyRow(short ? 100_000 : 1_000_000));
  return rows;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const row of await run({ short: process.argv.includes('--short') })) console.log(JSON.stringify(row));
}
