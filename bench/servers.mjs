/**
 * What a node asks of the server of the log, counted by its double: an import of many lines, beside the same into the embedded
 * engine, and a start among a million records of others. `node bench/servers.mjs [--short]` after `npm run build`.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exportOf, mapping } from './import.mjs';
import { dist, factAt, inFolder, median } from './measure.mjs';

const require = createRequire(import.meta.url);
const { forkDouble } = require('../test/doubles/esdb/forked.cjs');
const { openKith } = dist('./src/compose.js');
const { importFile } = dist('./src/import/run.js');

const RUNS = 3;

/** Milliseconds of processor time, all threads, from the first line until the views show the last. */
async function importing(folder, file, log) {
  const kith = await openKith({ data: join(folder, 'kith'), ...(log && { log }) });
  const before = process.cpuUsage();
  await importFile(kith, { file, mapping });
  if (!(await kith.reached((await kith.log.head()).position, 600_000))) throw new Error('the views never got level');
  const { user, system } = process.cpuUsage(before);
  await kith.close();
  return (user + system) / 1_000;
}

async function importRows(lines) {
  return inFolder(async (folder) => {
    const file = join(folder, 'export.csv');
    writeFileSync(file, exportOf(lines));
    const [embedded, served, asked] = [[], [], []];
    for (let run = 0; run < RUNS; run++) {
      embedded.push(await inFolder((own) => importing(own, file)));
      const double = await forkDouble();
      try {
        served.push(await inFolder((own) => importing(own, file, double.direct)));
        asked.push(await double.tell({}));
      } finally {
        await double.kill();
      }
    }
    const worst = (of) => Math.max(...asked.map(of));
    const [figure, raw] = [median(served), median(embedded)];
    const name = `import of ${lines.toLocaleString('en')} lines into a server`;
    const ratio = figure / raw;
    const reads = worst(({ sentOf }) => (sentOf.default ?? 0) / lines);
    return [
      {
        row: `${name}: processor, beside the embedded engine`,
        figure,
        unit: 'ms',
        raw,
        ratio,
        bar: '≤ 4',
        reached: ratio <= 4,
      },
      counted(`${name}: own events read, of each`, reads, 1.1, 'times'),
      counted(
        `${name}: subscribers dropped`,
        worst(({ drops }) => drops),
        0,
      ),
      counted(
        `${name}: appends sent again`,
        worst(({ repeats }) => repeats),
        0,
      ),
    ];
  });
}

const counted = (row, figure, most, unit = '') => ({
  row,
  figure,
  unit,
  reached: figure <= most,
  note: `bar ≤ ${most}`,
});

/** Records of others before the log's founding, and as many behind its first facts. */
async function neighbourRows(foreign) {
  return inFolder(async (folder) => {
    const double = await forkDouble();
    try {
      await double.tell({ foreign });
      const options = { data: join(folder, 'kith'), log: double.direct };
      const first = await openKith(options);
      await first.intake.accept([factAt(0, 10)]);
      await first.close();
      await double.tell({ foreign });
      await double.tell({ reset: true });
      const started = performance.now();
      const kith = await openKith(options);
      const [{ position }] = await kith.intake.accept([factAt(1, 10)]);
      if (!(await kith.reached(position, 60_000))) throw new Error('the fact was never shown');
      await kith.log.readAll(0n, { limit: 100 });
      const took = (performance.now() - started) / 1_000;
      const { eventsSent } = await double.tell({});
      await kith.close();
      const among = `start, first fact and first page among 2 × ${foreign.toLocaleString('en')} records of others`;
      return [
        { row: among, figure: took, unit: 's', reached: took < 2, note: 'bar < 2 s' },
        counted(`${among}: records sent`, eventsSent, 100),
      ];
    } finally {
      await double.kill();
    }
  });
}

/** The rows of servers; `short` for a look, not for a quote. */
export const run = async ({ short = false } = {}) => [
  ...(await importRows(short ? 10_000 : 50_000)),
  ...(await neighbourRows(short ? 100_000 : 1_000_000)),
];

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const row of await run({ short: process.argv.includes('--short') })) console.log(JSON.stringify(row));
}
