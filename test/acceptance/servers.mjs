// Online Retail on servers: the same import, with the log on the double of EventStoreDB and the views on the double of
// MongoDB's protocol, ends in the state roots of the embedded engines. LINES says how many lines (10,000; `npm run soak`
// takes all); ESDB_URL and MONGODB_URL name real servers in place of the doubles.
import { randomUUID } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { bringIn, retailFile, temporary } from './retail-folder.mjs';

const require = createRequire(import.meta.url);
const { openKith } = require('../../dist/src/compose.js');
const { forkDouble } = require('../doubles/esdb/forked.cjs');
require('../doubles/typescript.cjs');
const { Double } = require('../doubles/mongo/double.ts');

const LINES = Number(process.env.LINES ?? 10_000);
const clock = Date.parse('2026-01-01T00:00:00Z');

export async function run(report) {
  if (!retailFile) return report.skip('servers', 'online_retail.csv.gz is not there; name its folder in DATASETS');
  const [one, other] = [temporary(), temporary()];
  const servers = await start();
  try {
    const file = firstLines(one.folder);
    const tenant = `retail${randomUUID().slice(0, 8)}`;
    const wanted = await broughtIn({ data: one.folder, clock, tenant }, file);
    copyFileSync(join(one.folder, 'keys.db'), join(other.folder, 'keys.db'));
    const found = await broughtIn({ data: other.folder, clock, tenant, ...servers.places }, file);
    for (const [what, bar] of Object.entries(wanted)) {
      report({ row: `servers: Online Retail: ${what}`, figure: found[what], bar, reached: found[what] === bar });
    }
  } finally {
    await servers.stop();
    one.remove();
    other.remove();
  }
}

/** The header and so many lines; no cell of the file holds a line break. */
function firstLines(folder) {
  const file = join(folder, 'lines.csv');
  const lines = gunzipSync(readFileSync(retailFile))
    .toString('latin1')
    .split('\n')
    .slice(0, LINES + 1);
  writeFileSync(file, `${lines.join('\n')}\n`, 'latin1');
  return file;
}

async function broughtIn(options, file) {
  const kith = await openKith(options);
  try {
    await bringIn(kith, file);
    return await stateOf(kith);
  } finally {
    await kith.close();
  }
}

async function start() {
  const { ESDB_URL: esdb, MONGODB_URL: mongo } = process.env;
  const log = esdb ? undefined : await forkDouble();
  const views = mongo ? undefined : new Double();
  const host = await views?.listen();
  return {
    places: {
      log: log?.connection ?? esdb,
      views: views ? `mongodb://${host}/?directConnection=true` : mongo,
    },
    stop: async () => {
      await views?.close();
      await log?.kill();
    },
  };
}

/** What must be equal wherever it is kept. */
async function stateOf(kith) {
  const { records, customers, links } = await kith.views.roots();
  const { size } = await kith.log.tree();
  const { ok } = await kith.log.verify({ deep: true });
  return {
    events: Number(size),
    'log verified, 1 is whole': ok ? 1 : 0,
    'root of the records': records,
    'root of the customers': customers,
    'root of the link books': links,
  };
}
