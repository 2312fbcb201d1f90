/** The kill -9 test of the log, 50 kills long. Prints its seed; `SEED=… KILLS=… node test/soak/kill-log.mjs` repeats it. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** True when every kill was survived. */
export function run() {
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest.js');
  const env = { ...process.env, KILLS: process.env.KILLS ?? '50' };
  const { status } = spawnSync(process.execPath, [jest, 'test/faults/kill-log', '--verbose'], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  return status === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = run() ? 0 : 1;
