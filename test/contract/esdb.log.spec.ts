/**
 * The engine on EventStoreDB passes the contract of the log: against the double, and against a real server when `ESDB_URL`
 * names one.
 */
import { randomUUID } from 'node:crypto';
import { EsdbLog } from '../../eventstore/esdb';
import { MemoryRegister } from '../../eventstore/esdb/register-memory';
import { EsdbDouble } from '../doubles/esdb/server';
import { type Guard, nobody } from '../doubles/tls/guard';
import { columnsOf } from './log/events';
import { type Engine, logContract } from './log';

/** A tenant of its own for each case, as many share a server. */
async function open(connection: string, stop: () => Promise<void>) {
  const register = new MemoryRegister();
  const options = { connection, tenant: `t${randomUUID()}`, register, columnsOf };
  let log = await EsdbLog.open(options);
  return {
    log,
    reopen: async () => {
      await log.close();
      log = await EsdbLog.open({ ...options, create: false });
      return log;
    },
    end: async () => {
      await log.close();
      await stop();
    },
  };
}

/** Nodes with a register each, as on machines of their own. */
async function openNodes(connection: string, count: number, stop: () => Promise<void>) {
  const tenant = `t${randomUUID()}`;
  const logs: EsdbLog[] = [];
  for (let n = 0; n < count; n++)
    logs.push(await EsdbLog.open({ connection, tenant, register: new MemoryRegister(), columnsOf }));
  return {
    logs,
    end: async () => {
      for (const log of logs) await log.close();
      await stop();
    },
  };
}

const onDouble = (guard?: Guard): Engine => ({
  nodes: async (count) => {
    const double = await EsdbDouble.start(guard && { guard });
    return openNodes(double.connection, count, () => double.stop());
  },
  open: async (options) => {
    const double = await EsdbDouble.start({ ...options, ...(guard && { guard }) });
    return open(double.connection, () => double.stop());
  },
  startsAnywhere: true,
  withoutGaps: false,
});

const url = process.env.ESDB_URL;

logContract('esdb double', onDouble());
// The same bytes in another envelope: for `npm run contract`, which takes its time.
if (process.env['SERVERS']) logContract('esdb double, by TLS and a password', onDouble(nobody));

if (url)
  logContract('EventStoreDB', {
    open: () => open(url, async () => {}),
    nodes: (count) => openNodes(url, count, async () => {}),
    startsAnywhere: false,
    withoutGaps: false,
  });
else test.skip('the log, EventStoreDB: ESDB_URL names no server', () => {});
