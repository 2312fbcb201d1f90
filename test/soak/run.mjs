// Long runs of the fault tests: more kills, more interleavings, more lives of customers. Each prints its seed; `SEED=…` repeats one.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

const tests = ['test/faults', 'test/properties/interleaving', 'test/properties/identity'];
const { status } = spawnSync(process.execPath, [jest, ...tests, '--runInBand'], {
  cwd: root,
  env: { KILLS: '50', INTERLEAVINGS: '100000', HISTORIES: '1000', FAULTS: '200', ...process.env },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
