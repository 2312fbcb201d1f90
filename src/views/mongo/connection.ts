/**
 * A connection to one database of a server that speaks MongoDB's protocol, with what correctness rests on fixed whatever
 * the connection string says: loads from the primary, writes by majority, no retries behind our back. It never lets a
 * connection string out: not in an error, not when it is printed.
 */
import {
  type Collection,
  type Document,
  MongoClient,
  type MongoClientOptions,
  MongoServerError,
  MongoServerSelectionError,
  type ReadConcernLike,
} from 'mongodb';
import { Hindered, type Hindrance, hindranceIn, hindranceOfAll } from '../../../eventstore/hindrance';

export interface MongoOptions {
  /** `mongodb://…` or `mongodb+srv://…`, credentials and TLS in it. */
  readonly url: string;
  /** One for each tenant. */
  readonly database: string;
  /** Milliseconds after which an operation without an answer has failed, its outcome unknown; default 30,000. */
  readonly patienceMs?: number;
  /**
   * Milliseconds after which a server that was there and shows no sign of life counts as away; that of the driver when absent.
   * One that only takes its time for an answer is waited for.
   */
  readonly awayMs?: number;
}

/** Nobody answered; told without anything of the connection string. */
export class MongoAway extends Error {
  override readonly name = 'MongoAway';

  constructor(
    message: string,
    /** No server was there for all the time that the driver looks for one. */
    readonly looked: boolean,
  ) {
    super(message);
  }
}

export class Connection {
  // Private to the engine: printing an object shows its TypeScript-private fields, and the client holds the secrets.
  readonly #client: MongoClient;
  readonly #readConcern: ReadConcernLike | undefined;

  private constructor(
    client: MongoClient,
    readonly database: string,
    readConcern: ReadConcernLike | undefined,
  ) {
    this.#client = client;
    this.#readConcern = readConcern;
  }

  /** Throws `MongoAway` where nobody answers, `Hindered` at once where waiting is of no use. */
  static async open({ url, database, patienceMs = 30_000, awayMs }: MongoOptions): Promise<Connection> {
    const options = { ...FIXED, socketTimeoutMS: patienceMs, ...(awayMs !== undefined && signsOfLife(url, awayMs)) };
    // A server that begins beside this node is waited for longer than one that was there.
    for (const until = performance.now() + STARTING_MS; ; ) {
      try {
        return await Connection.connected(url, database, options);
      } catch (problem) {
        const looks = options.serverSelectionTimeoutMS !== undefined && problem instanceof MongoAway && problem.looked;
        if (!looks || performance.now() >= until) throw problem;
      }
    }
  }

  private static async connected(url: string, database: string, options: MongoClientOptions): Promise<Connection> {
    let client: MongoClient | undefined;
    try {
      client = new MongoClient(url, options);
      await Promise.race([client.connect(), hindered(client)]);
      const hello = await client.db(database).command({ hello: 1 });
      // Anybody may say hello; this is asked of who may look into the database.
      await client.db(database).listCollections({}, { nameOnly: true }).toArray();
      const elects = hello['setName'] !== undefined || hello['msg'] === 'isdbgrid';
      // What a primary has not replicated may be gone after an election; a server that elects nobody knows no such level.
      return new Connection(client, database, elects ? { level: 'majority' } : undefined);
    } catch (problem) {
      await client?.close().catch(() => undefined);
      if (problem instanceof Hindered) throw problem;
      // A client that could not be made would tell parts of the string.
      const found = client ? hindranceOf(problem) : 'string';
      if (found) throw new Hindered(found);
      // Without its cause, which holds the connection string.
      const looked = problem instanceof MongoServerSelectionError;
      throw new MongoAway(`database ${database}: ${withoutSecrets(problem, url)}`, looked);
    }
  }

  collection<Stored extends Document>(name: string): Collection<Stored> {
    const readConcern = this.#readConcern;
    return this.#client.db(this.database).collection<Stored>(name, readConcern ? { readConcern } : {});
  }

  /** Names of all collections that begin so. */
  async collections(prefix: string): Promise<readonly string[]> {
    const all = await this.#client.db(this.database).listCollections({}, { nameOnly: true }).toArray();
    return all.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  }

  /** None where there is no such collection. */
  async indexes(name: string): Promise<readonly Document[]> {
    try {
      return await this.collection(name).listIndexes().toArray();
    } catch (problem) {
      if (problem instanceof MongoServerError && problem.code === NO_SUCH_COLLECTION) return [];
      throw problem;
    }
  }

  async count(name: string, filter: Document): Promise<number> {
    const { n } = await this.#client.db(this.database).command({ count: name, query: filter });
    return Number(n);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

/** The server's code for it. */
const NO_SUCH_COLLECTION = 26;

const FIXED: MongoClientOptions = {
  readPreference: 'primary',
  writeConcern: { w: 'majority' },
  // A retry by the driver needs a replica set, and an answer that was lost is an outcome that we look up ourselves.
  retryWrites: false,
  useBigInt64: true,
  appName: 'kith',
};

/** Milliseconds for which a server is looked for when a connection is opened, where only the driver says how long. */
const STARTING_MS = 30_000;

/**
 * Monitored so that a server is missed after `ms`: one look begins and ends in that time, and what waits on one that hangs
 * fails with it, while an answer that only takes long is waited for. What the connection string says itself holds.
 */
function signsOfLife(url: string, ms: number): MongoClientOptions {
  const wanted = { serverSelectionTimeoutMS: ms, heartbeatFrequencyMS: ms / 2, connectTimeoutMS: ms / 2 };
  const said = (name: string): boolean => new RegExp(`[?&]${name}=`, 'i').test(url);
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => !said(name)));
}

/** The server's codes for who did not prove who he is, or may not do this; the last one is of servers in Atlas. */
const KEPT_OUT: readonly unknown[] = [13, 18, 8_000];

export const hindranceOf = (problem: unknown): Hindrance | undefined =>
  problem instanceof MongoServerError && KEPT_OUT.includes(problem.code) ? 'credentials' : hindranceIn(problem);

/** Rejects once all servers that are known have failed, one of them in a way that waiting does not mend. */
function hindered(client: MongoClient): Promise<never> {
  return new Promise((_, reject) => {
    client.on('topologyDescriptionChanged', ({ newDescription: { servers } }) => {
      const found = hindranceOfAll(
        [...servers.values()].map(({ error }) => (error ? (hindranceIn(error) ?? 'away') : 'well')),
      );
      if (found) reject(new Hindered(found));
    });
  });
}

/** What went wrong, with nothing of what stands in the connection string but its hosts. */
function withoutSecrets(problem: unknown, url: string): string {
  const message = problem instanceof Error ? problem.message : String(problem);
  const userinfo = /^[a-z+]*:?\/*([^/]*)@/i.exec(url)?.[1] ?? '';
  const values = (url.split('?')[1] ?? '').split('&').map((option) => option.slice(option.indexOf('=') + 1));
  const secrets = [url, userinfo, ...userinfo.split(':'), ...values].filter((text) => text.length > 2);
  const told = secrets.flatMap((text) => [text, decoded(text)]);
  return told.reduce((text, secret) => text.replaceAll(secret, '…'), message);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
