/**
 * The register of a log on EventStoreDB, in MongoDB, where the nodes that share the log share it too. Every node writes
 * what it reads from the log; the same twice is harmless, and the checkpoint only grows.
 */
import { Binary, type Collection } from 'mongodb';
import {
  type Checkpoint,
  doubledOf,
  type Entry,
  type Gap,
  type Id,
  NOTHING,
  type Register,
  SOME_DOUBLES,
  SOME_GAPS,
} from '../../eventstore/esdb/register';
import type { Doubles, Known, Position, Revision, StreamName } from '../../eventstore/store';
import { Connection, type MongoOptions } from '../views/mongo/connection';
import { bySource, chunks } from './mongo-asking';
import {
  bytesOf,
  type DoubledRow,
  type EntryRow,
  type GapRow,
  knownOf,
  type LiftedRow,
  nameOf,
  rowOf,
  type StateRow,
} from './mongo-rows';
import { insertNew } from './mongo-writing';

/** Every query has its index; none is unique, since two events may bear one id. */
const INDEXES = [{ source: 1, clientId: 1 }, { position: 1 }, { recordedAt: 1 }, { stream: 1, revision: 1 }] as const;
/** Streams whose ends are asked for at the same time. */
const STREAMS_AT_ONCE = 16;

export class MongoRegister implements Register {
  private constructor(
    private readonly connection: Connection,
    private readonly entries: Collection<EntryRow>,
    private readonly liftedOnes: Collection<LiftedRow>,
    private readonly doubledOnes: Collection<DoubledRow>,
    private readonly gapsFound: Collection<GapRow>,
    private readonly state: Collection<StateRow>,
  ) {}

  static async open(options: MongoOptions): Promise<MongoRegister> {
    const connection = await Connection.open(options);
    try {
      const entries = connection.collection<EntryRow>('register_entries');
      for (const index of INDEXES) await entries.createIndex(index);
      const lifted = connection.collection<LiftedRow>('register_lifted');
      return new MongoRegister(
        connection,
        entries,
        lifted,
        connection.collection<DoubledRow>('register_doubled'),
        connection.collection<GapRow>('register_gaps'),
        connection.collection<StateRow>('register_state'),
      );
    } catch (problem) {
      await connection.close();
      throw problem;
    }
  }

  async bind(logId: string): Promise<string> {
    await insertNew(this.state, [{ _id: 'log', logId }]);
    return (await this.state.findOne({ _id: 'log' }))?.logId ?? logId;
  }

  async checkpoint(): Promise<Checkpoint> {
    const row = await this.state.findOne({ _id: 'checkpoint' });
    if (!row) return NOTHING;
    const { size = 0n, position = 0n, recordedAt = 0n, scanned = 0n, peaks } = row;
    return {
      size: Number(size),
      position,
      recordedAt: Number(recordedAt),
      scanned,
      peaks: peaks ? bytesOf(peaks) : new Uint8Array(),
    };
  }

  async add(entries: readonly Entry[], checkpoint: Checkpoint): Promise<void> {
    await insertNew(this.doubledOnes, await this.secondOnes(entries));
    await insertNew(
      this.gapsFound,
      entries.flatMap(({ position, stream, revision, missing }) =>
        missing === undefined ? [] : [{ _id: position, stream, from: missing, until: revision }],
      ),
    );
    await insertNew(this.entries, entries.map(rowOf));
    await insertNew(
      this.liftedOnes,
      entries
        .filter(({ lifted }) => lifted)
        .map(({ position, recordedAt }) => ({ _id: position, recordedAt: BigInt(recordedAt) })),
    );
    const size = BigInt(checkpoint.size);
    const to = {
      size,
      position: checkpoint.position,
      recordedAt: BigInt(checkpoint.recordedAt),
      scanned: checkpoint.scanned,
      peaks: new Binary(checkpoint.peaks),
    };
    const move = async (): Promise<boolean> => {
      const behind = { $or: [{ size: { $lt: size } }, { size, scanned: { $lt: checkpoint.scanned } }] };
      return (await this.state.updateOne({ _id: 'checkpoint', ...behind }, { $set: to })).matchedCount > 0;
    };
    // Not moved: there is none yet, or one that is ahead.
    if ((await move()) || (await insertNew(this.state, [{ _id: 'checkpoint', ...to }])) > 0) return;
    await move();
  }

  async find(ids: readonly Id[]): Promise<readonly (Known | undefined)[]> {
    const found = new Map<string, EntryRow>();
    for (const [source, some] of bySource(ids)) {
      for (const clientIds of chunks(some)) {
        const rows = this.entries.find({ source, clientId: { $in: [...clientIds] } });
        for await (const row of rows) {
          const name = nameOf(row);
          const other = found.get(name);
          if (!other || row._id < other._id) found.set(name, row);
        }
      }
    }
    return ids.map((id) => {
      const row = found.get(nameOf(id));
      return row && knownOf(row);
    });
  }

  async at(positions: readonly Position[]) {
    const rows: EntryRow[] = [];
    for (const some of chunks(positions))
      rows.push(...(await this.entries.find({ position: { $in: [...some] } }).toArray()));
    return rows.map(({ position, stream, revision, recordedAt }) => ({
      position,
      stream,
      revision,
      recordedAt: Number(recordedAt),
    }));
  }

  async lifted(after: Position, until: Position): Promise<ReadonlyMap<Position, number>> {
    const rows = await this.liftedOnes.find({ _id: { $gt: after, $lte: until } }).toArray();
    return new Map(rows.map(({ _id, recordedAt }) => [_id, Number(recordedAt)]));
  }

  async doubled(after: Position, until: Position): Promise<ReadonlySet<Position>> {
    const rows = await this.doubledOnes.find({ _id: { $gt: after, $lte: until } }).toArray();
    return new Set(rows.map(({ _id }) => _id));
  }

  async doubles(): Promise<Doubles> {
    const rows = await this.doubledOnes.find({}, { sort: { _id: 1 } }).toArray();
    const some = rows
      .slice(0, SOME_DOUBLES)
      .map(({ _id, first, ...event }) => doubledOf({ position: _id, ...event }, first));
    return { count: rows.length, some };
  }

  async ends(streams: readonly StreamName[]): Promise<ReadonlyMap<StreamName, Revision>> {
    const found = new Map<StreamName, Revision>();
    const asked = [...new Set(streams)];
    for (let from = 0; from < asked.length; from += STREAMS_AT_ONCE) {
      const some = asked.slice(from, from + STREAMS_AT_ONCE).map(async (stream) => {
        const last = await this.entries.find({ stream }, { sort: { revision: -1 }, limit: 1 }).toArray();
        for (const { revision } of last) found.set(stream, revision);
      });
      await Promise.all(some);
    }
    return found;
  }

  async next(after: Position, limit: number): Promise<readonly Position[]> {
    const rows = await this.entries
      .find({ position: { $gt: after } }, { sort: { position: 1 }, limit, projection: { position: 1 } })
      .toArray();
    return rows.map(({ position }) => position);
  }

  async floor(position: Position): Promise<Position> {
    const [last] = await this.entries
      .find({ position: { $lte: position } }, { sort: { position: -1 }, limit: 1, projection: { position: 1 } })
      .toArray();
    return last?.position ?? 0n;
  }

  async gaps(): Promise<readonly Gap[]> {
    const rows = await this.gapsFound.find({}, { sort: { _id: 1 }, limit: SOME_GAPS }).toArray();
    return rows.map(({ _id, stream, from, until }) => ({ position: _id, stream, from, until }));
  }

  /** Which of these bear an id that an earlier event bears. What stands before the first of them is there whole. */
  private async secondOnes(entries: readonly Entry[]): Promise<readonly DoubledRow[]> {
    const known = await this.find(entries);
    const before = new Map<string, Position>();
    return entries.flatMap((entry, i) => {
      const { position, stream, revision, source, clientId } = entry;
      const name = nameOf(entry);
      const stands = known[i]?.position;
      const first = stands !== undefined && stands < position ? stands : before.get(name);
      before.set(name, before.get(name) ?? position);
      return first === undefined ? [] : [{ _id: position, stream, revision, source, clientId, first }];
    });
  }

  async positionAt(recordedAt: number): Promise<Position> {
    // Stamps never fall along the log, so the last one of them in the order of stamps is the last in log order but for equal ones.
    const [latest] = await this.entries
      .find({ recordedAt: { $lte: BigInt(Math.floor(recordedAt)) } }, { sort: { recordedAt: -1 }, limit: 1 })
      .toArray();
    if (!latest) return 0n;
    const [last] = await this.entries
      .find({ recordedAt: latest.recordedAt }, { sort: { _id: -1 }, limit: 1 })
      .toArray();
    return last?.position ?? 0n;
  }

  async leaves(from: number, limit: number) {
    const rows = await this.entries
      .find({ _id: { $gte: BigInt(from) } }, { sort: { _id: 1 }, limit, projection: { position: 1, leaf: 1 } })
      .toArray();
    return rows.map(({ position, leaf }) => ({ position, leaf: bytesOf(leaf) }));
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}
