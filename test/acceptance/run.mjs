// Prints what the product must reach, a line a row; `-- --json` one object a line. Fails only where a row that was
// reached before (reached.json) is no longer, or an area ended early; `-- --keep` writes the rows reached now into that
// file. The areas of one lane run one after the other, the lanes beside each other.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const reachedFile = join(here, 'reached.json');
const lanes = [
  ['retail', 'servers'],
  ['identity', 'clocks', 'faults'],
];

/** Areas whose rows begin with other words too. */
const beginnings = { faults: ['faults', 'log on a server'] };

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const flags = new Set(process.argv.slice(2).filter((word) => word.startsWith('--')));
const rows = [];
const skipped = [];

const show = (value) =>
  typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 4 }) : String(value);

/** One row: what was found, what is asked, and whether it is reached. */
function report({ row, figure, bar, reached }) {
  rows.push({ row, figure, bar, reached });
  if (flags.has('--json')) console.log(JSON.stringify({ row, figure, bar, reached }));
  else console.log(`${reached ? 'reached' : 'MISSED '}  ${row.padEnd(62)} ${show(figure)}  (bar ${show(bar)})`);
}

/** Resolves when the area has ended and all its rows are here, to whether it came to its end. */
async function measure(area) {
  const child = fork(join(here, 'area.mjs'), [area]);
  child.on('message', ({ row, skipped: one }) => {
    if (row) report(row);
    if (!one) return;
    skipped.push(one.area);
    console.error(`skipped: ${one.area}: ${one.why}`);
  });
  const [[code]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  return code === 0;
}

const measured = [];
const broken = [];
await Promise.all(
  lanes.map(async (areas) => {
    for (const area of areas) {
      if (wanted.length > 0 && !wanted.includes(area)) continue;
      measured.push(area);
      if (!(await measure(area))) broken.push(area);
    }
  }),
);

const before = new Set(JSON.parse(readFileSync(reachedFile, 'utf8')));
const reached = new Set(rows.filter((one) => one.reached).map(({ row }) => row));
const isMeasured = (row) =>
  measured.some(
    (area) => !skipped.includes(area) && (beginnings[area] ?? [area]).some((words) => row.startsWith(`${words}: `)),
  );
const lost = [...before].filter((row) => isMeasured(row) && !reached.has(row));
if (flags.has('--keep')) {
  const kept = new Set([...[...before].filter((row) => !isMeasured(row)), ...reached]);
  writeFileSync(
    reachedFile,
    `${JSON.stringify(
      [...kept].sort((a, b) => (a < b ? -1 : 1)),
      null,
      2,
    )}\n`,
  );
}
if (!flags.has('--json')) {
  console.log(
    `${rows.filter((r) => r.reached).length} of ${rows.length} rows reached${skipped.length > 0 ? `, skipped: ${skipped.join(', ')}` : ''}`,
  );
}
for (const row of lost) console.error(`no longer reached: ${row}`);
for (const area of broken) console.error(`ended early: ${area}`);
process.exitCode = lost.length + broken.length > 0 ? 1 : 0;
