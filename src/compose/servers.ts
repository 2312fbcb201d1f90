/** The engines on servers. Their clients are large: engines.ts loads this file only where a server is named. */
import { EsdbLog, type EsdbOptions } from '../../eventstore/esdb';
import { EsdbReader, type EsdbReadOptions } from '../../eventstore/esdb/reader';
import { SqliteRegister } from '../../eventstore/esdb/register-sqlite';
import { MongoRegister } from '../register/mongo';
import { type MongoStoreOptions, MongoViewStore, openMongoLease, openMongoViewReader } from '../views/mongo';
import type { MongoOptions } from '../views/mongo/connection';

export const servers = {
  openLog: (options: EsdbOptions) => EsdbLog.open(options),
  openReader: (options: EsdbReadOptions) => EsdbReader.openReader(options),
  openRegister: (options: MongoOptions) => MongoRegister.open(options),
  registerIn: (file: string) => new SqliteRegister(file),
  openViewStore: (options: MongoStoreOptions) => MongoViewStore.open(options),
  openViews: openMongoViewReader,
  openLease: openMongoLease,
};
