/**
 * Reads of the server, as events of one tenant: pages of the whole log by the server's filter, streams, single places. Each is
 * tried again while the server is away, and a read on which nothing comes any more is broken off.
 */
import { StreamDeletedError } from '@eventstore/db-client';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import { LogError, type Position, type Revision, type StreamName } from '../store';
import type { Connection } from './connection';
import { forwardsOfPrefix, lastOfAll, ofStream, type StreamRange } from './read-requests';
import type { ServerMessage, ServerRecord } from './record';
import type { Stored, Tenant } from './stored';
import { persistently } from './trying';

export interface Look {
  /** Events at most. */
  readonly limit: number;
  /** By performance.now(): how long the server is waited for. */
  readonly patience: number;
}

export interface Found {
  readonly events: readonly Stored[];
  /** Of the last event, or where the read began. */
  readonly scanned: Position;
  /** The server had nothing of this tenant after `scanned`. */
  readonly end: boolean;
  /** The record where the read began came once more: it does where it is an event of this tenant. */
  readonly again: boolean;
}

/** Bytes of events after which a page ends early. */
const PAGE_BYTES = 16 * 1024 * 1024;

export class Reads {
  constructor(
    private readonly connection: Connection,
    private readonly tenant: Tenant,
    /** Where the log was founded: none of its events stands before. */
    private readonly founded: Position,
  ) {}

  /** Events with position > `after`, in log order. A record must begin at `after`, whoever wrote it, or it is 0n. */
  async page(after: Position, { limit, patience }: Look): Promise<Found> {
    const from = after < this.founded ? this.founded : after;
    // The record at `from` may be an event of ours: it comes once more.
    const asked = limit + 1;
    let events: Stored[] = [];
    let [seen, bytes, again] = [0, 0, false];
    const ended = await this.collect(
      patience,
      () => {
        [events, seen, bytes, again] = [[], 0, 0, false];
        return forwardsOfPrefix(this.tenant.prefix, from, asked);
      },
      (record) => {
        seen += 1;
        again ||= record.position === after;
        const event = this.tenant.stored(record);
        if (!event || event.position <= after) return true;
        events.push(event);
        bytes += event.bytes.length;
        return events.length < limit && bytes < PAGE_BYTES;
      },
    );
    return { events, scanned: events.at(-1)?.position ?? from, end: ended === 'over' && seen < asked, again };
  }

  /** The events at `from` and the `count` - 1 that follow it, as the register knows them. */
  async run(from: Position, count: number, patience: number): Promise<readonly Stored[]> {
    let events: Stored[] = [];
    await this.collect(
      patience,
      () => {
        events = [];
        return forwardsOfPrefix(this.tenant.prefix, from, count);
      },
      (record) => {
        const event = this.tenant.stored(record);
        if (event) events.push(event);
        return events.length < count;
      },
    );
    return events;
  }

  /** Place of the last record of anybody; undefined on a server without one. */
  async lastOfAll(patience: number): Promise<Position | undefined> {
    let found: Position | undefined;
    await this.collect(patience, lastOfAll, (record) => {
      found = record.position;
      return false;
    });
    return found;
  }

  /**
   * Events of one stream; undefined where the server knows no such stream. Throws `LogError` `damaged` where the stream was
   * deleted for good.
   */
  async stream(
    name: StreamName,
    range: StreamRange,
    patience: number,
    more: (event: Stored) => boolean = () => true,
  ): Promise<readonly Stored[] | undefined> {
    let events: Stored[] = [];
    try {
      const ended = await this.collect(
        patience,
        () => {
          events = [];
          return ofStream(this.tenant.streamOf(name), range);
        },
        (record) => {
          const event = this.tenant.stored(record);
          if (!event) return true;
          if (!more(event)) return false;
          events.push(event);
          return events.length < range.count;
        },
      );
      return ended === 'not-found' ? undefined : events;
    } catch (problem) {
      if (problem instanceof StreamDeletedError) throw new LogError('damaged', deletedForGood(name));
      throw problem;
    }
  }

  /** The event with this revision, if the stream shows it. */
  async standing(name: StreamName, from: Revision, patience: number): Promise<Stored | undefined> {
    const found = await this.stream(name, { direction: 'forwards', from, count: 1 }, patience);
    const [event] = found ?? [];
    return event?.revision === from ? event : undefined;
  }

  /** Every record of the streams whose names begin so, in log order, from where the log was founded. */
  async everyOf(prefix: string, patience: number, take: (record: ServerRecord) => void): Promise<void> {
    let from: Position = this.founded;
    for (let more = true; more; ) {
      let seen = 0;
      await this.collect(
        patience,
        () => {
          seen = 0;
          return forwardsOfPrefix(prefix, from, METADATA_PAGE);
        },
        (record) => {
          seen += 1;
          take(record);
          from = record.position ?? from;
          return true;
        },
      );
      more = seen === METADATA_PAGE;
    }
  }

  /** Hands on the records that come until `take` has enough; `begin` is called for each try. */
  private collect(
    patience: number,
    begin: () => ReadReq,
    take: (record: ServerRecord) => boolean,
  ): Promise<'enough' | 'over' | 'not-found'> {
    return persistently(this.connection, patience, async (client, deadline) => {
      let isMissing = false;
      const ended = await client.read({
        request: begin(),
        deadline,
        take: (message: ServerMessage) => {
          isMissing ||= message.kind === 'not-found';
          return message.kind !== 'record' || take(message.record);
        },
      });
      return isMissing ? 'not-found' : ended;
    });
  }
}

const METADATA_PAGE = 1_000;

export const deletedForGood = (stream: StreamName): string =>
  `the stream ${stream} was deleted for good on the server (tombstone): its events cannot be read, and nothing can be appended to it`;
