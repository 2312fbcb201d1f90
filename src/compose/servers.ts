/** The engines on servers. Their clients are large: engines.ts loads this file only where a server is named. */
import { AccessDeniedError } from '@eventstore/db-client';
import { MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { EsdbLog, type EsdbOptions } from '../../eventstore/esdb';
import type { EsdbReadOptions } from '../../eventstore/esdb/opening';
import { EsdbReader } from '../../eventstore/esdb/reader';
import { SqliteRegister } from '../../eventstore/esdb/register-sqlite';
import { Hindered } from '../../eventstore/hindrance';
import { isUnreachable, LogError } from '../../eventstore/store';
import { tellingAway } from '../app/away';
import { Standing, type StoreName } from '../app/standing';
import { MongoRegister } from '../register/mongo';
import { type MongoStoreOptions, MongoViewStore, openMongoLease, openMongoViewReader } from '../views/mongo';
import { hindranceOf, MongoAway, type MongoOptions } from '../views/mongo/connection';
import { MongoRetryNotes } from '../views/mongo/retries';
import { reaching, type Server } from './reaching';

/** Of each server in each of its roles, by its connection string. */
const standings = { log: new Map<string, Standing>(), views: new Map<string, Standing>() };

/** `beneath`: of the store of the register, where a log has it on a server. */
function standingOf(store: StoreName, url: string, beneath?: Standing): Standing {
  const known = standings[store].get(url);
  if (known) return known;
  const standing = new Standing(store, beneath);
  standings[store].set(url, standing);
  return standing;
}

/** What a log cannot answer from memory, nor from its register alone. */
const ASKS: ReadonlySet<PropertyKey> = new Set([
  ...['head', 'read', 'find', 'positionAt', 'tree'],
  ...['append', 'appendBatch', 'appendFrame'],
]);

/** The connection string of the store that the register of a log is in; absent where it is in a folder. */
interface OnRegister {
  readonly registerAt?: string;
}

const logStanding = ({ connection, registerAt }: Pick<EsdbReadOptions, 'connection'> & OnRegister): Standing =>
  standingOf('log', connection, registerAt === undefined ? undefined : standingOf('views', registerAt));

const onEsdb =
  <Options extends EsdbReadOptions, Opened extends object>(open: (options: Options) => Promise<Opened>) =>
  async (options: Options & OnRegister): Promise<Opened> => {
    const server: Server = { name: 'EventStoreDB', setting: 'KITH_LOG', url: options.connection };
    const opened = await reaching(server, esdbHindered, () => open(options));
    return tellingAway(opened, { standing: logStanding(options), away: esdbAway, asks: ASKS });
  };

const onMongo =
  <Options extends MongoOptions, Opened>(open: (options: Options) => Promise<Opened>) =>
  (options: Options): Promise<Opened> =>
    reaching({ name: 'MongoDB', setting: 'KITH_VIEWS', url: options.url }, mongoAway, () => open(options));

/** As `onMongo`, and says so too where the server goes away later. */
const staying =
  <Options extends MongoOptions, Opened extends object>(open: (options: Options) => Promise<Opened>) =>
  async (options: Options): Promise<Opened> =>
    tellingAway(await onMongo(open)(options), { standing: standingOf('views', options.url), away: mongoAway });

function esdbHindered(problem: unknown): Error | undefined {
  if (problem instanceof AccessDeniedError) return new Hindered('credentials');
  return isUnreachable(problem) ? problem : undefined;
}

/** While it runs: a password or rights that were changed are no outage, and somebody must mend them. */
function esdbAway(problem: unknown): Error | undefined {
  const isDenied =
    problem instanceof AccessDeniedError || (problem instanceof Hindered && problem.hindrance === 'credentials');
  if (isDenied) throw new LogError('denied', DENIED, { cause: problem });
  return isUnreachable(problem) ? problem : undefined;
}

const DENIED = 'EventStoreDB does not let this user in: check user, password and rights in KITH_LOG';

function mongoAway(problem: unknown): Error | undefined {
  if (problem instanceof Hindered || problem instanceof MongoAway) return problem;
  if (problem instanceof MongoNetworkError || problem instanceof MongoServerSelectionError) return problem;
  if (problem instanceof MongoServerError && ELECTING.includes(problem.code)) return problem;
  // Who may look into the database, but not write, is told so by the first command that writes.
  const found = hindranceOf(problem);
  return found && new Hindered(found);
}

/** Codes of a server that is no primary now, or about to end. */
const ELECTING: readonly unknown[] = [10_107, 13_435, 13_436, 189, 91, 11_600, 11_602];

export const servers = {
  openLog: onEsdb((options: EsdbOptions & OnRegister) =>
    EsdbLog.open({ ...options, onListening: (trouble) => logStanding(options).deaf(trouble) }),
  ),
  openReader: onEsdb((options: EsdbReadOptions) => EsdbReader.openReader(options)),
  openRegister: staying((options: MongoOptions) => MongoRegister.open(options)),
  registerIn: (file: string) => new SqliteRegister(file),
  openViewStore: onMongo((options: MongoStoreOptions) => MongoViewStore.open(options)),
  openViews: staying(openMongoViewReader),
  openLease: onMongo(openMongoLease),
  /** Of the log and of the views that are on servers. */
  standings: (log: (Pick<EsdbReadOptions, 'connection'> & OnRegister) | undefined, views: string | undefined) => [
    ...(log === undefined ? [] : [logStanding(log)]),
    ...(views === undefined ? [] : [standingOf('views', views)]),
  ],
  openRetryNotes: staying((options: MongoOptions) => MongoRetryNotes.open(options)),
};
