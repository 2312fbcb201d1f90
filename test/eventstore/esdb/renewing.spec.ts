/** A client that is made anew while a file that it needs is missing for a moment, as when certificates are replaced. */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { event, everything, idsOf } from '../../contract/log/events';
import { authority, nobody, stringTo } from '../../doubles/tls/guard';
import { folder } from '../../folder';
import { until } from '../../until';
import { atEnd, double, logOn } from './opened';

test('appends answer that the server is away, and go on with the subscription once the file and the server are back', async () => {
  const own = folder();
  atEnd(async () => own.remove());
  const ca = join(own.path, 'authority.pem');
  copyFileSync(authority, ca);
  const server = await double({ guard: nobody });
  const connection = stringTo('esdb', `localhost:${server.wire.port}`, nobody, { ca });
  const log = await logOn(connection, { patience: 1_000, silence: 200 });
  await log.append('order-1', 'none', [event({ id: '0' })]);
  // The subscription lives on where a follower gives up.
  const patient = log.follow(0n)[Symbol.asyncIterator]();
  await patient.next();
  await until(() => server.faults.subscribed > 0);

  rmSync(ca);
  server.wire.unplug();
  expect(await log.append('order-1', 0n, [event({ id: '1' })])).toMatchObject({ kind: 'failed', away: true });

  copyFileSync(authority, ca);
  server.wire.mend();
  expect(await log.append('order-1', 0n, [event({ id: '1' })])).toMatchObject({ kind: 'appended', revision: 1n });
  expect(idsOf(await everything(log))).toEqual(['0', '1']);
  await until(() => server.faults.subscribed > 0);
});
