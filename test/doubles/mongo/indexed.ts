/** A collection of the double with indexes, so that a large one is not gone through for each question: _id in order, and each field of a declared index by its values. */
import { compare, isObject } from './query';
import type { Doc } from './wire';

const keyOf = (value: unknown): string => `${typeof value === 'bigint' ? 'number' : typeof value}:${String(value)}`;

const isPlain = (value: unknown): boolean => ['string', 'number', 'bigint'].includes(typeof value);

/** The values that the filter allows for this field, where it lists them. */
function listed(wanted: unknown): readonly unknown[] | undefined {
  const values: unknown = isObject(wanted) ? wanted['$in'] : [wanted];
  return Array.isArray(values) && values.every(isPlain) ? values : undefined;
}

const NO_KEYS: ReadonlySet<string> = new Set();
const count = (sets: readonly ReadonlySet<string>[]): number => sets.reduce((sum, { size }) => sum + size, 0);

export class Indexed {
  readonly indexes = new Map<string, Doc>();
  private readonly documents = new Map<string, Doc>();
  /** Every _id, in the order of BSON once somebody asks for them. */
  private readonly ids: unknown[] = [];
  private isSorted = true;
  /** Keys of the documents by field and value. */
  private readonly fields = new Map<string, Map<string, Set<string>>>();

  get(id: unknown): Doc | undefined {
    return this.documents.get(keyOf(id));
  }

  put(document: Doc): void {
    const { _id } = document;
    const key = keyOf(_id);
    const before = this.documents.get(key);
    if (!before) {
      if (this.ids.length > 0 && compare(this.ids.at(-1), _id) > 0) this.isSorted = false;
      this.ids.push(_id);
    }
    this.documents.set(key, document);
    for (const [field, entries] of this.fields) {
      for (const value of valuesOf(before?.[field])) entries.get(value)?.delete(key);
      for (const value of valuesOf(document[field]))
        entries.set(value, (entries.get(value) ?? new Set<string>()).add(key));
    }
  }

  index(declared: Doc): void {
    this.indexes.set(String(declared['name']), declared);
    for (const field of Object.keys(Object(declared['key']))) {
      if (field.includes('.') || this.fields.has(field)) continue;
      this.fields.set(field, new Map());
      for (const document of [...this.documents.values()]) this.put(document);
    }
  }

  /** All that may match, in the order of _id. */
  *candidates(filter: Doc): Generator<Doc> {
    const keys = this.narrowed(filter);
    if (keys) {
      const found = [...keys].map((key) => this.documents.get(key)).filter((one) => one !== undefined);
      yield* found.sort((a, b) => compare(a['_id'], b['_id']));
      return;
    }
    if (!this.isSorted) this.ids.sort(compare);
    this.isSorted = true;
    const { $gt, $gte = $gt, $lte } = isObject(filter['_id']) ? filter['_id'] : {};
    for (let at = $gte === undefined ? 0 : this.firstFrom($gte); at < this.ids.length; at++) {
      const id = this.ids[at];
      if ($lte !== undefined && compare(id, $lte) > 0) return;
      const document = this.get(id);
      if (document) yield document;
    }
  }

  /** The keys that the best index gives; `undefined` where the filter asks nothing that an index answers. */
  private narrowed(filter: Doc): ReadonlySet<string> | undefined {
    const ids = listed(filter['_id']);
    if (ids) return new Set(ids.map(keyOf));
    let best: readonly ReadonlySet<string>[] | undefined;
    for (const [field, entries] of this.fields) {
      const found = listed(filter[field])?.map((value) => entries.get(keyOf(value)) ?? NO_KEYS);
      if (found && (!best || count(found) < count(best))) best = found;
    }
    return best && new Set(best.flatMap((keys) => [...keys]));
  }

  /** Where the first _id stands that is not less. */
  private firstFrom(id: unknown): number {
    let [low, high] = [0, this.ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.ids[middle], id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Of an array each of its members, as indexes do it. */
const valuesOf = (value: unknown): readonly string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(keyOf);
