/**
 * How an event stands on the server: its data are exactly the canonical bytes, its metadata the columns as JSON, its id a
 * UUID of (who writes, tenant, source, client id, fingerprint), its stream behind the tenant's prefix. One file knows this form.
 */
import { hash, randomUUID } from 'node:crypto';
import type { BinaryEventData } from '@eventstore/db-client';
import { lift } from '../deciding';
import { LogError, type LoggedEvent, type NewEvent, type StreamName } from '../store';
import type { ServerRecord } from './record';

/** As it was written: `recordedAt` may be below that of an earlier event, because several nodes write. */
export interface Stored extends LoggedEvent {
  /** On the server. */
  readonly id: string;
  readonly source: string;
  readonly clientId: string;
  readonly fingerprint: Uint8Array;
  readonly stampAt: number;
}

interface Columns {
  readonly source: string;
  readonly clientId: string;
  /** In hex. */
  readonly fingerprint: string;
  readonly occurredAt: number;
  readonly recordedAt: number;
  readonly stampAt: number;
}

/** No tenant's prefix is the beginning of another's, and the stream that names a log is in none. */
export class Tenant {
  readonly prefix: string;
  /** Where the log's id and key check stand. */
  readonly foundation: string;
  /**
   * Who writes, in the ids of what is written. The server takes the same id at the same revision for a repetition: that must be true
   * of one who tries again, and not of two nodes that were told the same, of which one shall hear that it is known.
   */
  private readonly writer = randomUUID();

  constructor(readonly name: string) {
    if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) {
      throw new LogError('not-a-log', `a tenant is 1 to 63 of a-z, 0-9, _ and -, and begins with a letter or digit`);
    }
    this.prefix = `${name}.`;
    this.foundation = `@${name}`;
  }

  streamOf(name: StreamName): string {
    return this.prefix + name;
  }

  /** Undefined for what is no event of this log: records of others, and those that the server itself writes into a stream. */
  stored(record: ServerRecord): Stored | undefined {
    const { id, revision, position, type } = record;
    if (type.startsWith('$') || !record.stream.startsWith(this.prefix)) return undefined;
    if (position === undefined) {
      throw new LogError('unsupported', 'this server names no positions in streams: EventStoreDB 22.10 or later does');
    }
    const columns = columnsIn(record);
    if (!columns) throw new LogError('damaged', `revision ${revision} of ${record.stream} was not written by this log`);
    const { source, clientId, fingerprint, occurredAt, recordedAt, stampAt } = columns;
    return {
      id,
      position,
      stream: record.stream.slice(this.prefix.length),
      revision,
      type,
      source,
      clientId,
      fingerprint: Buffer.from(fingerprint, 'hex'),
      occurredAt,
      recordedAt,
      stampAt,
      bytes: record.data,
    };
  }

  /** `recordedAt` is written into a copy of the bytes where the log's clock is ahead of the caller's. */
  eventData(event: NewEvent, recordedAt: number): BinaryEventData {
    const { source, clientId, type, occurredAt, stampAt } = event;
    const fingerprint = Buffer.from(event.fingerprint).toString('hex');
    const columns: Columns = { source, clientId, fingerprint, occurredAt, recordedAt, stampAt };
    return {
      id: this.idOf({ source, clientId, fingerprint }),
      contentType: 'application/octet-stream',
      type,
      data: recordedAt === event.recordedAt ? event.bytes : lifted(event.bytes, stampAt, recordedAt),
      // A Buffer would be taken for an object and written as JSON once more.
      metadata: new TextEncoder().encode(JSON.stringify(columns)),
    };
  }

  /** Of the content too: the server takes an append that has the ids of what stands there for the same one, whatever it says. */
  private idOf({ source, clientId, fingerprint }: Pick<Columns, 'source' | 'clientId' | 'fingerprint'>): string {
    const name = [this.writer, this.name, source, clientId, fingerprint]
      .map((part) => `${Buffer.byteLength(part)}:${part}`)
      .join('');
    const digest = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(name)]), 'hex');
    const variant = ((Number.parseInt(digest.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
    return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(18, 20)}-${digest.slice(20, 32)}`;
  }
}

/** UUIDv5 of "kith.event" in the URL namespace of RFC 9562, fixed for ever. */
const NAMESPACE = Buffer.from('dc6d0795a6e0560a9d01272439ac9003', 'hex');

function columnsIn({ contentType, metadata }: ServerRecord): Columns | undefined {
  if (contentType === 'application/json') return undefined;
  try {
    const said: unknown = JSON.parse(Buffer.from(metadata.buffer, metadata.byteOffset, metadata.byteLength).toString());
    return isColumns(said) ? said : undefined;
  } catch {
    return undefined;
  }
}

const isColumns = (metadata: unknown): metadata is Columns =>
  typeof metadata === 'object' &&
  metadata !== null &&
  'fingerprint' in metadata &&
  'stampAt' in metadata &&
  'recordedAt' in metadata &&
  Number.isSafeInteger(metadata.recordedAt);

export function lifted(bytes: Uint8Array, stampAt: number, recordedAt: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  lift(copy, stampAt, recordedAt);
  return copy;
}

/** The event as every reader sees it, once it is known whether its stamp is lifted. */
export const logged = (stored: Stored, recordedAt: number): LoggedEvent => ({
  position: stored.position,
  stream: stored.stream,
  revision: stored.revision,
  type: stored.type,
  occurredAt: stored.occurredAt,
  recordedAt,
  bytes: recordedAt === stored.recordedAt ? stored.bytes : lifted(stored.bytes, stored.stampAt, recordedAt),
});
