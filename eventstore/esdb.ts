/**
 * The engine on EventStoreDB and KurrentDB: several nodes write one log on a server that others keep safe. What the server
 * has no index for stands in a register (esdb/register.ts), which the log fills and can always fill again.
 */
import { checkAppend } from './deciding';
import { Appending } from './esdb/appending';
import { Indexing } from './esdb/indexing';
import { Keeping } from './esdb/keeping';
import { Live } from './esdb/live';
import { EsdbReader, type EsdbReadOptions, openParts, type Parts } from './esdb/reader';
import { Reads } from './esdb/reads';
import { Sending } from './esdb/sending';
import { Stamps } from './esdb/stamps';
import { Tails } from './esdb/tails';
import { Bell, type FollowOptions, followPages } from './follow';
import { unpackAppends } from './frames';
import {
  type Append,
  type EventLog,
  type ExpectedRevision,
  LogError,
  type NewEvent,
  type Outcome,
  type Page,
  type Position,
  type StreamName,
  type TreeHead,
} from './store';

export interface EsdbOptions extends EsdbReadOptions {
  /** Founds the log when the server has none of this tenant (default true). */
  readonly create?: boolean;
  /** Of the log that a new one will be a copy of. */
  readonly logId?: string;
  /** Others follow the log all the time, so that appending need not see to it that ids are registered (default false). */
  readonly followed?: boolean;
  /** Milliseconds without a sign of life after which a subscription is opened anew. */
  readonly silence?: number;
}

export class EsdbLog extends EsdbReader implements EventLog {
  private readonly bell = new Bell();
  private readonly live: Live;
  private readonly appending: Appending;
  private state: 'open' | 'closing' | 'closed' = 'open';
  private ending: Promise<void> | undefined;

  private constructor(parts: Parts, { silence, followed = false }: Pick<EsdbOptions, 'silence' | 'followed'>) {
    super(parts);
    const { tenant, connection, patience } = parts;
    // What an append rests on is read as patiently as the append is sent, also where the register is driven for it.
    const reads = new Reads(connection, tenant, patience);
    const indexing = new Indexing(reads, parts.indexing.register);
    this.live = new Live(connection, tenant, this.bell, silence);
    this.appending = new Appending({
      tenant,
      tails: new Tails(reads, indexing.register),
      indexing,
      keeping: followed ? undefined : new Keeping(indexing),
      sending: new Sending(connection, tenant, reads, patience),
      stamps: new Stamps(),
      written: () => this.bell.ring(),
    });
  }

  /** Any number of nodes may have the log open. Throws `LogError`: not-a-log, newer-format, wrong-keys, damaged. */
  static async open({ create = true, ...options }: EsdbOptions): Promise<EsdbLog> {
    return new EsdbLog(await openParts({ ...options, create }), options);
  }

  async append(stream: StreamName, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Outcome> {
    this.writable();
    checkAppend(stream, expected, events);
    return this.appending.append({ stream, expected, events });
  }

  async appendBatch(appends: readonly Append[]): Promise<readonly Outcome[]> {
    this.writable();
    for (const { stream, expected, events } of appends) checkAppend(stream, expected, events);
    return Promise.all(appends.map((append) => this.appending.append(append)));
  }

  async appendFrame(frame: Uint8Array): Promise<readonly Outcome[]> {
    this.writable();
    return Promise.all(Array.from(unpackAppends(frame), (append) => this.appending.append(append)));
  }

  follow(after: Position, options?: FollowOptions): AsyncIterable<Page & { readonly caughtUp: boolean }> {
    this.live.start();
    return followPages(this, this.bell, () => this.state !== 'open', after, options);
  }

  async backup(): Promise<TreeHead> {
    throw new LogError(
      'unsupported',
      'the server keeps this log: back up its data folder as its manual says, or copy the log to the embedded engine',
    );
  }

  /** Takes no more appends, waits for the outcomes of those under way, ends every `follow`. */
  override close(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  private async end(): Promise<void> {
    this.state = 'closing';
    this.bell.ring();
    await this.appending.drained();
    await this.live.stop();
    await super.close();
  }

  private writable(): void {
    if (this.state !== 'open') throw new LogError('closed', 'this log is closed');
  }
}
