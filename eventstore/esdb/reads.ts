/**
 * Reads of the server, as events of one tenant: pages of the whole log, streams, single places. Each is tried again while
 * the server is away, and a read on which nothing comes any more is broken off.
 */
import { type ResolvedEvent, StreamNotFoundError, type StreamingRead } from '@eventstore/db-client';
import type { Position, Revision, StreamName } from '../store';
import { type Connection, Expired } from './connection';
import { said } from './redacting';
import { START, type Stored, type Tenant } from './stored';
import { persistently } from './trying';

export interface Look {
  /** Events at most. */
  readonly limit: number;
  /** Records of anybody that are looked through at most. */
  readonly through: number;
  /** No event after this one. */
  readonly until?: Position;
  readonly passes?: (event: Stored) => boolean;
}

export interface Found {
  readonly events: readonly Stored[];
  /** Everything up to here was looked at. */
  readonly scanned: Position;
  /** The server had nothing after `scanned`. */
  readonly end: boolean;
}

/** Bytes of events after which a page ends early. */
const PAGE_BYTES = 16 * 1024 * 1024;
/** Records asked for at once where most of them may be left out. */
const AT_ONCE = 1_000;

export class Reads {
  constructor(
    private readonly connection: Connection,
    private readonly tenant: Tenant,
    private readonly patience: number,
  ) {}

  /** Events with position > `after`, in log order. Reading the whole log has no filter on the server. */
  async page(after: Position, look: Look): Promise<Found> {
    const gathering = new Gathering(this.tenant, after, look);
    while (!gathering.full) {
      const asked = gathering.asks;
      const before = gathering.seen;
      await this.collect(
        (client) =>
          client.readAll({
            fromPosition: gathering.scanned === START ? 'start' : placeOf(gathering.scanned),
            maxCount: asked,
            requiresLeader: true,
          }),
        (event) => gathering.take(event),
      );
      if (gathering.seen - before < asked && !gathering.full) return gathering.found(true);
    }
    return gathering.found(false);
  }

  /** Events of one stream; undefined where the server knows no such stream. */
  async stream(
    name: StreamName,
    direction: 'forwards' | 'backwards',
    from: Revision | undefined,
    maxCount: number,
    more: (event: Stored) => boolean = () => true,
  ): Promise<readonly Stored[] | undefined> {
    let events: Stored[] = [];
    const fromRevision = from ?? (direction === 'forwards' ? 'start' : 'end');
    try {
      await this.collect(
        (client) => {
          events = [];
          return client.readStream(this.tenant.streamOf(name), {
            direction,
            fromRevision,
            maxCount,
            requiresLeader: true,
          });
        },
        (resolved) => {
          const event = this.tenant.stored(resolved);
          if (!event || !more(event)) return false;
          events.push(event);
          return true;
        },
      );
    } catch (problem) {
      if (problem instanceof StreamNotFoundError) return undefined;
      throw problem;
    }
    return events;
  }

  /** The event at a position at which there is one; between two records the server would not know what to answer. */
  async at(position: Position): Promise<Stored | undefined> {
    let found: Stored | undefined;
    await this.collect(
      (client) => client.readAll({ fromPosition: placeOf(position), maxCount: 1, requiresLeader: true }),
      (event) => {
        if (event.event?.position?.commit === position) found = this.tenant.stored(event);
        return false;
      },
    );
    return found;
  }

  /** Hands on what comes until `take` has enough. */
  private collect(
    open: (client: Connection['client']) => StreamingRead<ResolvedEvent>,
    take: (event: ResolvedEvent) => boolean,
  ): Promise<void> {
    return persistently(this.connection, this.patience, (client) =>
      drain(open(client), this.connection.deadline, take),
    );
  }
}

/** What is written over gRPC has one position for both; events of explicit transactions are others' and only passed over. */
const placeOf = (position: Position) => ({ commit: position, prepare: position });

/** One page while it comes in. */
class Gathering {
  readonly events: Stored[] = [];
  seen = 0;
  full = false;
  private bytes = 0;

  constructor(
    private readonly tenant: Tenant,
    public scanned: Position,
    private readonly look: Look,
  ) {}

  /** Records to ask for next; a read begins with the record that was scanned last. */
  get asks(): number {
    const { limit, through, passes } = this.look;
    const wanted = Math.max(limit - this.events.length, passes ? AT_ONCE : 0);
    return Math.min(wanted, through - this.seen) + 1;
  }

  /** False when there is enough. */
  take(resolved: ResolvedEvent): boolean {
    const position = resolved.event?.position?.commit;
    this.seen += 1;
    if (position === undefined || position <= this.scanned) return true;
    const { limit, through, until, passes } = this.look;
    if (until !== undefined && position > until) {
      this.full = true;
      return false;
    }
    this.scanned = position;
    const event = this.tenant.stored(resolved);
    if (event && (!passes || passes(event))) {
      this.events.push(event);
      this.bytes += event.bytes.length;
    }
    this.full = this.events.length >= limit || this.seen >= through || this.bytes >= PAGE_BYTES;
    return !this.full;
  }

  found(end: boolean): Found {
    return { events: this.events, scanned: this.scanned, end };
  }
}

/** Ends when `take` has enough, when the server is done, or when nothing came for `deadline` milliseconds. */
function drain(
  reading: StreamingRead<ResolvedEvent>,
  deadline: number,
  take: (event: ResolvedEvent) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (settle: () => void) => {
      clearTimeout(timer);
      reading.removeListener('data', onData);
      reading.cancel().catch(() => {});
      // A call that is cancelled is over only when what had come already is taken.
      reading.resume();
      settle();
    };
    const fail = (problem: unknown) =>
      stop(() => reject(problem instanceof Error ? problem : new Error(said(problem))));
    const timer = setTimeout(() => fail(new Expired('a read', deadline)), deadline);
    const onData = (event: ResolvedEvent) => {
      timer.refresh();
      try {
        if (!take(event)) stop(resolve);
      } catch (problem) {
        fail(problem);
      }
    };
    reading.on('error', fail);
    reading.on('end', () => {
      clearTimeout(timer);
      resolve();
    });
    reading.on('data', onData);
  });
}
