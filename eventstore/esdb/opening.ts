/** A log on the server is found, its register bound to it, and both compared. */
import type { ColumnsOf } from '../embedded/columns';
import { LogError } from '../store';
import { Connection } from './connection';
import { type FoundingOptions, foundLog } from './founding';
import { History } from './history';
import { Indexing } from './indexing';
import { Reads } from './reads';
import type { Register } from './register';
import type { RingParts } from './ring';
import { Tenant } from './stored';
import { Window } from './window';

export interface EsdbReadOptions {
  /** `esdb://…` or `esdb+discover://…`, with credentials and TLS as the client of EventStoreDB takes them. */
  readonly connection: string;
  /** Whose log: the prefix of its streams on the server. */
  readonly tenant: string;
  /** Stays the caller's: it is closed by who opened it. */
  readonly register: Register;
  /** Refuses the log unless it was founded with the same bytes. */
  readonly keyCheck?: Uint8Array;
  /** What an event's bytes say about its columns: lets a deep verify compare them. */
  readonly columnsOf?: ColumnsOf;
  /** Milliseconds that one call may take; then it is tried again. */
  readonly deadline?: number;
  /** Milliseconds for which a call is tried again while the server is away. */
  readonly patience?: number;
  /** The same of what only reads, where somebody waits for the answer; as long as `patience` when absent. */
  readonly readPatience?: number;
  /** Of `sharedWindow` (window.ts): what one reader of this log fetches, others of the process find there. */
  readonly recent?: RingParts;
}

const DEADLINE = 5_000;
const PATIENCE = 20_000;

/** What a reader and a log are made of. */
export interface Parts {
  readonly id: string;
  readonly tenant: Tenant;
  readonly connection: Connection;
  readonly reads: Reads;
  readonly indexing: Indexing;
  readonly history: History;
  readonly patience: number;
  readonly readPatience: number;
  readonly columnsOf?: ColumnsOf;
}

/** Throws `LogError`: unreachable, not-a-log, newer-format, wrong-keys, denied, damaged (the register is that of another history). */
export async function openParts(options: EsdbReadOptions & Pick<FoundingOptions, 'create' | 'logId'>): Promise<Parts> {
  const { deadline = DEADLINE, patience = PATIENCE, readPatience = patience } = options;
  const { keyCheck, create, logId, register, columnsOf } = options;
  const tenant = new Tenant(options.tenant);
  const connection = new Connection(options.connection, { deadline, patience });
  try {
    const { id, position } = await foundLog(connection, tenant, { keyCheck, create, logId, patience });
    const reads = new Reads(connection, tenant, position);
    const until = performance.now() + patience;
    // A user may write streams and not be allowed to read the whole log: better heard now than never.
    await reads.lastOfAll(until);
    if ((await register.bind(id)) !== id)
      throw new LogError('damaged', `the register is that of another log: remove it and it is made again from the log`);
    const history = new History(connection, reads, register);
    await history.check(until);
    const indexing = new Indexing(reads, register, history, patience, new Window(options.recent));
    return { id, tenant, connection, reads, indexing, history, patience, readPatience, columnsOf };
  } catch (problem) {
    await connection.close();
    throw problem;
  }
}
