// The random interleaving model (test/properties/interleaving.ts), many times.
import { spawnSync } from 'node:child_process';

const RUNS = 100_000;

export async function run(report) {
  const jest = spawnSync('npx', ['jest', 'test/properties/interleaving'], { env: { ...process.env, INTERLEAVINGS: String(RUNS) }, encoding: 'utf8' });
  const reached = jest.status === 0;
  if (!reached) console.error(jest.stdout, jest.stderr);
  report({ row: 'faults: random interleavings without a loss', figure: reached ? RUNS : 0, bar: RUNS, reached });
}
