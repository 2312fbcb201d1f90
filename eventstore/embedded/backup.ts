/**
 * A backup is a folder with a copy of log.db as of one moment, whatever else the host adds, and manifest.json, written
 * last, that says what must be in it. A restore believes nothing but what it has checked.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import { LogError, type TreeHead } from '../store';
import type { CopyStart } from './copy';
import { EmbeddedReader } from './reader';
import { logFile } from './schema';
import { compiled } from './thread';

/** Another file of the folder that belongs to a backup; `copy` writes it, consistent, to the path it is given. */
export interface ExtraFile {
  readonly name: string;
  readonly copy: (to: string) => Promise<void>;
}

export interface Manifest {
  readonly format: 1;
  readonly logId: string;
  /** Number of events, in decimal digits. */
  readonly size: string;
  /** Root of the tree over them, hex. */
  readonly root: string;
  /** RFC 3339 UTC. */
  readonly at: string;
  /** SHA-256 of each file, hex. */
  readonly files: Readonly<Record<string, string>>;
}

const MANIFEST = 'manifest.json';
const LOG = 'log.db';

export async function backupLog(from: string, to: string, extra: readonly ExtraFile[]): Promise<TreeHead> {
  await emptyFolder(to, 'a backup');
  await copyInThread({ from: logFile(from), to: logFile(to) });
  for (const file of extra) await file.copy(join(to, plainName(file.name)));
  const { id, head } = await summary(to);
  const files: Record<string, string> = {};
  for (const name of [LOG, ...extra.map((file) => file.name)]) {
    await flush(join(to, name));
    files[name] = await sha256(join(to, name));
  }
  const root = Buffer.from(head.root).toString('hex');
  const manifest: Manifest = {
    format: 1,
    logId: id,
    size: String(head.size),
    root,
    at: new Date().toISOString(),
    files,
  };
  await writeFile(join(to, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  await flush(join(to, MANIFEST));
  return head;
}

/**
 * Copies a backup into an empty folder and verifies every event there. Throws `LogError`: not-a-log (no backup), damaged
 * (with the first broken place), not-empty; `to` is empty again then.
 */
export async function restoreLog(from: string, to: string): Promise<Manifest> {
  const manifest = await readManifest(from);
  for (const [name, hash] of Object.entries(manifest.files)) {
    const found = await sha256(join(from, plainName(name))).catch(() => 'nothing');
    if (found !== hash)
      throw new LogError('damaged', `${name} in ${from} is not the file that was backed up: its SHA-256 is ${found}`);
  }
  await emptyFolder(to, 'a restore');
  try {
    for (const name of Object.keys(manifest.files)) {
      await copyFile(join(from, name), join(to, name));
      await flush(join(to, name));
    }
    await checkRestored(to, manifest);
  } catch (error) {
    for (const name of await readdir(to)) await rm(join(to, name));
    throw error;
  }
  return manifest;
}

async function checkRestored(folder: string, manifest: Manifest): Promise<void> {
  const reader = new EmbeddedReader(folder);
  try {
    const verdict = await reader.verify();
    if (!verdict.ok)
      throw new LogError('damaged', `event ${verdict.broken.position} of the backup is broken: ${verdict.broken.what}`);
    const same = String(verdict.size) === manifest.size && Buffer.from(verdict.root).toString('hex') === manifest.root;
    if (!same || reader.id !== manifest.logId)
      throw new LogError('damaged', 'the log in the backup is not the one its manifest describes');
  } finally {
    await reader.close();
  }
}

async function readManifest(from: string): Promise<Manifest> {
  const text = await readFile(join(from, MANIFEST), 'utf8').catch(() => undefined);
  if (text === undefined)
    throw new LogError('not-a-log', `${from} holds no manifest.json: it is no backup, or one that was not finished`);
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format !== 1) throw new LogError('newer-format', `the backup in ${from} was made by a newer version`);
  return manifest;
}

async function summary(folder: string): Promise<{ id: string; head: TreeHead }> {
  const reader = new EmbeddedReader(folder);
  try {
    return { id: reader.id, head: await reader.tree() };
  } finally {
    await reader.close();
  }
}

async function emptyFolder(folder: string, what: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new LogError('not-empty', `${folder} is not empty: ${what} needs a folder of its own`);
}

/** A manifest comes from outside: it must not name a place outside of its folder. */
function plainName(name: string): string {
  if (name !== basename(name) || name === MANIFEST || name.startsWith('.'))
    throw new LogError('damaged', `${JSON.stringify(name)} is no name of a file in a backup`);
  return name;
}

function copyInThread(start: CopyStart): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(compiled('copy.js'), { workerData: start });
    worker.once('error', reject);
    worker.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the copying thread ended with ${code}`)),
    );
  });
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
