// HTTP intake: single events on 64 connections against the same route with nothing behind it, and NDJSON in bulk against
// raw batches. The load generator runs on the same machine, in a process of its own.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { rawBatches } from './raw.mjs';
import { dist, inFolder, median } from './measure.mjs';

const { openKith } = dist('./src/compose.js');
const { createApp } = dist('./src/api/app.js');
const { Intake } = dist('./src/app/intake.js');

export async function run({ short }) {
  const rows = [];
  rows.push(...(await singles(short ? 1_500 : 5_000)));
  rows.push(await bulk(short ? 60_000 : 200_000));
  return rows;
}

/** Everything but the log: facts are admitted and answered, and go nowhere. */
function withoutStorage(kith) {
  let position = 0n;
  const log = {
    ...kith.log,
    appendBatch: async (appends) =>
      appends.map(() => ({ kind: 'appended', position: ++position, revision: 0n, recordedAt: Date.now() })),
  };
  const intake = new Intake(log, { keys: kith.keys, seal: kith.seal, maxBytes: 262_144 }, kith.now);
  return { ...kith, intake };
}

async function served(kith, work) {
  const app = await createApp(kith);
  await app.listen(0, '127.0.0.1');
  try {
    return await work(await app.getUrl());
  } finally {
    await app.close();
  }
}

/** Runs the load generator: `singles` or `bulk`, the address, how long (ms) or how many. */
function load(what, url, amount) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('./http-load.mjs', import.meta.url)), what, url, String(amount)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let out = '';
    child.stdout.on('data', (text) => (out += text));
    child.on('exit', (code) =>
      code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`the load generator ended with ${code}`)),
    );
  });
}

async function singles(ms) {
  const [ours, raws, ratios, p50s, p99s] = [[], [], [], [], []];
  await inFolder(async (folder) => {
    const kith = await openKith({ data: folder });
    for (let i = 0; i < 3; i++) {
      const raw = await served(withoutStorage(kith), (url) => load('singles', url, ms));
      const real = await served(kith, (url) => load('singles', url, ms));
      ours.push(real.rate);
      raws.push(raw.rate);
      ratios.push(real.rate / raw.rate);
      p50s.push(real.p50);
      p99s.push(real.p99);
    }
    await kith.close();
  });
  const ratio = median(ratios);
  const note = `p50 ${median(p50s).toFixed(1)} ms, p99 ${median(p99s).toFixed(1)} ms; raw = the same route without storage`;
  return [
    {
      row: 'HTTP intake, single events, 64 connections',
      figure: median(ours),
      unit: 'facts/s',
      raw: median(raws),
      ratio,
      bar: 0.6,
      reached: ratio >= 0.6,
      note,
    },
  ];
}

async function bulk(facts) {
  const [ours, raws, ratios] = [[], [], []];
  for (let i = 0; i < 3; i++) {
    const raw = await rawBatches(facts, 1_000);
    const rate = await inFolder(async (folder) => {
      const kith = await openKith({ data: folder });
      const { rate } = await served(kith, (url) => load('bulk', url, facts));
      await kith.close();
      return rate;
    });
    ours.push(rate);
    raws.push(raw);
    ratios.push(rate / raw);
  }
  const ratio = median(ratios);
  const note = 'validated, acknowledged durable, projections running; raw = bare SQLite, 1,000 a commit';
  return {
    row: 'NDJSON bulk',
    figure: median(ours),
    unit: 'facts/s',
    raw: median(raws),
    ratio,
    bar: 0.2,
    reached: ratio >= 0.2,
    note,
  };
}
