// From log to views: rebuild against scanning and parsing alone, memory, latency to a visible view, reads under import,
// and the time until a large log answers.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { dist, factAt, inFolder, median, quantile, seconds } from './measure.mjs';

const { openKith } = dist('./src/compose.js');
const { openLogOf } = dist('./src/compose/folder.js');

const EVENTS_A_RECORD = 50;

export async function run({ short }) {
  const events = short ? 100_000 : 1_000_000;
  return inFolder(async (folder) => {
    const ids = await fill(folder, events);
    return [
      ...(await rebuild(folder, events)),
      await start(folder, events),
      ...(await readsUnderImport(folder, ids, short)),
      ...(await visible(folder, short)),
    ];
  });
}

async function fill(folder, events) {
  const records = events / EVENTS_A_RECORD;
  const kith = await openKith({ data: folder });
  const ids = new Set();
  for (let from = 0; from < events; from += 5_000) {
    const results = await kith.intake.accept(
      Array.from({ length: Math.min(5_000, events - from) }, (_, i) => factAt(from + i, records)),
    );
    if (ids.size < 2_000) for (const { record } of results) ids.add(record);
  }
  await kith.reached((await kith.log.head()).position, 600_000);
  await kith.close();
  return [...ids];
}

/** In a process of its own, so that its memory is that of the rebuild. */
async function rebuild(folder, events) {
  const [ratios, rates, raws, peaks] = [[], [], [], []];
  for (let i = 0; i < 3; i++) {
    const raw = events / (await seconds(() => scanAndParse(folder)));
    const { rate, peak } = await inProcess('rebuild', folder);
    rates.push(rate);
    raws.push(raw);
    ratios.push(rate / raw);
    peaks.push(peak);
  }
  const row = {
    row: 'rebuild: record, customer, look-up and timeline views',
    unit: 'events/s',
    figure: median(rates),
    raw: median(raws),
    ratio: median(ratios),
    bar: 0.4,
  };
  const peak = median(peaks);
  return [
    {
      ...row,
      reached: row.ratio >= row.bar,
      note: `${events.toLocaleString('en')} events, ${EVENTS_A_RECORD} a record`,
    },
    {
      row: 'rebuild: peak memory of the whole process',
      unit: 'MB',
      figure: peak,
      reached: peak < 400,
      note: 'bar 400 MB for 1M events',
    },
  ];
}

async function scanAndParse(folder) {
  const log = await openLogOf({ data: folder });
  let parsed = 0;
  for (let after = 0n; ; ) {
    const page = await log.readAll(after, { limit: 10_000 });
    for (const { bytes } of page.events)
      parsed += JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()).kith;
    after = page.next;
    if (page.end) break;
  }
  await log.close();
  return parsed;
}

async function start(folder, events) {
  const times = [];
  for (let i = 0; i < 3; i++) times.push((await inProcess('start', folder)).ms);
  const ms = median(times);
  return {
    row: 'start: process begun to first answer',
    unit: 'ms',
    figure: ms,
    reached: ms < 3_000,
    note: `bar 3,000 ms; ${events.toLocaleString('en')} events in the log`,
  };
}

/** 500 reads a second while an import appends as fast as it can. */
async function readsUnderImport(folder, ids, short) {
  const kith = await openKith({ data: folder });
  const batches = short ? 5 : 40;
  let done = false;
  const importing = (async () => {
    for (let b = 0; b < batches; b++) {
      const chunk = Array.from({ length: 1_000 }, (_, i) => ({
        ...factAt(b * 1_000 + i, 20_000),
        id: `import-${b}-${i}`,
      }));
      await kith.intake.accept(chunk);
    }
    done = true;
  })();
  const waits = [];
  for (let i = 0; !done; i++) {
    const due = process.hrtime.bigint();
    await kith.reading.customer(ids[(i * 31) % ids.length]);
    waits.push(Number(process.hrtime.bigint() - due) / 1e6);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await importing;
  await kith.close();
  const [p50, p99] = [quantile(waits, 0.5), quantile(waits, 0.99)];
  const note = `${waits.length.toLocaleString('en')} reads at up to 500/s while ${(batches * 1_000).toLocaleString('en')} facts came in`;
  return [
    {
      row: '360° view by id under an import, p50',
      unit: 'ms',
      figure: p50,
      reached: p50 < 2,
      note: `bar 2 ms; ${note}`,
    },
    { row: '360° view by id under an import, p99', unit: 'ms', figure: p99, reached: p99 < 15, note: 'bar 15 ms' },
  ];
}

/** One append each millisecond; the time from its call to the views holding it. */
async function visible(folder, short) {
  const kith = await openKith({ data: folder });
  await kith.settled(600_000);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const count = short ? 1_000 : 5_000;
  const waits = [];
  const begun = performance.now();
  const pending = [];
  for (let i = 0; i < count; i++) {
    const due = begun + i;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    pending.push(
      (async () => {
        const from = performance.now();
        const [result] = await kith.intake.accept([{ ...factAt(i, 5_000), id: `visible-${i}` }]);
        await kith.reached(result.position, 10_000);
        waits.push(performance.now() - from);
      })(),
    );
  }
  await Promise.all(pending);
  await kith.close();
  const [p50, p99] = [quantile(waits, 0.5), quantile(waits, 0.99)];
  return [
    { row: 'append to visible view at 1,000/s, p50', unit: 'ms', figure: p50, reached: p50 < 10, note: 'bar 10 ms' },
    { row: 'append to visible view at 1,000/s, p99', unit: 'ms', figure: p99, reached: p99 < 50, note: 'bar 50 ms' },
  ];
}

function inProcess(what, folder) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('./views-child.mjs', import.meta.url)), what, folder, String(Date.now())],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let out = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`${what} ended with ${code}`)),
    );
  });
}
