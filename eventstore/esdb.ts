/**
 * The engine on EventStoreDB and KurrentDB: several nodes write one log on a server that others keep safe. What the server
 * has no index for stands in a register (esdb/register.ts), which the log fills and can always fill again.
 */
import { checkAppend } from './deciding';
import { Appending } from './esdb/appending';
import { Connection } from './esdb/connection';
import { Keeping } from './esdb/keeping';
import { Live } from './esdb/live';
import { type EsdbReadOptions, openParts, type Parts } from './esdb/opening';
import { EsdbReader } from './esdb/reader';
import { Sending } from './esdb/sending';
import { Stamps } from './esdb/stamps';
import { Tails } from './esdb/tails';
import { Bell, type FollowOptions, followPages } from './follow';
import { unpackAppends } from './frames';
import {
  type Append,
  type BatchOptions,
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
  /** Told why no live subscription is to be had, so that the log is asked each second; `undefined` once there is one. */
  readonly onListening?: (trouble: string | undefined) => void;
}

/** Milliseconds between two rings for what this node writes itself: under a flood whoever reads finds many events at once. */
const GATHER = 20;

export class EsdbLog extends EsdbReader implements EventLog {
  private readonly bell = new Bell();
  private readonly live: Live;
  private readonly appending: Appending;
  private readonly sending: Sending;
  /** Its subscription has a client of its own: what becomes of it is nobody else's business. */
  private readonly listening: Connection;
  private state: 'open' | 'closing' | 'closed' = 'open';
  private ending: Promise<void> | undefined;
  private rang = -Infinity;
  private ringing: NodeJS.Timeout | undefined;

  private constructor(
    parts: Parts,
    listening: Connection,
    options: Pick<EsdbOptions, 'silence' | 'followed' | 'onListening'>,
  ) {
    super(parts);
    const { tenant, connection, reads, indexing, history, patience } = parts;
    const { silence, onListening, followed = false } = options;
    const activity = { position: () => indexing.position, isWriting: () => this.appending.isBusy };
    this.listening = listening;
    this.live = new Live(listening, tenant, this.bell, activity, {
      ...(silence !== undefined && { silence }),
      ...(onListening && { onListening }),
    });
    this.sending = new Sending(connection, tenant, reads);
    this.appending = new Appending({
      tenant,
      reads,
      tails: new Tails(reads, indexing.register),
      indexing,
      history,
      keeping: followed ? undefined : new Keeping(indexing),
      sending: this.sending,
      stamps: new Stamps(),
      patience,
      written: () => this.ringSoon(),
    });
  }

  /** Any number of nodes may have the log open. Throws `LogError`: not-a-log, newer-format, wrong-keys, damaged. */
  static async open({ create = true, ...options }: EsdbOptions): Promise<EsdbLog> {
    const parts = await openParts({ ...options, create });
    const { deadline, patience } = parts.connection.times;
    return new EsdbLog(parts, new Connection(options.connection, { deadline, patience }), options);
  }

  async append(stream: StreamName, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Outcome> {
    this.writable();
    checkAppend(stream, expected, events);
    this.live.hush();
    return this.appending.append({ stream, expected, events }, { exact: true });
  }

  async appendBatch(appends: readonly Append[], { loose = false }: BatchOptions = {}): Promise<readonly Outcome[]> {
    this.writable();
    for (const { stream, expected, events } of appends) checkAppend(stream, expected, events);
    this.live.hush();
    return Promise.all(appends.map((append) => this.appending.append(append, { exact: !loose })));
  }

  async appendFrame(frame: Uint8Array, { loose = false }: BatchOptions = {}): Promise<readonly Outcome[]> {
    this.writable();
    this.live.hush();
    return Promise.all(Array.from(unpackAppends(frame), (append) => this.appending.append(append, { exact: !loose })));
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
    clearTimeout(this.ringing);
    await this.live.stop();
    await this.listening.close();
    await super.close();
  }

  /** How often clients were made anew, and appends sent again, since this log was opened. */
  get troubles(): { readonly renewals: number; readonly repeats: number } {
    return { renewals: this.parts.connection.renewals + this.listening.renewals, repeats: this.sending.repeats };
  }

  private ringSoon(): void {
    const wait = this.rang + GATHER - performance.now();
    if (this.ringing !== undefined) return;
    if (wait <= 0) this.ring();
    else
      this.ringing = setTimeout(() => {
        this.ringing = undefined;
        this.ring();
      }, wait);
  }

  private ring(): void {
    this.rang = performance.now();
    this.bell.ring();
  }

  private writable(): void {
    if (this.state !== 'open') throw new LogError('closed', 'this log is closed');
  }
}
