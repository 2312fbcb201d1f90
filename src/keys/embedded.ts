/**
 * keys.db: the secrets that turn records and contents into keyed ids. It stands beside the log and is never part of it;
 * without it a log cannot be read as the same customers again, so it belongs into every backup set, well guarded.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openPlain } from '../../eventstore/sqlite';
import { LogError } from '../../eventstore/store';
import type { LogKeys } from '../domain/envelope';

export const KEYS_FILE = 'keys.db';

/** Milliseconds. */
const PATIENCE = 5_000;

/** Where the keys of a data folder are, unless somebody says otherwise. */
export const keysFile = (folder: string): string => join(folder, KEYS_FILE);

/** Opens a file of keys, or makes it where `create` is set and there is none. */
export function openKeys(file: string, { create, tenant }: { create: boolean; tenant: string }): LogKeys {
  if (!create && !existsSync(file))
    throw new LogError('wrong-keys', `there is no ${file}: put back the keys that belong to this log, from its backup`);
  if (create) closeSync(openSync(file, 'a', 0o600)); // only who runs Kith may read it
  const db = openPlain(file, { readOnly: !create, patience: PATIENCE });
  try {
    if (create) {
      // One file and nothing beside it, so that it can be handed on, and read where nothing can be written.
      db.exec('PRAGMA journal_mode = DELETE; PRAGMA secure_delete = ON');
      db.exec('CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID');
      const keep = db.prepare('INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING');
      keep.run('tenant', tenant);
      for (const name of ['record', 'fingerprint']) keep.run(name, randomBytes(32).toString('hex'));
    }
    const rows = new Map(db.prepare('SELECT name, value FROM secrets').all().map(pair));
    return { tenant: secret(rows, 'tenant'), record: secret(rows, 'record'), fingerprint: secret(rows, 'fingerprint') };
  } finally {
    db.close();
  }
}

/** A whole copy, whatever the file is being used for meanwhile; a crash leaves none or all of it. */
export function copyKeys(file: string, to: string): void {
  const fresh = `${to}.new`;
  rmSync(fresh, { force: true });
  closeSync(openSync(fresh, 'wx', 0o600)); // an empty file is taken as it is
  const db = openPlain(file, { readOnly: true, patience: PATIENCE });
  try {
    db.prepare('VACUUM INTO ?').run(fresh);
  } finally {
    db.close();
  }
  renameSync(fresh, to);
}

/** Keys that live as long as the process. */
export const passingKeys = (tenant: string): LogKeys => ({
  tenant,
  record: randomBytes(32).toString('hex'),
  fingerprint: randomBytes(32).toString('hex'),
});

function pair(row: unknown): [string, string] {
  const { name, value } = Object(row);
  return [String(name), String(value)];
}

function secret(rows: ReadonlyMap<string, string>, name: string): string {
  const value = rows.get(name);
  if (value === undefined)
    throw new LogError(
      'wrong-keys',
      `${KEYS_FILE} lacks the secret ${name}: put back the one that belongs to this log, from its backup`,
    );
  return value;
}
