/** Of two nodes that project the same views one leads; it is killed, and the other goes on where it stood. */
import { join } from 'node:path';
import { keysIn } from '../../src/compose/keys';
import { openKith } from '../../src/compose';
import { EsdbDouble } from '../doubles/esdb/server';
import { Double } from '../doubles/mongo/double';
import { folder } from '../folder';
import { said } from '../given';
import { endNode, type Node, startNode } from './nodes';

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
    const fresh = await startNode(role, { ...env, KITH_DATA: join(own.path, `n${nodes.length}`) });
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
      await endNode(victim);
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
    for (const one of nodes) await endNode(one, 'SIGTERM');
    expect(nodes.flatMap(({ output }) => output).join('\n')).not.toContain(SECRET);
    await mongo.close();
    await esdb.stop();
    own.remove();
  }
}, 150_000);
