/**
 * One commit: packed appends go in, stored events and packed outcomes come out, all or nothing. Everything kept in memory
 * is a copy of what is committed; after a failure it is read again.
 */
import { decideAppend, lift, meets } from '../deciding';
import { type Database, plainText, rowsOf, sqlText, type Statement } from '../sqlite';
import type { Append, Known, NewEvent, Outcome, Position, Revision, StreamName } from '../store';
import { type Frontier, leafHash } from '../tree';
import { packOutcomes, unpackAppends } from '../frames';
import { Recent } from '../recent';
import { frontierBytes, NODE_LEVEL, readFrontier } from './schema';

/** A stream as the next append meets it; `id` 0 says that it has no row yet, `last` −1 that it has no event. */
interface StreamState {
  id: number;
  last: Revision;
}

const STREAMS_KEPT = 200_000;
const NAMES_KEPT = 10_000;

export class Committer {
  private readonly sql: ReturnType<typeof statements>;
  private readonly streams = new Recent<StreamName, StreamState>(STREAMS_KEPT);
  private readonly sources: Names;
  private readonly types: Names;
  private frontier!: Frontier;
  private next!: Position;
  private recordedAt!: number;

  constructor(
    private readonly db: Database,
    private readonly firstPosition: Position,
  ) {
    this.sql = statements(db);
    this.sources = new Names(db, 'sources');
    this.types = new Names(db, 'types');
    this.reload();
  }

  /** Commits the appends of these frames together; outcomes in their order. Never throws. */
  commit(frames: readonly Uint8Array[]): Buffer {
    const outcomes: Outcome[] = [];
    try {
      this.sql.begin.run();
      for (const frame of frames) for (const append of unpackAppends(frame)) outcomes.push(this.write(append));
      if (outcomes.some((o) => o.kind === 'appended')) this.sql.saveFrontier.run(frontierBytes(this.frontier));
      this.sql.commit.run();
      return packOutcomes(outcomes);
    } catch (error) {
      return packOutcomes(this.failed(frames, error));
    }
  }

  private failed(frames: readonly Uint8Array[], error: unknown): Outcome[] {
    if (this.db.isTransaction) this.sql.rollback.run();
    this.reload();
    const reason = `the log could not write: ${error instanceof Error ? error.message : String(error)}`;
    return frames.flatMap((frame) => Array.from(unpackAppends(frame), (): Outcome => ({ kind: 'failed', reason })));
  }

  private write({ stream: name, expected, events }: Append): Outcome {
    const stream = this.stream(name);
    const actual = stream.last < 0n ? 'none' : stream.last;
    // A lone event is nearly always new: its insert finds out whether it is, without a look-up before.
    const lone = events.length === 1 && meets(expected, actual);
    if (lone && this.tryInsert(name, stream, events[0] as NewEvent)) return this.appended(stream);
    const known = events.map((e) => this.known(e));
    const refused = decideAppend(events, known, expected, actual);
    if (refused) return refused;
    this.ensure(name, stream);
    for (const event of events) {
      if (!this.insert(stream, event))
        throw new Error(`revision ${stream.last + 1n} of ${name} is taken: log.db was changed from outside`);
    }
    return this.appended(stream);
  }

  /** False when the id is known; a stream that was made for it is gone again then. */
  private tryInsert(name: StreamName, stream: StreamState, event: NewEvent): boolean {
    const isNew = this.ensure(name, stream);
    if (this.insert(stream, event)) return true;
    if (isNew) {
      this.sql.dropStream.run(stream.id);
      stream.id = 0;
    }
    return false;
  }

  /** Gives the stream its row; true when it had none. */
  private ensure(name: StreamName, stream: StreamState): boolean {
    if (stream.id !== 0) return false;
    stream.id = Number(this.sql.addStream.run(sqlText(name)).lastInsertRowid);
    return true;
  }

  private appended(stream: StreamState): Outcome {
    return { kind: 'appended', position: this.next - 1n, revision: stream.last, recordedAt: this.recordedAt };
  }

  /** False when the id is known; nothing has changed then. */
  private insert(stream: StreamState, event: NewEvent): boolean {
    const recordedAt = Math.max(event.recordedAt, this.recordedAt);
    if (recordedAt !== event.recordedAt) lift(event.bytes, event.stampAt, recordedAt);
    const leaf = leafHash(event.bytes);
    const revision = stream.last + 1n;
    const { changes } = this.sql.insert.run(
      this.next,
      stream.id,
      revision,
      this.types.idOf(event.type),
      this.sources.idOf(event.source),
      sqlText(event.clientId),
      event.fingerprint,
      event.occurredAt,
      recordedAt,
      leaf,
      event.bytes,
    );
    if (changes === 0) return false;
    stream.last = revision;
    this.frontier.add(leaf);
    this.next += 1n;
    this.recordedAt = recordedAt;
    return true;
  }

  private stream(name: StreamName): StreamState {
    const kept = this.streams.get(name);
    if (kept) return kept;
    const row = this.sql.stream.get(sqlText(name)) as [bigint, bigint | null] | undefined;
    const state = row ? { id: Number(row[0]), last: row[1] ?? -1n } : { id: 0, last: -1n };
    this.streams.set(name, state);
    return state;
  }

  private known(event: NewEvent): Known | undefined {
    const source = this.sources.find(event.source);
    const row =
      source === undefined ? undefined : (this.sql.known.get(source, sqlText(event.clientId)) as KnownRow | undefined);
    if (!row) return undefined;
    const [position, stream, revision, recordedAt, fingerprint] = row;
    return { position, stream: plainText(stream), revision, recordedAt: Number(recordedAt), fingerprint };
  }

  private reload(): void {
    this.streams.clear();
    this.sources.clear();
    this.types.clear();
    this.frontier = readFrontier(this.db, (level, index, node) => {
      if (level >= NODE_LEVEL) this.sql.addNode.run(level, index, node);
    });
    this.next = this.firstPosition + this.frontier.size;
    const last = this.sql.last.get() as [number] | undefined;
    this.recordedAt = last?.[0] ?? 0;
  }
}

type KnownRow = [Position, StreamName, Revision, bigint, Uint8Array];

function statements(db: Database) {
  const bigints = { bigints: true };
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    insert: db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
    addStream: db.prepare('INSERT INTO streams (name) VALUES (?)'),
    dropStream: db.prepare('DELETE FROM streams WHERE id = ?'),
    addNode: db.prepare('INSERT INTO nodes (level, ix, hash) VALUES (?, ?, ?)'),
    saveFrontier: db.prepare("UPDATE meta SET value = ? WHERE key = 'frontier'"),
    stream: rowsOf(
      db,
      'SELECT id, (SELECT max(revision) FROM events WHERE stream = s.id) FROM streams s WHERE name = ?',
      bigints,
    ),
    known: rowsOf(
      db,
      `SELECT position, s.name, revision, recorded_at, fingerprint FROM events e JOIN streams s ON s.id = e.stream
       WHERE source = ? AND client_id = ?`,
      bigints,
    ),
    last: rowsOf(db, 'SELECT recorded_at FROM events ORDER BY position DESC LIMIT 1'),
  };
}

/** Texts that stand in the events as small integers. */
class Names {
  private readonly kept = new Recent<string, number>(NAMES_KEPT);
  private readonly select: Statement;
  private readonly add: Statement;

  constructor(db: Database, table: 'sources' | 'types') {
    this.select = rowsOf(db, `SELECT id FROM ${table} WHERE name = ?`);
    this.add = db.prepare(`INSERT INTO ${table} (name) VALUES (?)`);
  }

  find(name: string): number | undefined {
    const kept = this.kept.get(name);
    if (kept !== undefined) return kept;
    const row = this.select.get(sqlText(name)) as [number] | undefined;
    if (row) this.kept.set(name, row[0]);
    return row?.[0];
  }

  idOf(name: string): number {
    const found = this.find(name);
    if (found !== undefined) return found;
    const id = Number(this.add.run(sqlText(name)).lastInsertRowid);
    this.kept.set(name, id);
    return id;
  }

  clear(): void {
    this.kept.clear();
  }
}
