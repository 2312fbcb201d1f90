// Fault runs: kills under load and the interleaving model in their long form, and servers that misbehave (`npm run soak`: 500 faults).
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
    row: 'faults: random faults on both servers (doubles) under 500 facts/s, nothing lost or doubled, views = replay',
    test: 'test/faults/cluster',
    variable: 'KITH_FAULTS',
    times: 20,
    // Of its line of figures: which one, and the most it may be.
    figures: {
      'log on a server: lost under faults': ['lost', 0],
      'log on a server: doubled under faults': ['doubled', 0],
      'log on a server: views = replay under faults': ['differing', 0],
    },
  },
  {
    row: 'faults: seconds of quiet and of a server that hangs, each request answered',
    test: 'test/faults/server-answers',
    variable: 'KITH_SECONDS',
    times: 60,
    figures: {
      'log on a server: quiet for 60 s, renewals': ['renewals', 0],
      'log on a server: shown without subscriptions, slowest in s': ['shown', 1.5],
      'log on a server: away, slowest answer over HTTP in s': ['slowest', 10],
    },
  },
  {
    row: 'faults: random interleavings of projectors, crashes and erasure without a loss',
    test: 'test/properties/interleaving',
    variable: 'INTERLEAVINGS',
    times: 100_000,
  },
];

export async function run(report) {
  for (const { row, test, variable, times, figures = {} } of cases) {
    const ran = spawnSync(process.execPath, [jest, test, '--runInBand'], {
      cwd: root,
      env: { ...process.env, [variable]: String(times) },
      encoding: 'utf8',
    });
    const reached = ran.status === 0;
    if (!reached) process.stderr.write(ran.stdout + ran.stderr);
    report({ row, figure: reached ? times : 0, bar: times, reached });
    const found = JSON.parse(/^figures: (.*)$/m.exec(ran.stdout)?.[1] ?? '{}');
    for (const [name, [key, bar]] of Object.entries(figures))
      report({ row: name, figure: found[key] ?? 'the run ended early', bar, reached: found[key] <= bar });
  }
}
