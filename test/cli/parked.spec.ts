/** `kith parked --retry` beside a server that has the folder: refused, with the server's address and the route that does it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { endNode, startNode } from '../faults/nodes';
import { folder } from '../folder';

test('who serves the folder is named, and the request by which it folds parked records again', async () => {
  const own = folder();
  const env = { PATH: process.env['PATH'] ?? '', KITH_DATA: own.path };
  const node = await startNode('all', env);
  try {
    const words = [join(__dirname, '../../dist/src/main.js'), 'parked', '--retry'];
    const { status, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 3 });
    const [, address = '', method = '', path = ''] = / at (\S+?);.* on (\w+) (\S+)$/.exec(stderr.trim()) ?? [];
    expect(address).toBe(node.url);
    const answer = await fetch(`${address}${path}`, { method });
    expect(await answer.json()).toEqual({ healed: 0, still: 0 });
  } finally {
    await endNode(node, 'SIGTERM');
    own.remove();
  }
}, 60_000);
