/**
 * Servers that speak TLS and want a password: everything works, and where it does not, one sentence says which server, what is
 * wrong with it, and which setting to look at, at once; never a password, and nothing of a connection string but its hosts.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { keysIn } from '../../src/compose/keys';
import { EsdbDouble } from '../doubles/esdb/server';
import { Double } from '../doubles/mongo/double';
import { Refused } from '../doubles/mongo/query';
import { authority, fileOf, type Guard, nobody, stranger, stringTo } from '../doubles/tls/guard';
import { endNode, startNode } from '../faults/nodes';
import { folder } from '../folder';
import { said } from '../given';

const own = folder();
afterAll(own.remove);
const keys = join(own.path, 'keys.db');
beforeAll(() => keysIn(keys, 'default'));

/** Whatever they are in. */
const SECRETS = [nobody.user, nobody.password, encodeURIComponent(nobody.password), 'sw0rd', 'wr0ng', 'BEGIN', '.pem'];

function expectSecrecy(printed: string): void {
  for (const secret of SECRETS) expect(printed).not.toContain(secret);
}

let begun = 0;

/** What `kith serve` says when it ends by itself. */
function served(env: Readonly<Record<string, string>>): Promise<{ code: number | null; printed: string }> {
  const data = join(own.path, `n${++begun}`);
  const child = spawn(process.execPath, [join(__dirname, '../../dist/src/main.js'), 'serve', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', KITH_DATA: data, KITH_KEYS: keys, ...env },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (printed += String(piece)));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, printed })));
}

interface Server {
  readonly name: string;
  readonly setting: string;
  readonly scheme: 'esdb' | 'mongodb';
  /** Its hosts as a connection string has them, and its end. */
  start(guard?: Guard): Promise<{ hosts: string; stop: () => Promise<void> }>;
}

const SERVERS: readonly Server[] = [
  {
    name: 'EventStoreDB',
    setting: 'KITH_LOG',
    scheme: 'esdb',
    start: async (guard) => {
      const double = await EsdbDouble.start(guard && { guard });
      return { hosts: `localhost:${double.port}`, stop: () => double.stop() };
    },
  },
  {
    name: 'MongoDB',
    setting: 'KITH_VIEWS',
    scheme: 'mongodb',
    start: async (guard) => {
      const double = new Double(undefined, guard);
      return { hosts: `${await double.listen()}/`, stop: () => double.close() };
    },
  },
];

interface Trouble {
  readonly told: string;
  readonly guard?: Partial<Guard>;
  readonly client?: { readonly password?: string; readonly ca?: string };
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  'an unknown authority': { told: 'not signed by an authority', client: { ca: stranger } },
  'another host name': { told: 'for another host name', guard: { certificate: 'elsewhere' } },
  'an expired certificate': { told: 'has expired', guard: { certificate: 'expired' } },
  'a wrong password': { told: 'does not let this user in', client: { password: 'wr0ng' } },
  'a missing file': { told: 'is missing or cannot be read', client: { ca: join(own.path, 'nowhere.pem') } },
};

describe.each(SERVERS)('$name', ({ name, setting, scheme, start }) => {
  test.each(Object.entries(TROUBLES))(
    '%s ends a node at once, in one sentence with exit code 3',
    async (_, { told, guard, client }) => {
      const { hosts, stop } = await start({ ...nobody, ...guard });
      try {
        const { ca = authority, password = nobody.password } = client ?? {};
        const { code, printed } = await served({ [setting]: stringTo(scheme, hosts, { ...nobody, password }, { ca }) });
        expect({ code, printed }).toMatchObject({ code: 3 });
        const lines = printed.trim().split('\n');
        expect(lines).toHaveLength(1);
        expect(lines[0]).toMatch(new RegExp(`^kith: ${name} at ${hosts.replace('/', '')} cannot be used \\(.*${told}`));
        expect(lines[0]).toContain(setting);
        expectSecrecy(printed);
      } finally {
        await stop();
      }
    },
    // Less than either server is waited for where it is away.
    15_000,
  );

  test('so does a user who gives no password', async () => {
    const { hosts, stop } = await start(nobody);
    try {
      const text = `${scheme}://${hosts}?tls=true&tlsCAFile=${encodeURIComponent(authority)}`;
      const { code, printed } = await served({ [setting]: text });
      expect({ code, printed }).toMatchObject({
        code: 3,
        printed: expect.stringContaining('does not let this user in'),
      });
    } finally {
      await stop();
    }
  }, 30_000);

  test('and a connection string that cannot be read, of which nothing is told', async () => {
    const { code, printed } = await served({ [setting]: `${scheme}://ada-the-user:sw0rdfish` });
    expect({ code, printed }).toMatchObject({ code: 3 });
    expect(printed).toContain(`check ${setting}`);
    expectSecrecy(printed);
  }, 30_000);
});

test('a user who may only read the views is told so where he wants to write', async () => {
  const [esdb, mongo] = [await EsdbDouble.start(), new Double(undefined, nobody)];
  mongo.gate = async ({ command }) => {
    if (command === 'createIndexes') throw new Refused(13, 'not authorized on kith_default', 'Unauthorized');
    return undefined;
  };
  try {
    const views = stringTo('mongodb', `${await mongo.listen()}/`, nobody);
    const { code, printed } = await served({ KITH_LOG: esdb.connection, KITH_VIEWS: views });
    expect({ code, printed }).toMatchObject({ code: 3, printed: expect.stringContaining('rights in KITH_VIEWS') });
  } finally {
    await mongo.close();
    await esdb.stop();
  }
}, 30_000);

test('a server of the log that speaks no TLS, or nothing else, or has a cluster around it, is told apart too', async () => {
  const [plain, expired] = [
    await EsdbDouble.start(),
    await EsdbDouble.start({ guard: { ...nobody, certificate: 'expired' } }),
  ];
  try {
    const told = async (hosts: string) => (await served({ KITH_LOG: stringTo('esdb', hosts, nobody) })).printed;
    expect(await told(`localhost:${plain.port}`)).toContain('does not speak TLS');
    const { printed } = await served({ KITH_LOG: `esdb://localhost:${expired.port}?tls=false` });
    expect(printed).toContain('take tls=false out of KITH_LOG');
    // The client of a cluster says of whatever it meets that it could not discover anything.
    expect(await told(`localhost:${expired.port},localhost:${expired.port}`)).toContain('has expired');
  } finally {
    await plain.stop();
    await expired.stop();
  }
}, 60_000);

test('a node works by TLS, passwords and the certificate of a user, goes on after a cut, and prints no secret', async () => {
  const esdb = await EsdbDouble.start({ guard: { ...nobody, userCertificate: true } });
  const mongo = new Double(undefined, nobody);
  const bearer = `&userCertFile=${fileOf('user')}&userKeyFile=${fileOf('test-key-of-nobody-user')}`;
  const node = await startNode('all', {
    KITH_DATA: join(own.path, 'all'),
    KITH_KEYS: keys,
    KITH_LOG: `${esdb.connection}${bearer}`,
    KITH_VIEWS: stringTo('mongodb', `${await mongo.listen()}/`, nobody),
  });
  const send = async (key: string): Promise<string> => {
    const fact = said('contact-point-stated', key, { medium: 'email', value: `${key}@post.example` });
    const headers = { 'content-type': 'application/cloudevents+json' };
    const answer = await fetch(`${node.url}/v1/events`, { method: 'POST', headers, body: JSON.stringify(fact) });
    expect(answer.status).toBe(201);
    return answer.headers.get('kith-position') ?? '';
  };
  const found = async (key: string, token: string): Promise<readonly unknown[]> => {
    const headers = { 'kith-position': token };
    const answer = await fetch(`${node.url}/v1/customers?identifier=email:${key}@post.example`, { headers });
    return JSON.parse(await answer.text()).customers;
  };
  try {
    expect(await found('k1', await send('k1'))).toHaveLength(1);
    esdb.wire.cut();
    expect(await found('k2', await send('k2'))).toHaveLength(1);
    expect((await fetch(`${node.url}/health/ready`)).status).toBe(200);
  } finally {
    await endNode(node, 'SIGTERM');
    await mongo.close();
    await esdb.stop();
  }
  expectSecrecy(node.output.join('\n'));
}, 60_000);
