/** A double and a log on it, with the patience of a test: what a case opens is closed when the case is over. */
import { EventStoreDBClient } from '@eventstore/db-client';
import { type EsdbOptions, EsdbLog } from '../../../eventstore/esdb';
import { MemoryRegister } from '../../../eventstore/esdb/register-memory';
import { type DoubleOptions, EsdbDouble } from '../../doubles/esdb/server';
import { columnsOf } from '../../contract/log/events';

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
}, 60_000);

export const atEnd = (end: () => Promise<void>): void => void ends.push(end);

export async function double(options?: DoubleOptions): Promise<EsdbDouble> {
  const opened = await EsdbDouble.start(options);
  atEnd(() => opened.stop());
  return opened;
}

/** The client as it comes, to show what it does by itself. */
export function bare(connection: string): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(connection);
  atEnd(() => client.dispose());
  return client;
}

/** Deadlines that a test can wait for. */
export async function logOn(connection: string, options: Partial<EsdbOptions> = {}): Promise<EsdbLog> {
  const log = await EsdbLog.open({
    connection,
    tenant: 'acme',
    register: new MemoryRegister(),
    columnsOf,
    deadline: 300,
    patience: 5_000,
    ...options,
  });
  atEnd(() => log.close());
  return log;
}

/** An event for the bare client. */
export const plain = (id: string, data: unknown = { a: 1 }) => ({
  id,
  contentType: 'application/json' as const,
  type: 'T',
  data: data as Record<string, unknown>,
  metadata: undefined,
});

/** What becomes of a promise within a short while: `pending` when nothing does. */
export async function soon<T>(work: Promise<T>, ms = 600): Promise<T | 'pending'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'pending'>((resolve) => {
    timer = setTimeout(() => resolve('pending'), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
