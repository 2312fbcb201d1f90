/**
 * Which generations of views there are, how far each is, and which one readers see: a document each in one small
 * collection, and the pointer beside them. Whoever lost the lease can change none of them.
 */
import { type Collection, type Filter, MongoServerError } from 'mongodb';
import type { Checkpoint, Generation } from '../../app/ports';
import type { Connection } from './connection';
import { Fenced, StaleViews } from './stale';

export interface GenerationState {
  readonly _id: string;
  readonly n: number;
  readonly fingerprint: string;
  /** The log that these are views of. */
  readonly log: string | null;
  /** Which set of collections holds it. */
  readonly round: string;
  readonly position: bigint;
  readonly recordedAt: bigint;
  readonly last: { readonly position: bigint; readonly event: string } | null;
  /** Of the lease under which it was last written. */
  readonly epoch: number;
  readonly gone?: true;
}

interface Pointer {
  readonly _id: 'live';
  readonly name: string;
  readonly epoch: number;
}

type Row = GenerationState | Pointer;

export interface Fence {
  readonly logId?: string;
  /** Epoch of the lease under which this process writes; throws where it holds none any more. Without one nobody is fenced. */
  readonly epoch?: () => number;
}

export class Generations {
  // Unseen by who prints it: a collection knows its client, and that the connection string.
  readonly #rows: Collection<Row>;

  constructor(
    connection: Connection,
    private readonly fence: Fence = {},
  ) {
    this.#rows = connection.collection<Row>('generations');
  }

  /** In the order in which they were made, those that were dropped left out. */
  async all(): Promise<{ readonly states: readonly GenerationState[]; readonly live: string | undefined }> {
    const rows = await this.#rows.find({ gone: { $exists: false } } as Filter<Row>, { sort: { _id: 1 } }).toArray();
    const states = rows.filter((row) => row._id !== 'live') as GenerationState[];
    const pointer = rows.find((row) => row._id === 'live') as Pointer | undefined;
    return { states: states.sort((a, b) => a.n - b.n), live: pointer?.name };
  }

  async list(): Promise<readonly Generation[]> {
    const { states, live } = await this.all();
    return states.map(({ _id: name, fingerprint }) => ({ name, fingerprint, live: name === live }));
  }

  /** Throws where there is none, or where it is of another log. */
  async get(name: string): Promise<GenerationState> {
    const found = (await this.#rows.findOne({ _id: name })) as GenerationState | null;
    if (!found || found.gone) throw new Error(`there are no views ${name}`);
    const { logId } = this.fence;
    if (logId !== undefined && found.log !== null && found.log !== logId)
      throw new Error(`views ${name} are of the log ${found.log}, this is ${logId}: they are built anew`);
    return found;
  }

  /** A name is never given out twice: those that were dropped keep theirs. */
  async create(fingerprint: string): Promise<GenerationState> {
    const ids = await this.#rows.find({}, { projection: { _id: 1 }, sort: { _id: 1 } }).toArray();
    let n = 1 + Math.max(0, ...ids.map(({ _id }) => (_id === 'live' ? 0 : Number(_id.slice(1)))));
    for (; ; n++) {
      const [log, start] = [this.fence.logId ?? null, { position: 0n, recordedAt: 0n, last: null }];
      const made = { _id: `g${n}`, n, fingerprint, log, round: '0', ...start, epoch: this.epoch() };
      if (await this.insert(made)) return made;
    }
  }

  /** Moves the checkpoint, and the generation to another round where one is given. Throws where somebody else did. */
  async advance(name: string, round: string, to: Checkpoint, next = round): Promise<void> {
    const epoch = this.epoch();
    const { matchedCount } = await this.#rows.updateOne(
      {
        _id: name,
        round,
        position: { $lte: to.position },
        epoch: { $lte: epoch },
        gone: { $exists: false },
      },
      {
        $set: {
          round: next,
          position: to.position,
          recordedAt: BigInt(to.recordedAt),
          last: to.last ? { position: to.last.position, event: to.last.event } : null,
          epoch,
        },
      },
    );
    if (matchedCount === 0) this.mayWrite(await this.get(name), round, to);
    if (matchedCount === 0) throw new StaleViews(name, 'somebody else moved their checkpoint');
  }

  /** Throws where these views cannot be moved there any more. */
  mayWrite({ _id: name, ...state }: GenerationState, round: string, to: Checkpoint): void {
    if (state.epoch > this.epoch()) throw new Fenced(`views ${name} are written under a later lease`);
    if (state.round !== round) throw new StaleViews(name, 'somebody else built them anew');
    if (state.position > to.position)
      throw new StaleViews(name, `their checkpoint stands at ${state.position} and cannot fall to ${to.position}`);
  }

  async point(name: string): Promise<void> {
    await this.get(name);
    const epoch = this.epoch();
    if (await this.insert({ _id: 'live', name, epoch })) return;
    const { matchedCount } = await this.#rows.updateOne(
      { _id: 'live', epoch: { $lte: epoch } },
      {
        $set: { name, epoch },
      },
    );
    if (matchedCount === 0) throw new Fenced('the pointer to the live views is held under a later lease');
  }

  async leave(name: string): Promise<void> {
    await this.#rows.updateOne({ _id: name, epoch: { $lte: this.epoch() } }, { $set: { gone: true } });
  }

  private epoch(): number {
    return this.fence.epoch?.() ?? 0;
  }

  private async insert(row: Row): Promise<boolean> {
    try {
      await this.#rows.insertOne(row);
      return true;
    } catch (problem) {
      if (problem instanceof MongoServerError && problem.code === DUPLICATE) return false;
      throw problem;
    }
  }
}

/** The server's code for an `_id` that is there already. */
export const DUPLICATE = 11_000;

export const checkpointOf = ({ position, recordedAt, last }: GenerationState): Checkpoint => ({
  position,
  recordedAt: Number(recordedAt),
  ...(last && { last: { position: last.position, event: last.event } }),
});
