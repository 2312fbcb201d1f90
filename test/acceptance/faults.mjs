// Fault runs in their long form: kills under load, and the interleaving model many times.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

const cases = [
  {
    row: 'faults: kills -9 of the log under load, all acknowledged events there once, tree valid',
    test: 'test/faults/kill-log',
    variable: 'KILLS',
    times: 50,
  },
  {
    row: 'faults: kills -9 of the whole under load, nothing lost or doubled, views = rebuild',
    test: 'test/faults/kill-kith',
    variable: 'KILLS',
    times: 50,
  },
  {
    row: 'faults: random interleavings of projectors, crashes and erasure without a loss',
    test: 'test/properties/interleaving',
    variable: 'INTERLEAVINGS',
    times: 100_000,
  },
];

export async function run(report) {
  for (const { row, test, variable, times } of cases) {
    const ran = spawnSync(process.execPath, [jest, test, '--runInBand'], {
      cwd: root,
      env: { ...process.env, [variable]: String(times) },
      encoding: 'utf8',
    });
    const reached = ran.status === 0;
    if (!reached) process.stderr.write(ran.stdout + ran.stderr);
    report({ row, figure: reached ? times : 0, bar: times, reached });
  }
}
