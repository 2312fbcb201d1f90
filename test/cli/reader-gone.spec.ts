/** Nobody reads what the command line prints any more: servers go on, verbs end quietly and as they would have. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { openDatabase } from '../../eventstore/sqlite';
import { openKith } from '../../src/compose';
import { folder } from '../folder';
import { level, said } from '../given';

const { path, remove } = folder();
const data = join(path, 'data');
const own = join(path, 'tmp');

beforeAll(async () => {
  mkdirSync(own);
  const kith = await openKith({ data });
  await kith.intake.accept(Array.from({ length: 50 }, (_, i) => said('note-taken', 'ada', { text: `${i}` })));
  await level(kith);
  await kith.close();
});
afterAll(remove);

/** A verb of which nobody reads a single line of `deaf`; the other stream is collected. */
function start(deaf: 'stdout' | 'stderr', ...words: string[]) {
  const child: ChildProcess = spawn(process.execPath, [join(__dirname, '../../dist/src/main.js'), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: own },
  });
  let heard = '';
  child[deaf]?.destroy();
  child[deaf === 'stdout' ? 'stderr' : 'stdout']?.on('data', (piece) => (heard += String(piece)));
  const ended = new Promise<{ code: number | null; heard: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, heard })),
  );
  return { child, ended };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** The status, as soon as there is one; nothing where the process ended before. */
async function answers(child: ChildProcess, url: string): Promise<number | undefined> {
  while (child.exitCode === null && child.signalCode === null) {
    try {
      return (await fetch(url)).status;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return undefined;
}

const isOwned = () => existsSync(join(data, 'owner.json'));

test.each(['stdout', 'stderr'] as const)(
  'a server goes on when nobody reads its %s, and stops in order when it is told to',
  async (deaf) => {
    const port = await freePort();
    const { child, ended } = start(deaf, 'serve', '--data', data, '--port', String(port));
    const url = `http://127.0.0.1:${port}`;
    expect(await answers(child, `${url}/health/ready`)).toBe(200);
    const sent = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(said('note-taken', 'ada', { text: deaf }, { id: deaf })),
    });
    expect(sent.status).toBe(201);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    expect(isOwned()).toBe(false);
  },
);

test.each([
  ['timeline', ['timeline', 'record:crm:ada', '--data', data]],
  ['show', ['show', 'record:crm:ada', '--why', '--data', data]],
  ['verify', ['verify', '--data', data]],
  ['rebuild', ['rebuild', '--data', data]],
])('%s ends with nothing to say about it, and its folder closed', async (_, words) => {
  expect(await start('stdout', ...words).ended).toEqual({ code: 0, heard: '' });
  expect(isOwned()).toBe(false);
});

test('a demo that nobody watches takes its folder away', async () => {
  expect((await start('stdout', 'demo', '--exit', '--facts', '1000').ended).code).toBe(0);
  expect(readdirSync(own)).toEqual([]);
});

test('wrong use and what was found broken keep their exit codes', async () => {
  expect((await start('stderr', 'import', '--data', data).ended).code).toBe(2);
  expect((await start('stderr', 'show', 'email:nobody@example.org', '--data', data).ended).code).toBe(1);
  const db = openDatabase(join(data, 'log.db'));
  db.exec('DELETE FROM events WHERE position = 7');
  db.close();
  expect((await start('stdout', 'verify', '--data', data).ended).code).toBe(4);
});
