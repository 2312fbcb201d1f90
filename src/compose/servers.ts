/** The engines on servers. Their clients are large: engines.ts loads this file only where a server is named. */
import { MongoNetworkError, MongoServerSelectionError } from 'mongodb';
import { EsdbLog, type EsdbOptions } from '../../eventstore/esdb';
import { EsdbReader, type EsdbReadOptions } from '../../eventstore/esdb/reader';
import { SqliteRegister } from '../../eventstore/esdb/register-sqlite';
import { LogError } from '../../eventstore/store';
import { MongoRegister } from '../register/mongo';
import { type MongoStoreOptions, MongoViewStore, openMongoLease, openMongoViewReader } from '../views/mongo';
import { MongoAway, type MongoOptions } from '../views/mongo/connection';
import { reaching } from './reaching';

const onEsdb =
  <Options extends EsdbReadOptions, Opened>(open: (options: Options) => Promise<Opened>) =>
  (options: Options): Promise<Opened> =>
    reaching({ name: 'EventStoreDB', setting: 'KITH_LOG', url: options.connection }, isEsdbAway, () => open(options));

const onMongo =
  <Options extends MongoOptions, Opened>(open: (options: Options) => Promise<Opened>) =>
  (options: Options): Promise<Opened> =>
    reaching({ name: 'MongoDB', setting: 'KITH_VIEWS', url: options.url }, isMongoAway, () => open(options));

const isEsdbAway = (problem: unknown): problem is LogError =>
  problem instanceof LogError && problem.code === 'unreachable';

const isMongoAway = (problem: unknown): problem is Error =>
  problem instanceof MongoAway || problem instanceof MongoNetworkError || problem instanceof MongoServerSelectionError;

export const servers = {
  openLog: onEsdb((options: EsdbOptions) => EsdbLog.open(options)),
  openReader: onEsdb((options: EsdbReadOptions) => EsdbReader.openReader(options)),
  openRegister: onMongo((options: MongoOptions) => MongoRegister.open(options)),
  registerIn: (file: string) => new SqliteRegister(file),
  openViewStore: onMongo((options: MongoStoreOptions) => MongoViewStore.open(options)),
  openViews: onMongo(openMongoViewReader),
  openLease: onMongo(openMongoLease),
};
