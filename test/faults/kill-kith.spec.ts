/** `kill -9` of a whole Kith under load: no acknowledged fact lost, none doubled, the tree valid, the views what a rebuild gives. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openKith } from '../../src/compose';
import { folder } from '../folder';

/** `npm run acceptance` and `npm run soak` ask for 50. */
const KILLS = Number(process.env['KILLS'] ?? 3);
const SEED = Number(process.env['SEED'] ?? Date.now() % 100_000);

function* chances(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Feeds for `ms` after the folder is open, kills, and answers what was acknowledged. */
async function feedAndKill(path: string, run: number, ms: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(__dirname, 'feeder.cjs'), path, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '') void wait(ms).then(() => child.kill('SIGKILL'));
    said += text;
  });
  const signal = await new Promise((resolve) => child.once('close', (_, by) => resolve(by)));
  expect(signal).toBe('SIGKILL');
  return said.split('\n').slice(1, -1);
}

test(`after ${KILLS} kills every acknowledged fact is there once and the views are what a rebuild gives (seed ${SEED})`, async () => {
  const { path, remove } = folder();
  const chance = chances(SEED);
  const acknowledged: string[] = [];
  try {
    for (let run = 0; run < KILLS; run++)
      acknowledged.push(...(await feedAndKill(path, run, Math.floor(chance.next().value * 700))));
    const kith = await openKith({ data: path });
    try {
      for (const id of acknowledged) expect(await kith.log.find('load', id)).toBeDefined();
      const { events } = await kith.log.readAll(0n, { limit: 10_000_000 });
      const ids = events
        .map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()))
        .map(({ source, clientId }) => `${source} ${clientId}`);
      expect(new Set(ids).size).toBe(ids.length);
      expect(await kith.log.verify({ deep: true })).toMatchObject({ ok: true });
      expect(await kith.reached((await kith.log.head()).position, 60_000)).toBe(true);
      expect((await kith.rebuild({ switch: false })).differences).toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(0);
    } finally {
      await kith.close();
    }
  } finally {
    remove();
  }
}, 900_000);
