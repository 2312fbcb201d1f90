/** The stream that names a log: its id, the format, and the check value of the keys it was written with. */
import { randomUUID } from 'node:crypto';
import { sameBytes } from '../deciding';
import { Hindered } from '../hindrance';
import { LogError, type Position } from '../store';
import type { Connection } from './connection';
import { ofStream } from './read-requests';
import type { ServerRecord } from './record';
import type { Tenant } from './stored';
import { answerOf, backOff, persistently } from './trying';
import { Expired, within } from './within';

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

/** Where a log begins. */
export interface Foundation {
  readonly id: string;
  /** None of its events stands before. */
  readonly position: Position;
}

/** Throws `LogError`: not-a-log, newer-format, wrong-keys, denied; `Hindered` where waiting for the server is of no use. */
export async function foundLog(connection: Connection, tenant: Tenant, options: FoundingOptions): Promise<Foundation> {
  const { keyCheck, create, patience } = options;
  const until = performance.now() + patience;
  const found = await readFoundation(connection, tenant, until).catch((problem: unknown) => {
    throw problem instanceof LogError && problem.code === 'denied' ? new Hindered('credentials') : problem;
  });
  if (found) return checked(tenant, found, keyCheck);
  if (!create) throw new LogError('not-a-log', `the server holds no log of the tenant ${tenant.name}`);
  await writeFoundation(connection, tenant, options, until);
  // Several nodes may have begun at once; the first one founded it, and it may take a moment until all nodes show that.
  for (let attempt = 0; ; attempt++) {
    const written = await readFoundation(connection, tenant, until);
    if (written) return checked(tenant, written, keyCheck);
    if (performance.now() >= until)
      throw new LogError('unreachable', `the log of ${tenant.name} was founded, but the server does not show it yet`);
    await backOff(attempt, until);
  }
}

interface Read extends Founded {
  readonly position: Position;
}

function readFoundation(connection: Connection, tenant: Tenant, until: number): Promise<Read | undefined> {
  return persistently(connection, until, async (client, deadline) => {
    let found: ServerRecord | undefined;
    const request = ofStream(tenant.foundation, { direction: 'forwards', count: 1 });
    try {
      await client.read({
        request,
        deadline,
        take: (message) => {
          if (message.kind === 'record') found = message.record;
          return true;
        },
      });
    } catch (problem) {
      if (problem instanceof LogError || problem instanceof Expired || answerOf(problem, 1)) throw problem;
      throw (await connection.hindrance(problem)) ?? problem;
    }
    return found && foundationIn(tenant, found);
  });
}

function foundationIn(tenant: Tenant, { data, position = 0n }: ServerRecord): Read {
  try {
    const founded: unknown = JSON.parse(Buffer.from(data).toString());
    if (isFounded(founded)) return { ...founded, position };
  } catch {
    // Not ours either way.
  }
  throw new LogError('not-a-log', `the stream ${tenant.foundation} was not written by a log`);
}

async function writeFoundation(
  connection: Connection,
  tenant: Tenant,
  { keyCheck, logId = randomUUID() }: FoundingOptions,
  until: number,
): Promise<void> {
  const check = Buffer.from(keyCheck ?? []).toString('hex');
  const founded: Founded = { format: FORMAT, id: logId, keyCheck: check };
  const data = new TextEncoder().encode(JSON.stringify(founded));
  const event = { id: founded.id, contentType, type: 'LogFounded', data, metadata: undefined };
  const answer = await persistently(connection, until, (client, deadline) =>
    within(deadline, 'founding the log', client.batchAppend(tenant.foundation, 'none', [event])),
  );
  if (answer.kind === 'refused') {
    const code = answer.why === 'denied' ? 'denied' : 'not-a-log';
    throw new LogError(code, `the log cannot be founded: ${answer.reason}`);
  }
}

const contentType = 'application/octet-stream' as const;

const isFounded = (data: unknown): data is Founded =>
  typeof data === 'object' && data !== null && 'format' in data && 'id' in data && 'keyCheck' in data;

function checked(
  { name }: Tenant,
  { format, id, keyCheck, position }: Read,
  given: Uint8Array | undefined,
): Foundation {
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
  return { id, position };
}
