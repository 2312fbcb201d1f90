/** Servers that are processes of their own: one that is killed while views are written, and a real one of the protocol. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import fc from 'fast-check';
import { Runner } from '../../../src/app/runner';
import { identitySeal } from '../../../src/domain/seal';
import { MongoViewStore } from '../../../src/views/mongo';
import { folder } from '../../folder';
import { given, said } from '../../given';
import { runs } from '../../histories';
import { lives, live } from '../../properties/stewarded';
import { startFerret, whyNoFerret } from '../../servers/ferretdb';
import { catchUp, told, undisturbed } from './given';

/** Kills itself in the middle of its work after so many writes. */
async function double(port: string, journal: string, writes = Infinity) {
  const args = [join(__dirname, '../../doubles/mongo/main.cjs'), port, journal, String(writes)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const host = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return { host, ended, kill };
}

test('a server that is killed in the middle of a write and comes again loses and doubles nothing', async () => {
  const { path, remove } = folder();
  const journal = join(path, 'journal');
  const g = await given();
  let server = await double('0', journal, 20);
  const port = server.host.split(':')[1] ?? '';
  const url = `mongodb://${server.host}/?minHeartbeatFrequencyMS=10`;
  const store = await MongoViewStore.open({ url, database: 'tenant', bulk: 3 });
  try {
    const views = await store.create('folds');
    for (const writes of [3, 10, 25, Infinity]) {
      await g.send(...Array.from({ length: 40 }, (_, i) => said('note-taken', `${i % 17}`, { text: `${i}` })));
      const runner = new Runner(g.kith.log, views, identitySeal, { page: 5, flush: 1 });
      let killed = 0;
      for (let level = false; !level; ) {
        const step = await runner.step().catch(() => undefined);
        level = step?.level ?? false;
        if (step) continue;
        killed += 1;
        await server.ended;
        server = await double(port, journal, killed < 3 ? writes : Infinity);
      }
      expect(killed).toBeGreaterThan(0);
      await server.kill();
      server = await double(port, journal);
      expect(await told(views)).toEqual(await undisturbed(g));
      await server.kill();
      server = await double(port, journal, 7);
    }
  } finally {
    await store.close();
    await server.kill();
    await g.kith.close();
    remove();
  }
});

const onFerret = whyNoFerret() === undefined ? test : test.skip;

onFerret(
  'FerretDB (needs Go): views of any history have the roots that they have in memory',
  async () => {
    const ferret = await startFerret();
    const store = await MongoViewStore.open({ url: ferret.url, database: 'tenant', bulk: 50 });
    try {
      await fc.assert(
        fc.asyncProperty(lives(), fc.boolean(), async (life, builds) => {
          const g = await live(life);
          const views = await store.create('folds');
          const runner = new Runner(g.kith.log, views, identitySeal, { page: 7, flush: 7, part: 9 });
          if (builds) await runner.build();
          expect(await catchUp(g, views, { page: 7, flush: 7 })).toEqual(await undisturbed(g));
          await store.drop(views.name);
          await g.kith.close();
        }),
        runs(8),
      );
    } finally {
      await store.close();
      await ferret.stop();
    }
  },
  600_000,
);
