/** The engines on servers. Their clients are large: engines.ts loads this file only where a server is named. */
import { MongoNetworkError, MongoServerSelectionError } from 'mongodb';
import { EsdbLog, type EsdbOptions } from '../../eventstore/esdb';
import { EsdbReader, type EsdbReadOptions } from '../../eventstore/esdb/reader';
import { SqliteRegister } from '../../eventstore/esdb/register-sqlite';
import { Hindered } from '../../eventstore/hindrance';
import { LogError } from '../../eventstore/store';
import { MongoRegister } from '../register/mongo';
import { type MongoStoreOptions, MongoViewStore, openMongoLease, openMongoViewReader } from '../views/mongo';
import { hindranceOf, MongoAway, type MongoOptions } from '../views/mongo/connection';
import { reaching } from './reaching';

const onEsdb =
  <Options extends EsdbReadOptions, Opened>(open: (options: Options) => Promise<Opened>) =>
  (options: Options): Promise<Opened> =>
    reaching({ name: 'EventStoreDB', setting: 'KITH_LOG', url: options.connection }, esdbAway, () => open(options));

const onMongo =
  <Options extends MongoOptions, Opened>(open: (options: Options) => Promise<Opened>) =>
  (options: Options): Promise<Opened> =>
    reaching({ name: 'MongoDB', setting: 'KITH_VIEWS', url: options.url }, mongoAway, () => open(options));

const esdbAway = (problem: unknown): Error | undefined =>
  problem instanceof LogError && problem.code === 'unreachable' ? problem : undefined;

function mongoAway(problem: unknown): Error | undefined {
  if (problem instanceof Hindered || problem instanceof MongoAway) return problem;
  if (problem instanceof MongoNetworkError || problem instanceof MongoServerSelectionError) return problem;
  // Who may look into the database, but not write, is told so by the first command that writes.
  const found = hindranceOf(problem);
  return found && new Hindered(found);
}

export const servers = {
  openLog: onEsdb((options: EsdbOptions) => EsdbLog.open(options)),
  openReader: onEsdb((options: EsdbReadOptions) => EsdbReader.openReader(options)),
  openRegister: onMongo((options: MongoOptions) => MongoRegister.open(options)),
  registerIn: (file: string) => new SqliteRegister(file),
  openViewStore: onMongo((options: MongoStoreOptions) => MongoViewStore.open(options)),
  openViews: onMongo(openMongoViewReader),
  openLease: onMongo(openMongoLease),
};
