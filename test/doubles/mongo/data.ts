/** What the double holds: documents by collection and _id. With a journal it is there again after a kill. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { BSON } from 'mongodb';
import { Indexed } from './indexed';
import { Refused } from './query';
import type { Doc } from './wire';

type Change =
  | { readonly put: string; readonly document: Doc }
  | { readonly index: string; readonly document: Doc }
  | { readonly drop: string };

export class Data {
  private readonly held = new Map<string, Indexed>();

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

  /** All that may match, in the order of _id. */
  candidates(name: string, filter: Doc): Iterable<Doc> {
    return this.held.get(name)?.candidates(filter) ?? [];
  }

  get(name: string, id: unknown): Doc | undefined {
    return this.held.get(name)?.get(id);
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
    for (const [name, held] of this.held) {
      for (const document of held.indexes.values()) copy.index(name, document);
      for (const document of held.candidates({})) copy.put(name, document);
    }
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
    const held = this.held.get(name) ?? new Indexed();
    this.held.set(name, held);
    if ('put' in change) held.put(change.document);
    else held.index(change.document);
  }
}
