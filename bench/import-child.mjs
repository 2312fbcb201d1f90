// One import in a process of its own, so that its memory is that of the import: a folder, the file, and the mapping as JSON.
import { dist, statusMiB } from './measure.mjs';

const { openKith } = dist('./src/compose.js');
const { importFile } = dist('./src/import/run.js');

/** Memory that no file backs, in MiB: mapped pages of the databases are no memory that grows. */
const anonymousMiB = () => Math.round(statusMiB('RssAnon') ?? process.memoryUsage.rss() / 2 ** 20);

const [folder, file, mapping] = process.argv.slice(2);
const kith = await openKith({ data: folder });
let most = 0;
const started = performance.now();
const { tally } = await importFile(kith, {
  file,
  mapping,
  onProgress: () => (most = Math.max(most, anonymousMiB())),
});
const rate = (tally.rows / (performance.now() - started)) * 1_000;
const accepted = Object.values(tally.rules)
  .flatMap((rule) => Object.values(rule.facts))
  .reduce((sum, counts) => sum + counts.accepted, 0);
if (accepted !== tally.rows) throw new Error(`${tally.rows - accepted} rows of the bench were refused`);
const landed = performance.now();
await kith.reached((await kith.log.head()).position, 600_000);
const behind = (performance.now() - landed) / 1_000;
await kith.close();
process.stdout.write(JSON.stringify({ rate, behind, most }));
