/** The stream that names a log: its id, the format, and the check value of the keys it was written with. */
import { randomUUID } from 'node:crypto';
import { StreamNotFoundError } from '@eventstore/db-client';
import { sameBytes } from '../deciding';
import { LogError } from '../store';
import { type Connection, Expired, within } from './connection';
import type { Tenant } from './stored';
import { persistently } from './trying';

const FORMAT = 1;

interface Founded {
  readonly format: number;
  readonly id: string;
  /** In hex; empty where the log was founded without keys. */
  readonly keyCheck: string;
}

export interface FoundingOptions {
  readonly keyCheck?: Uint8Array;
  /** Founds the log where there is none. */
  readonly create: boolean;
  /** Of the log that a new one will be a copy of. */
  readonly logId?: string;
  /** Milliseconds. */
  readonly patience: number;
}

/** The log's id. Throws `LogError`: not-a-log, newer-format, wrong-keys; `Hindered` where waiting for the server is of no use. */
export async function foundLog(connection: Connection, tenant: Tenant, options: FoundingOptions): Promise<string> {
  const { keyCheck, create, patience } = options;
  const found = await readFoundation(connection, tenant, patience);
  if (found) return checked(tenant, found, keyCheck);
  if (!create) throw new LogError('not-a-log', `the server holds no log of the tenant ${tenant.name}`);
  await writeFoundation(connection, tenant, options);
  // Several nodes may have begun at once; the first one founded it.
  const written = await readFoundation(connection, tenant, patience);
  if (!written) throw new LogError('not-a-log', `the log of ${tenant.name} was founded, but cannot be read`);
  return checked(tenant, written, keyCheck);
}

function readFoundation(connection: Connection, tenant: Tenant, patience: number): Promise<Founded | undefined> {
  return persistently(connection, patience, async (client) => {
    const reading = client.readStream(tenant.foundation, { maxCount: 1, requiresLeader: true });
    // To the end: a read that is left half way keeps its call open for ever.
    const only = async () => {
      let found: unknown;
      for await (const { event } of reading) found = event?.data;
      return found;
    };
    try {
      const data = await within(connection.deadline, 'reading the foundation of the log', only());
      if (data === undefined) return undefined;
      const founded: unknown = data instanceof Uint8Array ? JSON.parse(Buffer.from(data).toString()) : data;
      if (isFounded(founded)) return founded;
      throw new LogError('not-a-log', `the stream ${tenant.foundation} was not written by a log`);
    } catch (problem) {
      reading.cancel().catch(() => {});
      reading.resume();
      if (problem instanceof StreamNotFoundError) return undefined;
      if (problem instanceof LogError || problem instanceof Expired) throw problem;
      throw (await connection.hindrance(problem)) ?? problem;
    }
  });
}

async function writeFoundation(
  connection: Connection,
  tenant: Tenant,
  { keyCheck, logId = randomUUID(), patience }: FoundingOptions,
): Promise<void> {
  const check = Buffer.from(keyCheck ?? []).toString('hex');
  const founded: Founded = { format: FORMAT, id: logId, keyCheck: check };
  const data = new TextEncoder().encode(JSON.stringify(founded));
  const event = { id: founded.id, contentType, type: 'LogFounded', data, metadata: undefined };
  const answer = await persistently(connection, patience, (client) => {
    const writing = client.batchAppend(tenant.foundation, 'none', [event], connection.deadline);
    return within(connection.deadline, 'founding the log', writing);
  });
  if (answer.kind === 'refused') throw new LogError('not-a-log', `the log cannot be founded: ${answer.reason}`);
}

const contentType = 'application/octet-stream' as const;

const isFounded = (data: unknown): data is Founded =>
  typeof data === 'object' && data !== null && 'format' in data && 'id' in data && 'keyCheck' in data;

function checked({ name }: Tenant, { format, id, keyCheck }: Founded, given: Uint8Array | undefined): string {
  if (format > FORMAT) {
    const use = `this version reads up to ${FORMAT}: use a newer version`;
    throw new LogError('newer-format', `the log of ${name} has format ${format}, ${use}`);
  }
  if (given && !sameBytes(given, Buffer.from(keyCheck, 'hex'))) {
    throw new LogError(
      'wrong-keys',
      `the keys are not those that the log of ${name} was written with: put back the keys of this log`,
    );
  }
  return id;
}
