/** A log in which ids stand twice, as nodes of an older version could write them, is read as if the second events were not there. */
import fc from 'fast-check';
import { EsdbLog } from '../../eventstore/esdb';
import { MemoryRegister } from '../../eventstore/esdb/register-memory';
import type { ExpectedRevision, LoggedEvent } from '../../eventstore/store';
import { replay } from '../../src/app/replay';
import { identitySeal } from '../../src/domain/seal';
import { MemoryViewStore } from '../../src/views/memory';
import { everything } from '../contract/log/events';
import { double } from '../doubles/esdb/doubling';
import { EsdbDouble } from '../doubles/esdb/server';
import { histories, runs } from '../histories';
import { allEvents, cut, tell, writtenAs } from './telling';

test('its views, pages and streams are those of the log without them, and it says how many there are', async () => {
  const server = await EsdbDouble.start();
  let tenants = 0;
  try {
    await fc.assert(
      fc.asyncProperty(histories, fc.infiniteStream(fc.nat(3)), async (history, chance) => {
        const g = await tell(history);
        const events = await allEvents(g);
        await g.kith.close();
        const tenant = `t${++tenants}`;
        const register = new MemoryRegister();
        const log = await EsdbLog.open({ connection: server.connection, tenant, register });
        let doubled = 0;
        const expectedAt = new Map<string, ExpectedRevision>();
        for (const event of events) {
          const expected = expectedAt.get(event.stream) ?? 'any';
          expectedAt.delete(event.stream);
          expect(await log.append(event.stream, expected, [writtenAs(event)])).toMatchObject({ kind: 'appended' });
          const drawn = chance.next().value;
          if (drawn > 1) continue;
          double(server.records, `${tenant}.${event.stream}`, `${tenant}.${drawn === 0 ? event.stream : 'other-1'}`);
          doubled += 1;
          // Who read the stream and decides on what it shows is not refused for what it does not.
          const last = (await log.read(event.stream, { direction: 'backward', limit: 1 })).events[0]?.revision;
          if (drawn === 0 && chance.next().value > 1) expectedAt.set(event.stream, last ?? 'none');
          // Told again it is known, at its first place.
          expect(await log.append(event.stream, 'any', [writtenAs(event)])).toMatchObject({ kind: 'duplicate' });
        }
        const shown = await everything(log);
        expect(shown.map(textOf)).toEqual(events.map(textOf));
        expect((await log.read('other-1')).events).toEqual([]);
        expect((await log.doubles()).count).toBe(doubled);
        expect(await log.verify({ deep: true })).toMatchObject({ ok: true, size: BigInt(events.length + doubled) });
        const views = await new MemoryViewStore().create('doubled');
        await replay({ log, seal: identitySeal }, views, {});
        expect(await views.roots()).toEqual(await (await cut(events)).roots());
        await log.close();
      }),
      runs(20),
    );
  } finally {
    await server.stop();
  }
}, 120_000);

const textOf = ({ bytes }: LoggedEvent): string => Buffer.from(bytes).toString();
