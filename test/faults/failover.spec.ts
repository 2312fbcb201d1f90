/** Of two nodes that project the same views one leads; it is killed, and the other goes on where it stood. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { keysIn } from '../../src/compose/keys';
import { openKith } from '../../src/compose';
import { EsdbDouble } from '../doubles/esdb/server';
import { Double } from '../doubles/mongo/double';
import { folder } from '../folder';
import { said } from '../given';

const main = join(__dirname, '..', '..', 'dist', 'src', 'main.js');

interface Node {
  readonly child: ChildProcess;
  readonly url: string;
  /** All that it printed, on both streams. */
  readonly output: string[];
}

async function node(role: string, env: Readonly<Record<string, string>>): Promise<Node> {
  const child = spawn(process.execPath, [main, 'serve', '--role', role, '--port', '0'], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stderr.on('data', (text) => output.push(String(text)));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.push(line);
      const found = /listens on (\S+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`the node ended: ${output.join('\n')}`)));
  });
  return { child, url, output };
}

async function killed({ child }: Node, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

const SECRET = 'swordfish';

test('whoever leads may be killed: the views go on within ten seconds, hold every fact once, and no secret is printed', async () => {
  const [own, esdb, mongo] = [folder(), await EsdbDouble.start(), new Double()];
  const keys = join(own.path, 'keys.db');
  keysIn(keys, 'default');
  const env = {
    KITH_LOG: esdb.connection,
    KITH_VIEWS: `mongodb://${await mongo.listen()}/?directConnection=true&appName=${SECRET}`,
    KITH_KEYS: keys,
  };
  const nodes: Node[] = [];
  const begun = async (role: string): Promise<Node> => {
    const fresh = await node(role, { ...env, KITH_DATA: join(own.path, `n${nodes.length}`) });
    nodes.push(fresh);
    return fresh;
  };
  try {
    const [api, one, other] = [await begun('api'), await begun('projector'), await begun('projector')];
    let sent = 0;
    const send = async (): Promise<string> => {
      const answer = await fetch(`${api.url}/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents+json' },
        body: JSON.stringify(said('note-taken', `k${sent++ % 5}`, { text: `note ${sent}` })),
      });
      expect(answer.status).toBe(201);
      return answer.headers.get('kith-position') ?? '';
    };
    const shows = async (token: string): Promise<boolean> =>
      (
        await fetch(`${api.url}/v1/projections`, {
          headers: { 'kith-position': token },
          signal: AbortSignal.timeout(20_000),
        })
      ).status === 200;
    for (let i = 0; i < 20; i++) await send();
    while (!(await shows(await send())));
    // One of the two leads, and both are killed in turn, each time with another one standing by.
    for (const victim of [one, other]) {
      for (let i = 0; i < 20; i++) await send();
      await killed(victim);
      const token = await send();
      for (const since = performance.now(); !(await shows(token)); )
        if (performance.now() - since > 30_000) throw new Error('nobody took over');
      await begun('projector');
    }
    const kith = await openKith({
      data: join(own.path, 'n9'),
      log: env.KITH_LOG,
      views: env.KITH_VIEWS,
      keys,
      role: 'api',
    });
    try {
      const { position } = await kith.log.head();
      expect(await kith.reached(position, 20_000)).toBe(true);
      expect((await kith.views.size()).entries).toBe(sent);
    } finally {
      await kith.close();
    }
  } finally {
    for (const one of nodes) await killed(one, 'SIGTERM');
    expect(nodes.flatMap(({ output }) => output).join('\n')).not.toContain(SECRET);
    await mongo.close();
    await esdb.stop();
    own.remove();
  }
});
