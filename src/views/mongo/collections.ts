/**
 * The collections of one generation of views and what stands in them. A generation is a set of collections, named by its
 * folds, itself and its round: each build begins a round of its own, so that two builds never share a document.
 */
import type { IndexDescription } from 'mongodb';
import type { Collection } from '../../app/ports';
import type { Connection } from './connection';

/** `body` is text: what MongoDB cannot hold as it is (keys with `.` or `$`, −0, nested arrays) never reaches it as anything else. */
export interface StoredDocument {
  readonly _id: string;
  /** The document is the fold of all its events up to here. */
  readonly pos: bigint;
  readonly hash?: string;
  readonly keys?: readonly string[];
  readonly body?: string;
  /** Taken away. What was there is not deleted, because somebody may be about to write it again from what it was before. */
  readonly gone?: true;
  readonly parked?: {
    readonly record: string;
    readonly position: bigint;
    readonly reason: string;
    readonly recordedAt: bigint;
  };
}

/** An entry of a timeline; never changed. */
export interface StoredLine {
  readonly _id: string;
  readonly record: string;
  /** Milliseconds since 1970 UTC. */
  readonly at: bigint;
  readonly position: bigint;
}

export type Part = Collection | 'timeline';

export interface Place {
  readonly fingerprint: string;
  readonly name: string;
  readonly round: string;
}

const PREFIX = 'views.';

/** All rounds of a generation begin so. */
export const prefixOf = ({ fingerprint, name }: Omit<Place, 'round'>): string => `${PREFIX}${fingerprint}.${name}.`;

export const collectionOf = (place: Place, part: Part): string => `${prefixOf(place)}${place.round}.${part}`;

const KEYS = { key: { keys: 1 }, name: 'keys' } as const;

const INDEXES: Readonly<Record<Part, readonly IndexDescription[]>> = {
  records: [KEYS, { key: { 'parked.record': 1 }, name: 'parked' }],
  customers: [KEYS],
  links: [KEYS],
  timeline: [{ key: { record: 1, at: 1, position: 1 }, name: 'line' }],
};

/**
 * Makes what is not there of the collections and their indexes; asks for no index that is there, since FerretDB cuts the
 * connection of who asks for several. Throws where an index is not as declared.
 */
export async function prepare(connection: Connection, place: Place): Promise<void> {
  for (const [part, declared] of Object.entries(INDEXES) as [Part, readonly IndexDescription[]][]) {
    const name = collectionOf(place, part);
    const before = await connection.indexes(name);
    const missing = declared.filter((index) => !before.some((one) => one['name'] === index.name));
    if (missing.length > 0) await connection.collection(name).createIndexes(missing);
    const made = missing.length > 0 ? await connection.indexes(name) : before;
    for (const index of declared) {
      const found = made.find((one) => one['name'] === index.name);
      if (JSON.stringify(found?.['key'], plainly) !== JSON.stringify(index.key))
        throw new Error(`index ${index.name} of ${name} is not what it must be; drop it`);
    }
  }
}

/** Servers answer a direction as any of their number types. */
const plainly = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

export async function drop(connection: Connection, names: readonly string[]): Promise<void> {
  for (const name of names) await connection.collection(name).drop();
}

/** Collections of generations that are not among these: what a crash, or who did not know that they were dropped, left. */
export async function leftovers(connection: Connection, kept: readonly Omit<Place, 'round'>[]): Promise<string[]> {
  const prefixes = kept.map(prefixOf);
  return (await connection.collections(PREFIX)).filter((name) => !prefixes.some((prefix) => name.startsWith(prefix)));
}
