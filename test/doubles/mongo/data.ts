/** What the double holds: documents by collection and _id. With a journal it is there again after a kill. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { BSON } from 'mongodb';
import { Refused } from './query';
import type { Doc } from './wire';

interface Held {
  readonly documents: Map<string, Doc>;
  readonly indexes: Map<string, Doc>;
}

type Change =
  | { readonly put: string; readonly document: Doc }
  | { readonly index: string; readonly document: Doc }
  | { readonly drop: string };

const keyOf = (id: unknown): string => `${typeof id}:${String(id)}`;

export class Data {
  private readonly held = new Map<string, Held>();

  constructor(private readonly journal?: string) {
    if (journal === undefined || !existsSync(journal)) return;
    for (const line of readFileSync(journal, 'utf8').split('\n')) {
      // The last line of a process that was killed may be half a line: nobody was told of it.
      if (!line.endsWith('.')) continue;
      this.apply(BSON.deserialize(Buffer.from(line, 'base64'), { useBigInt64: true }) as Change);
    }
  }

  names(database: string): readonly string[] {
    return [...this.held.keys()].filter((name) => name.startsWith(`${database}.`));
  }

  documents(name: string): readonly Doc[] {
    return [...(this.held.get(name)?.documents.values() ?? [])];
  }

  get(name: string, id: unknown): Doc | undefined {
    return this.held.get(name)?.documents.get(keyOf(id));
  }

  indexes(name: string): readonly Doc[] {
    const held = this.held.get(name);
    if (!held) throw new Refused(26, 'ns does not exist', 'NamespaceNotFound');
    return [{ v: 2, key: { _id: 1 }, name: '_id_' }, ...held.indexes.values()];
  }

  has(name: string): boolean {
    return this.held.has(name);
  }

  put(name: string, document: Doc): void {
    this.change({ put: name, document });
  }

  index(name: string, document: Doc): void {
    this.change({ index: name, document });
  }

  drop(name: string): void {
    this.change({ drop: name });
  }

  /** As it is now, whatever comes. */
  frozen(): Data {
    const copy = new Data();
    for (const [name, { documents, indexes }] of this.held)
      copy.held.set(name, { documents: new Map(documents), indexes: new Map(indexes) });
    return copy;
  }

  private change(change: Change): void {
    this.apply(change);
    if (this.journal === undefined) return;
    appendFileSync(this.journal, `${Buffer.from(BSON.serialize(change)).toString('base64')}.\n`);
  }

  private apply(change: Change): void {
    if ('drop' in change) return void this.held.delete(change.drop);
    const name = 'put' in change ? change.put : change.index;
    const held = this.held.get(name) ?? { documents: new Map(), indexes: new Map() };
    this.held.set(name, held);
    if ('put' in change) held.documents.set(keyOf(change.document['_id']), change.document);
    else held.indexes.set(String(change.document['name']), change.document);
  }
}
