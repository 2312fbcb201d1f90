/** What keeps a client from its server for good is told apart from what waiting mends, and never by an error of its own. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knock } from '../../eventstore/esdb/knocking';
import { hindranceIn } from '../../eventstore/hindrance';
import { authority, fileOf } from '../doubles/tls/guard';

const nowhere = join(tmpdir(), 'kith-is-not-here');

test('a file that cannot be read is missing; a socket that is not there yet may come', async () => {
  for (const path of [nowhere, tmpdir()]) {
    let thrown: unknown;
    try {
      readFileSync(path);
    } catch (problem) {
      thrown = problem;
    }
    expect(hindranceIn(thrown)).toBe('file');
    expect(hindranceIn(new Error('no server', { cause: thrown }))).toBe('file');
  }
  const [problem] = await once(connect(nowhere), 'error');
  expect(problem).toMatchObject({ syscall: 'connect' });
  expect(hindranceIn(problem)).toBeUndefined();
});

const by = (options: Readonly<Record<string, string>>, place = 'localhost:2113') =>
  `esdb://${place}?${new URLSearchParams({ tls: 'true', ...options }).toString()}`;

test.each([
  ['a missing file', by({ tlsCAFile: nowhere }), 'file'],
  ['a folder for a file', by({ tlsCAFile: tmpdir() }), 'file'],
  [
    'a key of another certificate',
    by({ userCertFile: fileOf('user'), userKeyFile: fileOf('test-key-of-nobody-server') }),
    'file',
  ],
  ['a port that is none', by({ tlsCAFile: authority }, 'localhost:99999'), 'string'],
  ['an escape that is none', 'esdb://localhost?tlsCAFile=%', 'string'],
] as const)('%s is told in words, and not thrown', async (_, text, hindrance) => {
  expect(await knock(text)).toBe(hindrance);
});
