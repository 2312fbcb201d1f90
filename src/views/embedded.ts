/**
 * Views in SQLite files: views.db names the generations and points at the live one; each generation is a file of its
 * own. One thread of one process writes (`EmbeddedViewStore`), any number read (`openViewReader`).
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase, rowsOf } from '../../eventstore/sqlite';
import type { Generation, ViewReader, ViewStore } from '../app/ports';
import { EmbeddedReader } from './embedded/reader';
import { generationOf, openForReading, openForWriting, removeGeneration } from './embedded/tables';
import { EmbeddedViews } from './embedded/writer';
import { LiveReader } from './live';

const pointerFile = (folder: string): string => join(folder, 'views.db');

/** AUTOINCREMENT: a name is never given out twice, so that a reader cannot take a new file for the old one. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS generations (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL GENERATED ALWAYS AS ('g' || serial),
    fingerprint TEXT NOT NULL,
    live INTEGER NOT NULL DEFAULT 0
  ) STRICT`;

export class EmbeddedViewStore implements ViewStore {
  private readonly opened = new Map<string, EmbeddedViews[]>();

  private constructor(
    private readonly folder: string,
    private readonly pointer: Database,
  ) {}

  /** For the owner of the folder, which exists. Removes what a crash left of generations that were never made or dropped. */
  static open(folder: string): EmbeddedViewStore {
    // Unlike the views, the pointer must be on disk before the generation that it left is deleted.
    const pointer = openDatabase(pointerFile(folder), { synchronous: 'full' });
    const store = new EmbeddedViewStore(folder, pointer);
    pointer.exec(TABLES);
    store.alone(() => store.sweep());
    return store;
  }

  async generations(): Promise<readonly Generation[]> {
    return this.list();
  }

  async create(fingerprint: string): Promise<EmbeddedViews> {
    return this.alone(() => {
      const made = this.pointer.prepare('INSERT INTO generations (fingerprint) VALUES (?)').run(fingerprint);
      return this.opening(`g${made.lastInsertRowid}`);
    });
  }

  async open(name: string): Promise<EmbeddedViews> {
    this.get(name);
    return this.opening(name);
  }

  async switchTo(name: string): Promise<void> {
    this.get(name);
    this.pointer.prepare('UPDATE generations SET live = (name = ?)').run(name);
  }

  async drop(name: string): Promise<void> {
    if (this.get(name).live) throw new Error(`views ${name} are live and cannot be dropped`);
    for (const views of this.opened.get(name) ?? []) await views.close();
    this.opened.delete(name);
    this.pointer.prepare('DELETE FROM generations WHERE name = ?').run(name);
    removeGeneration(this.folder, name);
  }

  async close(): Promise<void> {
    for (const views of [...this.opened.values()].flat()) await views.close();
    this.pointer.close();
  }

  private list(): Generation[] {
    const rows = rowsOf(this.pointer, 'SELECT name, fingerprint, live FROM generations ORDER BY serial').all();
    return (rows as [string, string, number][]).map(([name, fingerprint, live]) => ({
      name,
      fingerprint,
      live: live === 1,
    }));
  }

  private get(name: string): Generation {
    const found = this.list().find((generation) => generation.name === name);
    if (!found) throw new Error(`there are no views ${name}`);
    return found;
  }

  private opening(name: string): EmbeddedViews {
    const views = new EmbeddedViews(name, openForWriting(this.folder, name));
    this.opened.set(name, [...(this.opened.get(name) ?? []), views]);
    return views;
  }

  private sweep(): void {
    const named = new Set(this.list().map(({ name }) => name));
    for (const file of readdirSync(this.folder)) {
      const name = generationOf(file);
      if (name !== undefined && !named.has(name)) removeGeneration(this.folder, name);
    }
  }

  private alone<T>(work: () => T): T {
    this.pointer.exec('BEGIN IMMEDIATE');
    try {
      const done = work();
      this.pointer.exec('COMMIT');
      return done;
    } catch (error) {
      if (this.pointer.isTransaction) this.pointer.exec('ROLLBACK');
      throw error;
    }
  }
}

/** Reads the live generation, from any thread or process; sees a switch at its next call. May be opened before there is one: calls throw until then. */
export function openViewReader(folder: string): ViewReader {
  const live = new LiveFile(folder);
  return new LiveReader(
    async (question) => question(live.now()),
    () => live.now().name,
    () => live.close(),
  );
}

class LiveFile {
  private pointer: { readonly db: Database; readonly name: () => string | undefined } | undefined;
  private held: EmbeddedReader | undefined;

  constructor(private readonly folder: string) {}

  /** A look at the pointer takes 3 µs. */
  now(): EmbeddedReader {
    const name = this.name();
    if (name === undefined) throw new Error(`no views are live yet in ${this.folder}`);
    if (this.held?.name === name) return this.held;
    try {
      const fresh = new EmbeddedReader(name, openForReading(this.folder, name));
      void this.held?.close();
      this.held = fresh;
      return fresh;
    } catch (error) {
      // Left and deleted since the pointer was read.
      if (this.name() !== name) return this.now();
      throw error;
    }
  }

  private name(): string | undefined {
    if (!this.pointer && existsSync(pointerFile(this.folder))) {
      const db = openDatabase(pointerFile(this.folder), { readOnly: true });
      const select = rowsOf(db, 'SELECT name FROM generations WHERE live');
      this.pointer = { db, name: () => (select.get() as [string] | undefined)?.[0] };
    }
    return this.pointer?.name();
  }

  async close(): Promise<void> {
    await this.held?.close();
    this.pointer?.db.close();
    this.held = undefined;
    this.pointer = undefined;
  }
}
