/**
 * Writes one generation of views in MongoDB, without transactions: entries, then documents, then the checkpoint. What a
 * crash leaves between them stands ahead of the checkpoint and says so by its position.
 */
import { randomBytes } from 'node:crypto';
import type { Batch, Checkpoint, Collection, ViewSet } from '../../app/ports';
import { Bulks, type Change } from './bulk';
import { drop, type Place, prefixOf, prepare, type StoredLine } from './collections';
import type { Connection } from './connection';
import { checkpointOf, type Generations } from './generations';
import { MongoReader } from './reader';
import { StaleViews } from './stale';

const START: Checkpoint = { position: 0n, recordedAt: 0 };

export class MongoViews extends MongoReader implements ViewSet {
  private readonly bulks: Bulks;
  /** The round that others see, while this one writes another beside it: a build is shown when its checkpoint moves. */
  private shown: string | undefined;

  constructor(connection: Connection, generations: Generations, place: Place, bulk: number) {
    super(connection, generations, place);
    this.bulks = new Bulks(bulk);
  }

  /** Goes on with the round that is shown, where somebody else built one, or this one was shown and the answer lost. */
  override async checkpoint(): Promise<Checkpoint> {
    const state = await this.generations.get(this.name);
    if (this.shown === state.round) return START;
    const wasBuilding = this.shown !== undefined;
    this.turnTo(state.round);
    // Who takes another's round for the empty one that he cleared would fold every fact into it again.
    if (wasBuilding) throw new StaleViews(this.name, 'somebody else built them anew');
    return checkpointOf(state);
  }

  async write(batch: Batch): Promise<void> {
    try {
      await this.writeAll(batch);
    } catch (problem) {
      this.abandon();
      throw problem;
    }
  }

  /**
   * A build that failed is nobody's: what it wrote stands at the start and holds facts already. Who goes on reads where
   * the round that is shown stands, which is this one if it was shown and the answer lost.
   */
  private abandon(): void {
    if (this.shown !== undefined) this.turnTo(this.shown);
  }

  /** Builds nothing any more, and stands in that round. */
  private turnTo(round: string): void {
    this.shown = undefined;
    this.place = { ...this.place, round };
  }

  private async writeAll(batch: Batch): Promise<void> {
    // Read to the end before anything is written.
    const changes = changesOf(batch);
    const lines = linesOf(batch);
    const { checkpoint: to, standing = to.position } = batch;
    const [shown, { round }] = [this.shown, this.place];
    this.generations.mayWrite(await this.generations.get(this.name), shown ?? round, to);
    await this.bulks.insertLines(this.lines(), lines);
    const overtaken: string[] = [];
    for (const collection of ['records', 'links', 'customers'] as const) {
      overtaken.push(...(await this.bulks.put(this.documents(collection), changes[collection], standing)));
      if (overtaken.length > 0)
        throw new StaleViews(this.name, `somebody else wrote ${overtaken.length} documents of them`);
    }
    if (shown === undefined) await this.generations.advance(this.name, round, to);
    else if (to.position > 0n) await this.show(shown, to);
  }

  /** A round of its own: nothing is taken away from who reads, or writes, the one before. */
  async clear(): Promise<void> {
    const { round: shown } = await this.generations.get(this.name);
    const place = { ...this.place, round: randomBytes(6).toString('hex') };
    await prepare(this.connection, place);
    [this.shown, this.place] = [shown, place];
  }

  /** All other rounds end with the one that was shown until now: who builds one cannot show it any more. */
  private async show(shown: string, to: Checkpoint): Promise<void> {
    const { round } = this.place;
    await this.generations.advance(this.name, shown, to, round);
    this.shown = undefined;
    const [all, kept] = [prefixOf(this.place), `${prefixOf(this.place)}${round}.`];
    const ended = (await this.connection.collections(all)).filter((name) => !name.startsWith(kept));
    await drop(this.connection, ended);
  }
}

/** Of several writes of a document the last one stays. */
function changesOf({ documents, parked, unparked }: Batch): Readonly<Record<Collection, readonly Change[]>> {
  const changes = {
    records: new Map<string, Change>(),
    customers: new Map<string, Change>(),
    links: new Map<string, Change>(),
  };
  const change = (collection: Collection, id: string, more: Omit<Change, 'id'>): void => {
    changes[collection].set(id, { ...changes[collection].get(id), id, ...more });
  };
  for (const { collection, id, body, keys = changes[collection].get(id)?.document?.keys, over } of documents)
    change(collection, id, { document: { body, keys }, over });
  for (const record of unparked) change('records', record, { unparked: true });
  for (const one of parked) change('records', one.record, { parked: { ...one } });
  return {
    records: [...changes.records.values()],
    customers: [...changes.customers.values()],
    links: [...changes.links.values()],
  };
}

function linesOf({ timeline }: Batch): readonly StoredLine[] {
  const lines = new Map<string, StoredLine>();
  for (const { record, occurredAt, position } of timeline) {
    const _id = `${record}/${occurredAt}/${position}`;
    lines.set(_id, { _id, record, at: BigInt(occurredAt), position });
  }
  return [...lines.values()];
}
