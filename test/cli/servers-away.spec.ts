/** A server that is away when a verb begins: one sentence, exit code 3, and nothing of a connection string but its hosts. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { hostsOf } from '../../src/compose/reaching';
import { keysIn } from '../../src/compose/keys';
import { openKith } from '../../src/compose';
import { EsdbDouble } from '../doubles/esdb/server';
import { folder } from '../folder';
import { level } from '../given';

const SECRETS = ['ada-the-user', 'sw0rdfish', 'secret-app'];

/** Where nobody listens. */
const away = (): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(`127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`));
    });
  });

function kith(words: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [join(__dirname, '../../dist/src/main.js'), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (printed += String(piece)));
  return new Promise<{ code: number | null; printed: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, printed })),
  );
}

const own = folder();
afterAll(own.remove);
const data = join(own.path, 'data');
const keys = join(own.path, 'keys.db');
beforeAll(() => keysIn(keys, 'default'));

const mongoAt = (host: string): string =>
  `mongodb://${SECRETS[0]}:${SECRETS[1]}@${host}/?directConnection=true&serverSelectionTimeoutMS=300&appName=${SECRETS[2]}`;

function expectSentence({ code, printed }: { code: number | null; printed: string }, host: string, setting: string) {
  expect({ code, printed }).toMatchObject({ code: 3 });
  const told = printed.split('\n').filter((line) => line.startsWith('kith: '));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(host);
  expect(told[0]).toContain(`start it, or check ${setting}`);
  expect(printed).not.toContain('    at ');
  for (const secret of SECRETS) expect(printed).not.toContain(secret);
}

test('a verb says that the server of the log is away', async () => {
  const verbs = [['serve', '--port', '0'], ['verify'], ['show', 'email:ada@post.example']];
  const saying = verbs.map(async (words) => {
    const host = await away();
    const env = {
      // Of its own: who serves keeps its folder to itself.
      KITH_DATA: join(own.path, words[0] ?? ''),
      KITH_KEYS: keys,
      KITH_LOG: `esdb://${SECRETS[0]}:${SECRETS[1]}@${host}?tls=true&tlsVerifyCert=false&connectionName=${SECRETS[2]}&password=${SECRETS[1]}`,
    };
    expectSentence(await kith(words, env), host, 'KITH_LOG');
  });
  await Promise.all(saying);
}, 60_000);

test('and so it is where views and register are on a server that is away, with the log there', async () => {
  const [host, esdb] = [await away(), await EsdbDouble.start()];
  try {
    const env = { KITH_DATA: data, KITH_KEYS: keys, KITH_LOG: esdb.connection, KITH_VIEWS: mongoAt(host) };
    for (const words of [
      ['serve', '--port', '0'],
      ['parked', '--retry'],
    ])
      expectSentence(await kith(words, env), host, 'KITH_VIEWS');
  } finally {
    await esdb.stop();
  }
}, 60_000);

test('and with the log in the folder, which is left to the next one', async () => {
  const [host, folderOfLog] = [await away(), join(own.path, 'embedded')];
  const opened = await openKith({ data: folderOfLog });
  await level(opened);
  await opened.close();
  const env = { KITH_DATA: folderOfLog, KITH_VIEWS: mongoAt(host) };
  expectSentence(await kith(['serve', '--port', '0'], env), host, 'KITH_VIEWS');
  expect(await kith(['verify'], { KITH_DATA: folderOfLog })).toMatchObject({ code: 0 });
}, 60_000);

test.each([
  ['esdb://a:2113,b:2113?tls=true', 'a:2113,b:2113'],
  ['esdb+discover://ada:swordfish@kurrentdb.example.org:2113?tls=true', 'kurrentdb.example.org:2113'],
  ['mongodb+srv://ada:sword%40fish@mongodb.example.org/?tls=true', 'mongodb.example.org'],
  ['mongodb://[::1]:27017/', '[::1]:27017'],
  ['mongodb://ada:sword?fish@host/', 'its place'],
  ['mongodb://ada:sword/fish@host/', 'its place'],
  ['mongodb://ada:sword@fish@host/', 'its place'],
  ['nonsense', 'its place'],
])('of %s only the hosts are told', (url, hosts) => {
  expect(hostsOf(url)).toBe(hosts);
});
