/** A node ends when it is told to, whatever its stores do: nothing that was acknowledged rests on how it ends. */
import { openKith } from '../../src/compose';
import { EsdbDouble } from '../doubles/esdb/server';
import { Double } from '../doubles/mongo/double';
import { Wire } from '../doubles/wire';
import { folder } from '../folder';
import { level, said } from '../given';

test.each([
  ['hang', 'stall'],
  ['are away', 'unplug'],
] as const)(
  'a node whose log and views %s closes within the time of a polite end',
  async (_, fault) => {
    const own = folder();
    const [esdb, mongo] = [await EsdbDouble.start(), new Double()];
    const cable = await Wire.open(Number((await mongo.listen()).split(':')[1]));
    const views = `mongodb://127.0.0.1:${cable.port}/?directConnection=true`;
    const kith = await openKith({ data: own.path, log: esdb.connection, views, awayMs: 2_000 });
    await kith.intake.accept([said('note-taken', 'k1', { text: 'hello' })]);
    await level(kith);
    esdb.wire[fault]();
    cable[fault]();
    const begun = performance.now();
    await kith.close();
    // Kubernetes kills after 30 s.
    expect(performance.now() - begun).toBeLessThan(25_000);
    await cable.close();
    await mongo.close();
    await esdb.stop();
    own.remove();
  },
  60_000,
);
