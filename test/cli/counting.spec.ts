/** What verbs count, and what they leave out of account: people are told numbers of events, and which settings do not hold. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { eventsUpTo } from '../../src/cli/running';

test.each([
  ['all of them', 48_549_450n, 48_549_450n, 50_003n, 50_003n],
  ['half of them, about', 24_274_725n, 48_549_450n, 50_003n, 25_001n],
  ['no more than there are, where more came in meanwhile', 50_000_000n, 48_549_450n, 50_003n, 50_003n],
  ['none, of an empty log', 0n, 0n, 0n, 0n],
  ['as many as the position says, where positions are counts', 7n, 9n, 9n, 7n],
])('the events up to a place in the log are %s', (_, position, end, size, events) => {
  expect(eventsUpTo(position, end, size)).toBe(events);
});

test('the demo says that it works in a folder alone, whatever server is set', () => {
  const words = [join(__dirname, '../../dist/src/main.js'), 'demo', '--exit', '--facts', '1000'];
  const env = { PATH: process.env['PATH'] ?? '', KITH_LOG: 'esdb://127.0.0.1:1?tls=false' };
  const { status, stdout } = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toContain('KITH_LOG is ignored: the demo works in a folder alone.');
}, 60_000);
