/**
 * One process owns a folder. The lock is one of the operating system's, held by an open transaction on owner.db, so that
 * a killed owner leaves nothing behind; owner.json beside it only tells who that is.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openPlain, sqliteCode } from '../sqlite';
import { LogError } from '../store';

export interface OwnerNote {
  readonly pid: number;
  /** Where the owner takes requests from other processes, if it does. */
  readonly url?: string;
  /** RFC 3339 UTC. */
  readonly since: string;
}

/** Who wrote owner.json last; it may be gone by now. */
export function readOwner(folder: string): OwnerNote | undefined {
  try {
    return JSON.parse(readFileSync(noteFile(folder), 'utf8')) as OwnerNote;
  } catch {
    return undefined;
  }
}

const BUSY = 5;

const noteFile = (folder: string): string => join(folder, 'owner.json');

export class Owner {
  private readonly since = new Date().toISOString();

  private constructor(
    private readonly folder: string,
    private readonly lock: Database,
  ) {
    this.announce();
  }

  /** Throws `LogError` 'owned' while another process, or another log of this one, has the folder. */
  static claim(folder: string): Owner {
    const lock = openPlain(join(folder, 'owner.db'));
    try {
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      if (sqliteCode(error) === BUSY) throw owned(folder);
      throw error;
    }
    return new Owner(folder, lock);
  }

  /** Tells others where to send what they want written. */
  announce(url?: string): void {
    const note: OwnerNote = { pid: process.pid, since: this.since, ...(url === undefined ? {} : { url }) };
    const fresh = `${noteFile(this.folder)}.new`;
    writeFileSync(fresh, `${JSON.stringify(note)}\n`);
    renameSync(fresh, noteFile(this.folder));
  }

  release(): void {
    rmSync(noteFile(this.folder), { force: true });
    this.lock.close();
  }
}

function owned(folder: string): LogError {
  const note = readOwner(folder);
  const who = note ? `process ${note.pid} since ${note.since}` : 'another process';
  const way = note?.url ? `write through it at ${note.url}` : 'stop it first, or only read';
  return new LogError('owned', `${folder} is in use by ${who}: ${way}`);
}
