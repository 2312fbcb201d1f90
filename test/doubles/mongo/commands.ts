/** The commands that the views use, each document atomic and nothing more. What the design forbids is refused. */
import type { Data } from './data';
import { matches, mustHold, projected, Refused, sorted } from './query';
import type { Doc } from './wire';

/** Called before each operation of a bulk; throws where the rest is not to be done. */
export type Between = (operation: number) => Promise<void>;

type Command = (data: Data, body: Doc, cursors: Cursors, between: Between) => Promise<Doc> | Doc;

export class Cursors {
  private readonly open = new Map<bigint, { readonly ns: string; readonly rest: Doc[] }>();
  private made = 0n;

  first(ns: string, documents: readonly Doc[], size: number): Doc {
    const rest = [...documents];
    const firstBatch = rest.splice(0, size);
    if (rest.length === 0) return { cursor: { id: 0n, ns, firstBatch }, ok: 1 };
    this.made += 1n;
    this.open.set(this.made, { ns, rest });
    return { cursor: { id: this.made, ns, firstBatch }, ok: 1 };
  }

  next(id: bigint, size: number): Doc {
    const held = this.open.get(id);
    if (!held) throw new Refused(43, `cursor ${id} not found`, 'CursorNotFound');
    const nextBatch = held.rest.splice(0, size);
    if (held.rest.length === 0) this.open.delete(id);
    return { cursor: { id: held.rest.length === 0 ? 0n : id, ns: held.ns, nextBatch }, ok: 1 };
  }

  /** What is dropped is not read on. */
  end(ns: string): void {
    for (const [id, held] of this.open) if (held.ns === ns) this.open.delete(id);
  }
}

const named = (body: Doc, command: string): string => `${String(body['$db'])}.${String(body[command])}`;
const list = (value: unknown): readonly Doc[] => value as readonly Doc[];
const FIRST_BATCH = 101;
const BY_ID = { _id: 1 };

/** What the filter finds, in the order of _id; no more than `limit`. */
function found(data: Data, ns: string, filter: Doc, limit = Infinity): Doc[] {
  const all: Doc[] = [];
  for (const document of data.candidates(ns, filter)) {
    if (!matches(document, filter)) continue;
    if (all.push(document) >= limit) break;
  }
  return all;
}

export const COMMANDS: Readonly<Record<string, Command>> = {
  ping: () => ({ ok: 1 }),
  endSessions: () => ({ ok: 1 }),
  killCursors: () => ({ ok: 1 }),

  insert: async (data, body, _, between) => {
    const [ns, writeErrors] = [named(body, 'insert'), [] as Doc[]];
    for (const [index, document] of list(body['documents']).entries()) {
      await between(index);
      mustHold(document);
      if (data.get(ns, document['_id']))
        writeErrors.push({ index, code: 11_000, errmsg: `E11000 duplicate key: ${ns}` });
      else data.put(ns, document);
    }
    const n = list(body['documents']).length - writeErrors.length;
    return { n, ...(writeErrors.length > 0 && { writeErrors }), ok: 1 };
  },

  update: async (data, body, _, between) => {
    const ns = named(body, 'update');
    let n = 0;
    for (const [index, { q, u, upsert, multi }] of list(body['updates']).entries()) {
      await between(index);
      if (upsert || multi || Array.isArray(u))
        throw new Refused(72, 'no upserts, no pipelines, one document at a time');
      const [document] = found(data, ns, q as Doc, 1);
      if (!document) continue;
      const made = updated(document, u as Doc);
      mustHold(made);
      data.put(ns, made);
      n += 1;
    }
    return { n, nModified: n, ok: 1 };
  },

  find: (data, body, cursors) => {
    const { filter = {}, sort, limit = 0, batchSize = FIRST_BATCH, projection } = body;
    const ns = named(body, 'find');
    const most = Number(limit) > 0 ? Number(limit) : Infinity;
    const asked =
      JSON.stringify(sort ?? BY_ID) === JSON.stringify(BY_ID)
        ? found(data, ns, filter as Doc, most)
        : sorted(found(data, ns, filter as Doc), sort as Doc).slice(0, most);
    const shown = asked.map((document) => projected(document, projection as Doc | undefined));
    return cursors.first(ns, shown, Number(batchSize));
  },

  getMore: (_, body, cursors) => cursors.next(BigInt(String(body['getMore'])), Number(body['batchSize'] ?? 1_000)),

  count: (data, body) => {
    return { n: found(data, named(body, 'count'), body['query'] as Doc).length, ok: 1 };
  },

  createIndexes: (data, body) => {
    for (const { key, name, ...more } of list(body['indexes'])) {
      if (Object.keys(more).length > 0) throw new Refused(72, `no option ${Object.keys(more).join()} of an index`);
      data.index(named(body, 'createIndexes'), { v: 2, key, name });
    }
    return { ok: 1 };
  },

  listIndexes: (data, body, cursors) => {
    const ns = named(body, 'listIndexes');
    return cursors.first(ns, data.indexes(ns), FIRST_BATCH);
  },

  listCollections: (data, body, cursors) => {
    const database = String(body['$db']);
    const names = data.names(database).map((name) => ({ name: name.slice(database.length + 1), type: 'collection' }));
    return cursors.first(`${database}.$cmd.listCollections`, names, FIRST_BATCH);
  },

  drop: (data, body, cursors) => {
    const ns = named(body, 'drop');
    if (!data.has(ns)) throw new Refused(26, 'ns not found', 'NamespaceNotFound');
    data.drop(ns);
    cursors.end(ns);
    return { ok: 1 };
  },

  dropDatabase: (data, body) => {
    for (const name of data.names(String(body['$db']))) data.drop(name);
    return { ok: 1 };
  },
};

function updated(document: Doc, change: Doc): Doc {
  const operators = Object.keys(change).filter((name) => name.startsWith('$'));
  if (operators.some((name) => name !== '$set')) throw new Refused(9, `no double of ${operators.join()}`);
  const { _id } = document;
  return operators.length > 0 ? { ...document, ...(change['$set'] as Doc), _id } : { ...change, _id };
}
