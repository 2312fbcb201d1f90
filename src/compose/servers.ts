/** The engines on servers. Their clients are large: engines.ts loads this file only where a server is named. */
import { AccessDeniedError } from '@eventstore/db-client';
import { MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { EsdbLog, type EsdbOptions } from '../../eventstore/esdb';
import type { EsdbReadOptions } from '../../eventstore/esdb/opening';
import { EsdbReader } from '../../eventstore/esdb/reader';
import { SqliteRegister } from '../../eventstore/esdb/register-sqlite';
import { Hindered } from '../../eventstore/hindrance';
import { isUnreachable } from '../../eventstore/store';
import { Standing, type StoreName, tellingAway } from '../app/away';
import { MongoRegister } from '../register/mongo';
import { type MongoStoreOptions, MongoViewStore, openMongoLease, openMongoViewReader } from '../views/mongo';
import { hindranceOf, MongoAway, type MongoOptions } from '../views/mongo/connection';
import { MongoRetryNotes } from '../views/mongo/retries';
import { reaching, type Server } from './reaching';

/** Of each server in each of its roles, by its connection string. */
const standings = { log: new Map<string, Standing>(), views: new Map<string, Standing>() };

function standingOf(store: StoreName, url: string): Standing {
  const known = standings[store].get(url);
  if (known) return known;
  const standing = new Standing(store);
  standings[store].set(url, standing);
  return standing;
}

const onEsdb =
  <Options extends EsdbReadOptions, Opened extends object>(open: (options: Options) => Promise<Opened>) =>
  async (options: Options): Promise<Opened> => {
    const server: Server = { name: 'EventStoreDB', setting: 'KITH_LOG', url: options.connection };
    const opened = await reaching(server, esdbAway, () => open(options));
    return tellingAway(opened, standingOf('log', options.connection), esdbAway);
  };

const onMongo =
  <Options extends MongoOptions, Opened>(open: (options: Options) => Promise<Opened>) =>
  (options: Options): Promise<Opened> =>
    reaching({ name: 'MongoDB', setting: 'KITH_VIEWS', url: options.url }, mongoAway, () => open(options));

/** As `onMongo`, and says so too where the server goes away later. */
const staying =
  <Options extends MongoOptions, Opened extends object>(open: (options: Options) => Promise<Opened>) =>
  async (options: Options): Promise<Opened> =>
    tellingAway(await onMongo(open)(options), standingOf('views', options.url), mongoAway);

function esdbAway(problem: unknown): Error | undefined {
  // The password was changed, or the user's rights.
  if (problem instanceof AccessDeniedError) return new Hindered('credentials');
  return isUnreachable(problem) ? problem : undefined;
}

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
  openLog: onEsdb((options: EsdbOptions) => EsdbLog.open(options)),
  openReader: onEsdb((options: EsdbReadOptions) => EsdbReader.openReader(options)),
  openRegister: staying((options: MongoOptions) => MongoRegister.open(options)),
  registerIn: (file: string) => new SqliteRegister(file),
  openViewStore: onMongo((options: MongoStoreOptions) => MongoViewStore.open(options)),
  openViews: staying(openMongoViewReader),
  openLease: onMongo(openMongoLease),
  openRetryNotes: staying((options: MongoOptions) => MongoRetryNotes.open(options)),
};
