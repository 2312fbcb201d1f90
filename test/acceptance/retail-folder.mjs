// Online Retail in a data folder of its own, as `kith import` brings it in. DATASETS names the folder of the real data;
// ../shared/data beside the checkout when it is not set.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = createRequire(new URL('../../dist/', import.meta.url));
const { openKith } = dist('./src/compose.js');
const { importFile } = dist('./src/import/run.js');
const root = fileURLToPath(new URL('../..', import.meta.url));
const file = join(process.env.DATASETS ?? join(root, '../shared/data'), 'analytics/online_retail/online_retail.csv.gz');

/** Where the real data is; undefined where it is not. */
export const retailFile = existsSync(file) ? file : undefined;
export const mappingFile = join(root, 'examples/online-retail/mapping.json');

/** A folder that `remove` takes away. */
export function temporary() {
  const folder = mkdtempSync(join(tmpdir(), 'kith-retail-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Waits until the views hold the whole log. */
export const level = async (kith) => kith.reached((await kith.log.head()).position, 600_000);

export async function bringIn(kith, lines = file) {
  const report = await importFile(kith, { file: lines, mapping: readFileSync(mappingFile, 'utf8') });
  await level(kith);
  return report;
}

/** Everything imported, views level. `clock` (ms) stands still where it is given. `close` removes the folder. */
export async function importRetail(options = {}) {
  const { folder, remove } = temporary();
  const kith = await openKith({ data: folder, ...options });
  const report = await bringIn(kith);
  const close = async () => {
    await kith.close();
    remove();
  };
  return { kith, folder, report, close };
}
