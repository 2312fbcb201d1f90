/** The notes of src/app/retrying.ts in MongoDB: one document, which only counts up. */
import { type Collection, MongoServerError } from 'mongodb';
import type { Retried, RetryNotes } from '../../app/retrying';
import { Connection, type MongoOptions } from './connection';
import { DUPLICATE } from './generations';

interface Note extends Retried {
  readonly _id: 'parked';
  readonly asked: number;
  readonly done: number;
}

const ID = { _id: 'parked' } as const;

export class MongoRetryNotes implements RetryNotes {
  // Unseen by who prints it: a collection knows its client, and that the connection string.
  readonly #notes: Collection<Note>;

  private constructor(private readonly connection: Connection) {
    this.#notes = connection.collection<Note>('retries');
  }

  static async open(options: MongoOptions): Promise<MongoRetryNotes> {
    return new MongoRetryNotes(await Connection.open(options));
  }

  async ask(): Promise<number> {
    for (;;) {
      const note = await this.#notes.findOne(ID);
      if (!note && (await this.begin())) return 1;
      const asked = note?.asked ?? 0;
      const { matchedCount } = await this.#notes.updateOne({ ...ID, asked }, { $set: { asked: asked + 1 } });
      if (matchedCount === 1) return asked + 1;
    }
  }

  async open(): Promise<number | undefined> {
    const note = await this.#notes.findOne(ID);
    return note && note.asked > note.done ? note.asked : undefined;
  }

  async done(wish: number, { healed, still }: Retried): Promise<void> {
    await this.#notes.updateOne({ ...ID, done: { $lt: wish } }, { $set: { done: wish, healed, still } });
  }

  async answer(wish: number): Promise<Retried | undefined> {
    const note = await this.#notes.findOne(ID);
    return note && note.done >= wish ? { healed: note.healed, still: note.still } : undefined;
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  /** False where somebody else was first. */
  private async begin(): Promise<boolean> {
    try {
      await this.#notes.insertOne({ ...ID, asked: 1, done: 0, healed: 0, still: 0 });
      return true;
    } catch (problem) {
      if (problem instanceof MongoServerError && problem.code === DUPLICATE) return false;
      throw problem;
    }
  }
}
