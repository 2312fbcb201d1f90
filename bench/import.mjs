/**
 * How fast a file comes in, from the first byte to the last durable fact: parsed, mapped, validated, fingerprinted, counted
 * once by (source, id), hashed into the tree, with the views following. Beside it bare SQLite that inserts the same bytes,
 * 5,000 a commit, in the same run. `node bench/import.mjs [--short]` after `npm run build`.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dist, inFolder, median } from './measure.mjs';

const { unpackAppends } = dist('./eventstore/frames.js');
const { openDatabase } = dist('./eventstore/sqlite.js');
const { Work } = dist('./src/import/work.js');

const RUNS = 3;
const A_COMMIT = 5_000;

export const mapping = JSON.stringify({
  mapping: 1,
  zone: 'Europe/London',
  every: {
    source: 'shop',
    id: '{invoice}-{ordinal of invoice}',
    time: { $time: '{date}', format: 'YYYY-MM-DD HH:mm:ss' },
  },
  rules: [
    { name: 'returned', when: { column: 'quantity', '<': 0 }, facts: [fact('kith.purchase-returned.v1')] },
    { name: 'bought', when: { column: 'price', '>': 0 }, facts: [fact('kith.purchase-made.v1')] },
  ],
});

function fact(type) {
  const quantity = { $number: '{quantity}', abs: true };
  const total = { $money: ['{quantity}', '{price}'], currency: 'GBP', abs: true };
  const product = { code: '{code}', name: '{name}' };
  return {
    type,
    subject: '{customer}',
    data: {
      order: '{invoice}',
      line: '{ordinal of invoice}',
      product,
      quantity,
      unitPrice: '{price}',
      total,
      market: '{country}',
    },
  };
}

/** A shop's export: some twenty lines an invoice, every fiftieth a return, every tenth name in quotes. */
export function exportOf(rows) {
  const lines = ['invoice,code,name,quantity,date,price,customer,country'];
  for (let i = 0; i < rows; i++) {
    const invoice = 500_000 + Math.floor(i / 21);
    const date = new Date(Date.UTC(2010, 11, 1) + Math.floor(i / 21) * 1_200_000)
      .toISOString()
      .slice(0, 19)
      .replace('T', ' ');
    const name = i % 10 === 0 ? `"LANTERN, ""ROUND"" ${i % 97}"` : `WHITE HANGING HEART T-LIGHT HOLDER ${i % 97}`;
    const customer = 12_000 + ((invoice * 7_919) % 4_400);
    lines.push(
      `${invoice},${20_000 + (i % 3_800)},${name},${i % 50 === 7 ? -2 : 1 + (i % 12)},${date},${1 + (i % 9)}.${(i % 90) + 10},${customer},United Kingdom`,
    );
  }
  return `${lines.join('\n')}\n`;
}

const keys = { tenant: 'default', record: 'r'.repeat(32), fingerprint: 'f'.repeat(32) };

/** The facts of the file, made before any clock starts. */
async function appendsOf(file) {
  const work = await Work.open({ file, mapping, keys, importId: 'bench', now: Date.now(), maxBytes: 262_144, skip: 0 });
  const appends = [];
  for await (const { frame } of work.batches()) appends.push(...unpackAppends(frame));
  return appends;
}

const TABLES = `
  CREATE TABLE events (position INTEGER PRIMARY KEY, stream INTEGER, revision INTEGER, type INTEGER, source INTEGER, client_id TEXT,
    fingerprint BLOB, occurred_at INTEGER, recorded_at INTEGER, leaf BLOB, bytes BLOB);
  CREATE UNIQUE INDEX once ON events (source, client_id);
  CREATE UNIQUE INDEX stream ON events (stream, revision)`;

function raw(folder, appends) {
  const db = openDatabase(join(folder, 'raw.db'));
  db.exec(TABLES);
  const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const [begin, commit] = [db.prepare('BEGIN'), db.prepare('COMMIT')];
  const streams = new Map();
  const leaf = Buffer.alloc(32, 7);
  const started = performance.now();
  for (let n = 0; n < appends.length; ) {
    begin.run();
    for (const end = Math.min(n + A_COMMIT, appends.length); n < end; n++) {
      const { stream, events } = appends[n];
      const at = streams.get(stream) ?? { id: streams.size, next: 0 };
      streams.set(stream, at);
      const [e] = events;
      insert.run(n + 1, at.id, at.next++, 1, 1, e.clientId, e.fingerprint, e.occurredAt, e.recordedAt, leaf, e.bytes);
    }
    commit.run();
  }
  const rate = perSecond(appends.length, started);
  db.close();
  return rate;
}

/** Rows a second until the last is durable, how long until the views show it, and the most memory: of a process of its own. */
function ours(folder, file) {
  const child = fileURLToPath(new URL('./import-child.mjs', import.meta.url));
  const order = [child, join(folder, 'kith'), file, mapping];
  return JSON.parse(execFileSync(process.execPath, order, { stdio: ['ignore', 'pipe', 'inherit'] }).toString());
}

/** Parsing, mapping, admitting and packing alone, on this thread. */
async function workAlone(file, rows) {
  const started = performance.now();
  const work = await Work.open({ file, mapping, keys, importId: 'bench', now: Date.now(), maxBytes: 262_144, skip: 0 });
  for await (const batch of work.batches()) {
    if (batch.refused.length > 0) throw new Error(batch.refused[0].reason);
    work.settle({ now: Date.now(), conflicts: [] });
  }
  return perSecond(rows, started);
}

const perSecond = (count, started) => (count / (performance.now() - started)) * 1_000;

/** The rows of the import; `short` for a look, not for a quote. */
export async function run({ short = false } = {}) {
  const rows = short ? 100_000 : 300_000;
  return inFolder(async (folder) => {
    const file = join(folder, 'export.csv');
    writeFileSync(file, exportOf(rows));
    const [rawRates, runs, alone] = [[], [], []];
    for (let run = 0; run < RUNS; run++) {
      rawRates.push(await inFolder(async (own) => raw(own, await appendsOf(file))));
      runs.push(await inFolder((own) => ours(own, file)));
      alone.push(await workAlone(file, rows));
    }
    const [base, figure] = [median(rawRates), median(runs.map(({ rate }) => rate))];
    const { behind, most } = runs.find(({ rate }) => rate === figure);
    const note = `views level ${behind.toFixed(1)} s later; ${most} MiB of memory at most, all threads and caches included`;
    const ratio = figure / base;
    return [
      {
        row: `file import of ${rows.toLocaleString('en')} rows, beside batches of 5,000`,
        figure,
        unit: 'rows/s',
        raw: base,
        ratio,
        bar: 0.35,
        reached: ratio >= 0.35,
        note,
      },
      { row: 'the same, without log and views: parse, map, admit, pack', figure: median(alone), unit: 'rows/s' },
    ];
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const row of await run({ short: process.argv.includes('--short') })) console.log(JSON.stringify(row));
}
