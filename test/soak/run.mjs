// Long runs of the fault tests: more kills, more interleavings, more lives of customers. Each prints its seed; `KITH_SEED=…`
// repeats one. Then all of Online Retail on servers.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

const tests = ['test/faults', 'test/properties/interleaving', 'test/properties/identity'];
const acceptance = fileURLToPath(new URL('../acceptance/run.mjs', import.meta.url));

function run(script, args, env) {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    env: { ...env, ...process.env },
    stdio: 'inherit',
  });
  process.exitCode ||= status ?? 1;
}

const times = { KILLS: '50', INTERLEAVINGS: '100000', HISTORIES: '1000', KITH_FAULTS: '500' };
run(jest, [...tests, '--runInBand'], times);
run(acceptance, ['servers'], { LINES: '541909' });
