// Online Retail in a data folder of its own, as `kith import` brings it in.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = createRequire(new URL('../../dist/', import.meta.url));
const { openKith } = dist('./src/compose.js');
const { importFile } = dist('./src/import/run.js');
const root = fileURLToPath(new URL('../..', import.meta.url));
const file = join(root, '../shared/data/analytics/online_retail/online_retail.csv.gz');

/** Where the real data is; undefined where it is not. */
export const retailFile = existsSync(file) ? file : undefined;
export const mappingFile = join(root, 'examples/online-retail/mapping.json');

/** Imports everything, views level. `close` removes the folder. */
export async function importRetail() {
  const folder = mkdtempSync(join(tmpdir(), 'kith-retail-'));
  const kith = await openKith({ data: folder });
  await importFile(kith, { file, mapping: readFileSync(mappingFile, 'utf8') });
  await kith.reached((await kith.log.head()).position, 600_000);
  const close = async () => {
    await kith.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { kith, folder, close };
}
