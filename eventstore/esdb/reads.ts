/**
 * Reads of the server, as events of one tenant: pages of the whole log, streams, single places. Each is tried again while
 * the server is away, and a read on which nothing comes any more is broken off.
 */
import { type ResolvedEvent, StreamNotFoundError, type StreamingRead } from '@eventstore/db-client';
import type { Position, Revision, StreamName } from '../store';
import type { Connection } from './connection';
import { drain, type Found, Gathering, type Look } from './gathering';
import type { Stored, Tenant } from './stored';
import { persistently } from './trying';

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
            fromPosition: gathering.scanned === 0n ? 'start' : placeOf(gathering.scanned),
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
    const { connection, patience } = this;
    return persistently(connection, patience, async (client) => {
      const ended = await drain(open(client), connection.deadline, take);
      // The client lets a call that it cancels end as if the server were done (F8).
      if (ended === 'over' && !connection.uses(client)) throw new Error('the connection was given up under a read');
    });
  }
}

/** What is written over gRPC has one position for both; events of explicit transactions are others' and only passed over. */
const placeOf = (position: Position) => ({ commit: position, prepare: position });
