/** `kill -9` at any moment loses no acknowledged event, doubles none, and leaves a log that opens and verifies. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EmbeddedLog } from '../../eventstore/embedded/log';
import { everything } from '../contract/log/events';
import { folder } from '../folder';

/** `npm run soak` asks for more. */
const KILLS = Number(process.env.KILLS ?? 4);
const SEED = Number(process.env.SEED ?? Date.now() % 100_000);

/** Numerical Recipes' linear congruential generator: enough to spread moments. */
function* chances(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Lets a process append for `ms` after its log is open, kills it, and answers the ids that it said were acknowledged. */
async function appendAndKill(path: string, run: number, ms: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(__dirname, 'appender.cjs'), path, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '') void wait(ms).then(() => child.kill('SIGKILL'));
    said += text;
  });
  const signal = await new Promise((resolve) => child.once('close', (_, by) => resolve(by)));
  expect(signal).toBe('SIGKILL');
  // The last line may be half of an id.
  return said.split('\n').slice(1, -1);
}

interface Stored {
  readonly id: string;
  readonly text: string;
}

test(`after each of ${KILLS} kills everything acknowledged is there once (seed ${SEED})`, async () => {
  const { path, remove } = folder();
  const chance = chances(SEED);
  const acknowledged: string[] = [];
  try {
    for (let run = 0; run < KILLS; run++) {
      acknowledged.push(...(await appendAndKill(path, run, Math.floor(chance.next().value * 400))));
      const log = await EmbeddedLog.open(path);
      const events = await everything(log);
      const stored = events.map((e) => JSON.parse(Buffer.from(e.bytes).toString()) as Stored);
      const ids = new Set(stored.map((e) => e.id));
      expect(ids.size).toBe(stored.length);
      expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
      expect(stored.filter((e) => e.text !== createHash('sha256').update(e.id).digest('hex'))).toEqual([]);
      expect(events.every((e, i) => e.position === BigInt(i + 1))).toBe(true);
      // Appends of several events are there as a whole.
      const pairs = stored.filter((e) => e.id.includes('.m'));
      expect(pairs.length % 2).toBe(0);
      expect(await log.verify({ deep: true })).toMatchObject({ ok: true, size: BigInt(events.length) });
      await log.close();
    }
    expect(acknowledged.length).toBeGreaterThan(0);
  } finally {
    remove();
  }
}, 600_000);
