/**
 * Writes documents in bulks, each by compare-and-set on the position at which it was loaded: inserted where nothing was,
 * else replaced where it still stands there. Each operation is answered for itself, and no answer means not done.
 */
import { type Collection, MongoBulkWriteError } from 'mongodb';
import type { Parked } from '../../app/ports';
import { documentHash } from '../../app/root';
import type { Position } from '../rules';
import type { StoredDocument, StoredLine } from './collections';
import { DUPLICATE } from './generations';

/** What a batch says of one document. */
export interface Change {
  readonly id: string;
  /** Absent where the batch says nothing of the document itself. */
  readonly document?: { readonly body: string | undefined; readonly keys?: readonly string[] | undefined };
  readonly over?: Position | undefined;
  readonly parked?: Parked;
  readonly unparked?: true;
}

export class Bulks {
  constructor(
    /** Operations a command. */
    private readonly size: number,
  ) {}

  /** Entries never change: one that is there is there. */
  async insertLines(collection: Collection<StoredLine>, lines: readonly StoredLine[]): Promise<void> {
    for (const some of this.divided(sorted(lines, ({ _id }) => _id))) await insertNew(collection, some);
  }

  /** Answers the ids of those that somebody else wrote since they were held. */
  async put(
    collection: Collection<StoredDocument>,
    changes: readonly Change[],
    to: Position,
  ): Promise<readonly string[]> {
    const overtaken: string[] = [];
    for (const some of this.divided(sorted(changes, ({ id }) => id)))
      overtaken.push(...(await putSome(collection, some, to)));
    return overtaken;
  }

  private divided<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
    const count = Math.ceil(items.length / this.size);
    return Array.from({ length: count }, (_, i) => items.slice(i * this.size, (i + 1) * this.size));
  }
}

/**
 * What was folded over a document that is not there any more must be folded again. What was not, was computed from records
 * that stand at `to` or beyond: it is right over whatever stands before that, and whoever stands beyond it knows more.
 */
async function putSome(
  collection: Collection<StoredDocument>,
  changes: readonly Change[],
  to: Position,
): Promise<readonly string[]> {
  const overtaken: string[] = [];
  for (let [left, again] = [changes, false]; left.length > 0; again = true) {
    const bases = await basesOf(collection, left);
    const fresh: StoredDocument[] = [];
    const newer: { readonly document: StoredDocument; readonly over: Position }[] = [];
    for (const change of left) {
      const base = bases.get(change.id);
      const stands = base?.pos ?? 0n;
      const isFolded = change.over !== undefined;
      if (isFolded && (stands !== change.over || stands > to)) overtaken.push(change.id);
      else if (stands > to || (again && base && stands === to)) continue;
      else if (base) newer.push({ document: documentOf(change, base, to), over: stands });
      else fresh.push(documentOf(change, undefined, to));
    }
    const inserted = await insertNew(collection, fresh);
    const replaced = await replace(collection, newer);
    if (inserted && replaced) break;
    // Which of a bulk missed, only looking again can tell; what was done stands at `to` now.
    const isOvertaken = (change: Change): boolean => change.over !== undefined;
    overtaken.push(...left.filter(isOvertaken).map(({ id }) => id));
    left = left.filter((change) => !isOvertaken(change));
  }
  return overtaken;
}

async function basesOf(
  collection: Collection<StoredDocument>,
  changes: readonly Change[],
): Promise<ReadonlyMap<string, StoredDocument>> {
  // The body is wanted only where the batch brings none.
  const projection = changes.every(({ document }) => document) ? { body: 0, hash: 0 } : {};
  const filter = { _id: { $in: changes.map(({ id }) => id) } };
  const found = await collection.find(filter, { projection, sort: { _id: 1 } }).toArray();
  return new Map(found.map((document) => [document._id, document]));
}

function documentOf(
  { id, document, parked, unparked }: Change,
  base: StoredDocument | undefined,
  pos: Position,
): StoredDocument {
  const { body, keys = base?.keys } = document ?? { body: base?.body };
  const first = unparked ? undefined : base?.parked;
  const standsStill = first ?? (parked && storedParked(parked));
  return {
    _id: id,
    pos,
    ...(body === undefined ? { gone: true as const } : { hash: documentHash(id, body) }),
    ...(body !== undefined && keys && keys.length > 0 && { keys: [...new Set(keys)] }),
    ...(standsStill && { parked: standsStill }),
    ...(body !== undefined && { body }),
  };
}

const storedParked = ({ record, position, reason, recordedAt }: Parked): StoredDocument['parked'] => ({
  record,
  position,
  reason,
  recordedAt: BigInt(recordedAt),
});

/** False where some were there already. */
async function insertNew<Stored extends StoredDocument | StoredLine>(
  collection: Collection<Stored>,
  documents: readonly Stored[],
): Promise<boolean> {
  if (documents.length === 0) return true;
  try {
    await collection.insertMany(documents as never, { ordered: false });
    return true;
  } catch (problem) {
    if (!(problem instanceof MongoBulkWriteError) || problem.result.getWriteConcernError()) throw problem;
    const errors = [problem.writeErrors].flat();
    if (errors.length === 0 || errors.some(({ code }) => code !== DUPLICATE)) throw problem;
    return false;
  }
}

/** False where some do not stand there any more. */
async function replace(
  collection: Collection<StoredDocument>,
  documents: readonly { readonly document: StoredDocument; readonly over: Position }[],
): Promise<boolean> {
  if (documents.length === 0) return true;
  const operations = documents.map(({ document, over }) => ({
    replaceOne: { filter: { _id: document._id, pos: over }, replacement: document },
  }));
  const { matchedCount } = await collection.bulkWrite(operations, { ordered: false });
  return matchedCount === documents.length;
}

/** Servers on PostgreSQL deadlock where two bulks come in different orders. */
const sorted = <Item>(items: readonly Item[], id: (item: Item) => string): readonly Item[] =>
  [...items].sort((a, b) => (id(a) < id(b) ? -1 : 1));
