/** Processes that are killed while they work: when, and what they said was acknowledged before. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export const SEED = Number(process.env['KITH_SEED'] ?? Date.now() % 100_000);

/**
 * Lets `script` work on the folder for `ms` after it is open, or after it acknowledged something, kills it, and answers the ids
 * that it said were acknowledged.
 */
export async function workAndKill(
  script: string,
  path: string,
  run: number,
  ms: number,
  since: 'open' | 'acknowledged' = 'open',
): Promise<string[]> {
  const child = spawn(process.execPath, [join(__dirname, script), path, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let [said, doomed] = ['', false];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (doomed || (since === 'acknowledged' && said.split('\n').length < 3)) return;
    doomed = true;
    void wait(ms).then(() => child.kill('SIGKILL'));
  });
  const signal = await new Promise((resolve) => child.once('close', (_, by) => resolve(by)));
  expect(signal).toBe('SIGKILL');
  // The last line may be half of an id.
  return said.split('\n').slice(1, -1);
}
