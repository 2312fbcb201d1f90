// Measures speed and memory, each row beside a raw baseline of the same run. `-- --short` takes smaller loads (CI);
// `-- log views` takes only these parts; `-- --json` prints one object a line. It reports and never judges by exit code.
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const parts = ['log', 'esdb', 'writers', 'servers', 'http', 'import', 'views', 'identity', 'merge'];
const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith('--'));
const short = words.includes('--short');
const json = words.includes('--json');

const number = (n) => (typeof n === 'number' ? n.toLocaleString('en', { maximumFractionDigits: n < 10 ? 2 : 0 }) : '–');

function print(row) {
  if (json) return console.log(JSON.stringify(row));
  const ratio = row.ratio === undefined ? '' : `  ratio ${row.ratio.toFixed(2)} (bar ${row.bar})`;
  const mark = row.reached === undefined ? '       ' : row.reached ? 'reached' : 'MISSED ';
  const raw = row.raw === undefined ? '' : `  raw ${number(row.raw)}`;
  console.log(
    `${mark}  ${row.row.padEnd(58)} ${number(row.figure).padStart(9)} ${row.unit}${raw}${ratio}${row.note ? `  ${row.note}` : ''}`,
  );
}

if (!json)
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB${short ? ', short' : ''}`,
  );
for (const part of parts) {
  if (wanted.length > 0 && !wanted.includes(part)) continue;
  const { run } = await import(join(here, `${part}.mjs`));
  for (const row of await run({ short })) print(row);
}
