/**
 * The engine on EventStoreDB passes the contract of the log: against the double, and against real servers where `ESDB_URL` names
 * one, or `ESDB_URLS` the nodes of a cluster, a connection string each, separated by spaces.
 */
import { randomUUID } from 'node:crypto';
import { EsdbLog } from '../../eventstore/esdb';
import { MemoryRegister } from '../../eventstore/esdb/register-memory';
import { type DoubleOptions, EsdbDouble } from '../doubles/esdb/server';
import type { Settings } from '../doubles/esdb/settings';
import { nobody } from '../doubles/tls/guard';
import { columnsOf } from './log/events';
import { type Engine, logContract } from './log';
import { type Served, serving } from './log/serving';

type Serve = (options?: DoubleOptions) => Promise<Served>;

/** A tenant of its own for each case, as many share a server; a register for each node, as on machines of their own. */
function engineOn(serve: Serve, startsAnywhere: boolean): Engine {
  const options = ({ connections }: Served, tenant: string, n = 0) => ({
    connection: connections[n % connections.length] as string,
    tenant,
    register: new MemoryRegister(),
    columnsOf,
  });
  return {
    open: async (asked) => {
      const served = await serve(asked);
      const chosen = options(served, `t${randomUUID()}`);
      let log = await EsdbLog.open(chosen);
      return {
        log,
        reopen: async () => {
          await log.close();
          log = await EsdbLog.open({ ...chosen, create: false });
          return log;
        },
        end: async () => {
          await log.close();
          await served.end();
        },
      };
    },
    nodes: async (count) => {
      const served = await serve();
      const tenant = `t${randomUUID()}`;
      const logs: EsdbLog[] = [];
      for (let n = 0; n < count; n++) logs.push(await EsdbLog.open(options(served, tenant, n)));
      return {
        logs,
        end: async () => {
          for (const log of logs) await log.close();
          await served.end();
        },
      };
    },
    startsAnywhere,
    withoutGaps: false,
  };
}

const onDouble =
  (version: Settings['version'], more: DoubleOptions = {}): Serve =>
  async (options) => {
    const double = await EsdbDouble.start({ ...options, ...more });
    double.settings.version = version;
    return { connections: [double.connection], end: () => double.stop() };
  };

function contractOn(name: string, serve: Serve, startsAnywhere: boolean): void {
  logContract(name, engineOn(serve, startsAnywhere));
  describe(`the log on a server, ${name}`, () => {
    serving(serve);
  });
}

contractOn('esdb double', onDouble('23.10.0'), true);
// The oldest and the newest server, and the same bytes in another envelope: for `npm run contract`, which takes its time.
if (process.env['SERVERS']) {
  contractOn('esdb double of 22.10', onDouble('22.10.0'), true);
  contractOn('esdb double of 24.2', onDouble('24.2.0'), true);
  contractOn('esdb double, by TLS and a password', onDouble('23.10.0', { guard: nobody }), true);
}

const connections = (process.env['ESDB_URLS'] ?? process.env['ESDB_URL'] ?? '')
  .split(/\s+/)
  .filter((url) => url !== '');
if (connections.length > 0) contractOn('EventStoreDB', async () => ({ connections, end: async () => {} }), false);
else test.skip('the log, EventStoreDB: neither ESDB_URL nor ESDB_URLS names a server', () => {});
