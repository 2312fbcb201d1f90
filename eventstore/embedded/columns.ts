/**
 * The columns of the events, which are there to find them by, against the bytes, which are what counts: the deep part of
 * a verify. What the bytes say only the host can read.
 */
import { type Database, isOfSqlite, plainText, rowsOf, type Statement } from '../sqlite';
import type { Position } from '../store';
import { leafHash } from '../tree';
import { Found } from './found';

/** What the host can read from an event's bytes; only what it names is compared. */
export type ColumnsOf = (bytes: Uint8Array) => {
  readonly stream?: string;
  readonly type?: string;
  readonly source?: string;
  readonly clientId?: string;
  /** Milliseconds since 1970 UTC. */
  readonly occurredAt?: number;
  readonly recordedAt?: number;
};

interface Row {
  readonly position: bigint;
  readonly streamId: bigint;
  readonly stream: string | null;
  readonly revision: bigint;
  readonly type: string | null;
  readonly source: string | null;
  readonly clientId: string;
  readonly occurredAt: bigint;
  readonly recordedAt: bigint;
  readonly leaf: Uint8Array;
  readonly bytes: Uint8Array;
}

const EVENTS = `
  SELECT position, e.stream AS streamId, s.name AS stream, revision, t.name AS type, o.name AS source, client_id AS clientId,
    occurred_at AS occurredAt, recorded_at AS recordedAt, leaf, bytes
  FROM events e LEFT JOIN streams s ON s.id = e.stream LEFT JOIN types t ON t.id = e.type LEFT JOIN sources o ON o.id = e.source
  WHERE position BETWEEN ? AND ? ORDER BY position`;

export class Columns {
  private readonly events: Statement;
  private readonly before: Statement;
  private recordedAt = 0n;

  constructor(
    db: Database,
    private readonly columnsOf: ColumnsOf | undefined,
  ) {
    this.events = db.prepare(EVENTS);
    this.events.setReadBigInts(true);
    this.before = rowsOf(db, 'SELECT position FROM events WHERE stream = ? AND revision = ?', { bigints: true });
  }

  /** Throws `Found` at the first event whose columns are not what was written. To be called page by page, in order. */
  check(from: Position, to: Position): void {
    for (const row of this.events.all(from, to) as Row[]) {
      try {
        this.checkOrder(row);
        this.checkAgainstBytes(row);
      } catch (problem) {
        // A column of another kind than it was made as, or bytes that the host cannot read.
        if (problem instanceof Found || isOfSqlite(problem)) throw problem;
        const why = problem instanceof Error ? problem.message : String(problem);
        throw new Found(row.position, `the columns or the bytes of this event are not what was written: ${why}`);
      }
    }
  }

  private checkOrder({ position, streamId, revision, recordedAt }: Row): void {
    if (recordedAt < this.recordedAt) throw new Found(position, 'recordedAt falls here');
    this.recordedAt = recordedAt;
    if (revision === 0n) return;
    const previous = this.before.get(streamId, revision - 1n) as [bigint] | undefined;
    if (previous && previous[0] < position) return;
    throw new Found(position, `no earlier event is revision ${revision - 1n} of its stream`);
  }

  private checkAgainstBytes({
    position,
    stream,
    type,
    source,
    clientId,
    occurredAt,
    recordedAt,
    leaf,
    bytes,
  }: Row): void {
    if (stream === null || type === null || source === null) {
      throw new Found(position, 'the name of its stream, type or source is gone');
    }
    if (leafHash(bytes).compare(leaf) !== 0) throw new Found(position, 'the hash of this event does not fit its bytes');
    const stored = {
      stream: plainText(stream),
      type: plainText(type),
      source: plainText(source),
      clientId: plainText(clientId),
      occurredAt: Number(occurredAt),
      recordedAt: Number(recordedAt),
    };
    for (const [column, said] of Object.entries(this.columnsOf?.(bytes) ?? {})) {
      const kept = stored[column as keyof typeof stored];
      if (kept !== said) throw new Found(position, `${column} is stored as ${kept}, its bytes say ${said}`);
    }
  }
}
