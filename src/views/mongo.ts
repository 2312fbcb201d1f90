/**
 * Views in MongoDB, or any server of its protocol: without transactions, upserts, change streams or server-side joins.
 * A database holds the views of one tenant. Any number of processes read (`openMongoViewReader`); any number may write
 * (`MongoViewStore`) and none undoes another, though one at a time, by a lease, is faster.
 */
import type { Checkpoint, Generation, ViewReader, ViewStore } from '../app/ports';
import { LiveReader } from './live';
import { drop, leftovers, prefixOf, prepare } from './mongo/collections';
import { Connection, type MongoOptions } from './mongo/connection';
import { checkpointOf, type Fence, type GenerationState, Generations } from './mongo/generations';
import { Lease, type LeaseOptions } from './mongo/lease';
import { MongoReader } from './mongo/reader';
import { MongoViews } from './mongo/writer';

export interface MongoStoreOptions extends MongoOptions, Fence {
  /** Operations a command; default 500. Some servers of the protocol take fewer than 100. */
  readonly bulk?: number;
}

export class MongoViewStore implements ViewStore {
  private constructor(
    private readonly connection: Connection,
    private readonly known: Generations,
    private readonly bulk: number,
  ) {}

  /** Removes what a crash left of generations that were dropped. */
  static async open({ bulk = 500, logId, epoch, ...options }: MongoStoreOptions): Promise<MongoViewStore> {
    const connection = await Connection.open(options);
    try {
      const generations = new Generations(connection, {
        ...(logId !== undefined && { logId }),
        ...(epoch && { epoch }),
      });
      const { states } = await generations.all();
      await drop(connection, await leftovers(connection, states.map(placeOf)));
      return new MongoViewStore(connection, generations, bulk);
    } catch (problem) {
      await connection.close();
      throw problem;
    }
  }

  generations(): Promise<readonly Generation[]> {
    return this.known.list();
  }

  async create(fingerprint: string): Promise<MongoViews> {
    return this.opened(await this.known.create(fingerprint));
  }

  async open(name: string): Promise<MongoViews> {
    return this.opened(await this.known.get(name));
  }

  async switchTo(name: string): Promise<void> {
    await this.known.point(name);
  }

  async drop(name: string): Promise<void> {
    const state = await this.known.get(name);
    if ((await this.known.all()).live === name) throw new Error(`views ${name} are live and cannot be dropped`);
    await this.known.leave(name);
    await drop(this.connection, await this.connection.collections(prefixOf(placeOf(state))));
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async opened(state: GenerationState): Promise<MongoViews> {
    await prepare(this.connection, placeOf(state));
    return new MongoViews(this.connection, this.known, placeOf(state), this.bulk);
  }
}

/** Reads the live generation; sees a switch at its next call. May be opened before there is one: calls throw until then. */
export async function openMongoViewReader(options: MongoOptions): Promise<ViewReader> {
  const connection = await Connection.open(options);
  return new WatchedReader(new LiveViews(connection), () => connection.close());
}

/** Every node asks many times a second how far the views are: that is one query. */
class WatchedReader extends LiveReader {
  constructor(
    private readonly live: LiveViews,
    end: () => Promise<void>,
  ) {
    super(
      (question) => live.ask(question),
      () => live.name,
      end,
    );
  }

  override async checkpoint(): Promise<Checkpoint> {
    return checkpointOf((await this.live.now()).state);
  }
}

class LiveViews {
  private readonly generations: Generations;
  private seen: MongoReader | undefined;

  constructor(private readonly connection: Connection) {
    this.generations = new Generations(connection);
  }

  /** Of the generation that answered last. */
  get name(): string {
    if (!this.seen) throw new Error(NONE);
    return this.seen.name;
  }

  /** What was dropped between a look at the pointer and the question answers nothing: then it is asked again. */
  async ask<Answer>(question: (views: ViewReader) => Promise<Answer>): Promise<Answer> {
    for (;;) {
      const { views } = await this.now();
      const answer = await question(views);
      if (saysSomething(answer) || (await views.isCurrent())) return answer;
    }
  }

  async now(): Promise<{ readonly views: MongoReader; readonly state: GenerationState }> {
    const { states, live } = await this.generations.all();
    const state = states.find(({ _id }) => _id === live);
    if (!state) throw new Error(NONE);
    const views = (this.seen = new MongoReader(this.connection, this.generations, placeOf(state)));
    return { views, state };
  }
}

const NONE = 'no views are live yet';

const saysSomething = (answer: unknown): boolean =>
  (Array.isArray(answer) && answer.length > 0) || (answer instanceof Map && answer.size > 0);

const placeOf = ({ _id: name, fingerprint, round }: GenerationState) => ({ name, fingerprint, round });

/** The lease under which a store may write: hand its `epoch` to `MongoViewStore.open`. */
export async function openMongoLease(
  options: MongoOptions & LeaseOptions,
): Promise<{ lease: Lease; close(): Promise<void> }> {
  const connection = await Connection.open(options);
  const { name, holder, ttlMs, clock } = options;
  return { lease: new Lease(connection, { name, holder, ttlMs, clock }), close: () => connection.close() };
}
