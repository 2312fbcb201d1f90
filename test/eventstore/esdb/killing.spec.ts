/** A server that is killed in the middle of appends and comes back: nothing acknowledged is lost, nothing is doubled. */
import { join } from 'node:path';
import { folder } from '../../folder';
import { everything, idsOf, many } from '../../contract/log/events';
import { forkDouble } from '../../doubles/esdb/forked.cjs';
import { atEnd, logOn } from './opened';

test('a server that is killed again and again loses no acknowledged append and doubles none', async () => {
  const { path, remove } = folder();
  atEnd(async () => remove());
  const file = join(path, 'records');
  let server = await forkDouble({ file });
  const { port } = server;
  atEnd(() => server.kill());
  const log = await logOn(server.direct, { patience: 30_000 });
  const writers = Array.from({ length: 8 }, async (_, w) => {
    for (const one of many(`w${w}-`, 60)) {
      expect(await log.append(`s-${w % 3}`, 'any', [one])).toMatchObject({ kind: 'appended' });
    }
  });
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    await server.tell({ appends: ['lose-answer', 'hang'] });
    await server.kill();
    server = await forkDouble({ file, port });
  }
  await Promise.all(writers);
  const wanted = Array.from({ length: 8 }, (_, w) => many(`w${w}-`, 60)).flat();
  expect(idsOf(await everything(log)).sort()).toEqual(wanted.map((e) => e.clientId).sort());
  expect(await log.verify({ deep: true })).toMatchObject({ ok: true, size: 480n });
});
