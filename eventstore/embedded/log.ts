/**
 * The embedded engine: a folder that one process owns, one writing thread, reads on the calling thread. What is
 * acknowledged is on disk.
 */
import { mkdirSync } from 'node:fs';
import { checkAppend } from '../deciding';
import { Bell, type FollowOptions, followPages } from '../follow';
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
} from '../store';
import { backupLog, type ExtraFile } from './backup';
import { Owner } from './owner';
import { EmbeddedReader, type ReadOptions } from './reader';
import { createLog, isFresh, openLogFile } from './schema';
import { WriterThread } from './thread';

export interface OpenLogOptions extends ReadOptions {
  /** Creates the log when the folder has none (default true). */
  readonly create?: boolean;
  /** Of a new log; anything but 1n is for tests. */
  readonly firstPosition?: Position;
  /** Of a new log that will be the copy of another: that one's id. */
  readonly logId?: string;
  /** Largest size of log.db in pages of 4 KiB; appends beyond it fail as on a full disk. */
  readonly maxPages?: number;
}

export class EmbeddedLog extends EmbeddedReader implements EventLog {
  private readonly bell = new Bell();
  private writer!: WriterThread;
  private state: 'open' | 'closing' | 'dead' = 'open';
  private ending: Promise<void> | undefined;

  private constructor(
    readonly folder: string,
    private readonly owner: Owner,
    options: OpenLogOptions,
  ) {
    super(folder, options);
  }

  /** Owns `folder` until `close`. Throws `LogError`: owned, not-a-log, newer-format, wrong-keys. */
  static async open(folder: string, options: OpenLogOptions = {}): Promise<EmbeddedLog> {
    const create = options.create ?? true;
    if (create) mkdirSync(folder, { recursive: true });
    else openLogFile(folder, options.keyCheck).db.close();
    const owner = Owner.claim(folder);
    let log: EmbeddedLog | undefined;
    try {
      if (create && isFresh(folder)) createLog(folder, options);
      log = new EmbeddedLog(folder, owner, options);
      await log.startWriter(options.maxPages);
      return log;
    } catch (error) {
      await log?.closeReader();
      owner.release();
      throw error;
    }
  }

  async append(stream: StreamName, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Outcome> {
    this.writable();
    checkAppend(stream, expected, events);
    const [outcome] = await this.writer.send([{ stream, expected, events }]);
    return outcome as Outcome;
  }

  async appendBatch(appends: readonly Append[]): Promise<readonly Outcome[]> {
    this.writable();
    for (const { stream, expected, events } of appends) checkAppend(stream, expected, events);
    return this.writer.send(appends);
  }

  async appendFrame(frame: Uint8Array): Promise<readonly Outcome[]> {
    this.writable();
    return this.writer.sendFrame(frame);
  }

  follow(after: Position, options?: FollowOptions): AsyncIterable<Page & { readonly caughtUp: boolean }> {
    return followPages(this, this.bell, () => this.state !== 'open', after, options);
  }

  /** `extra` files are copied after the log, so that they know whatever the copied log rests on. */
  async backup(folder: string, extra: readonly ExtraFile[] = []): Promise<TreeHead> {
    this.writable();
    return backupLog(this.folder, folder, extra);
  }

  /** Tells processes that find the folder taken where to write instead. */
  announce(url: string): void {
    this.owner.announce(url);
  }

  /** Changes `maxPages` while the log is open. */
  limitPages(maxPages: number): void {
    this.writable();
    this.writer.limitPages(maxPages);
  }

  /** Ends the writing thread as a crash would: for tests. */
  killWriter(): Promise<void> {
    return this.writer.kill();
  }

  /** Takes no more appends, waits for the outcomes of those under way, ends every `follow`, gives the folder free. */
  override close(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  private async end(): Promise<void> {
    if (this.state === 'open') this.state = 'closing';
    await this.writer.drained();
    this.bell.ring();
    await this.closeReader();
    // The writer closes last: with no reader left it can empty the WAL into log.db.
    await this.writer.close();
    this.owner.release();
  }

  private closeReader(): Promise<void> {
    return super.close();
  }

  private async startWriter(maxPages: number | undefined): Promise<void> {
    this.writer = await WriterThread.start(
      { folder: this.folder, firstPosition: this.meta.firstPosition, maxPages },
      {
        onCommit: () => this.bell.ring(),
        onDeath: () => {
          if (this.state === 'open') this.state = 'dead';
          this.bell.ring();
        },
      },
    );
  }

  private writable(): void {
    if (this.state === 'closing') throw new LogError('closed', 'this log is closed');
  }
}
