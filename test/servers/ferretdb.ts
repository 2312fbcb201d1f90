/** Builds and starts FerretDB, a real server of MongoDB's wire protocol. Needs Go, and the network for the first build. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MongoClient } from 'mongodb';
import { folder } from '../folder';

const SOURCE = join(__dirname, 'ferretdb');

/** Why it is not started here, if it is not: `npm test` needs no server, `npm run contract` brings it along. */
export function whyNoFerret(): string | undefined {
  if (process.env['SERVERS'] === undefined) return 'npm run contract starts it';
  return spawnSync('go', ['version']).status === 0 ? undefined : 'no Go here to build it with';
}

export interface Ferret {
  readonly url: string;
  stop(): Promise<void>;
}

/** A minute for the first time; what was built is kept in the folder for temporary files. */
async function build(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(SOURCE, file)));
  const cache = join(tmpdir(), `kith-ferretdb-${hash.digest('hex').slice(0, 12)}`);
  const binary = join(cache, 'ferretdb');
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  const fresh = `${binary}-${process.pid}`;
  await promisify(execFile)('go', ['build', '-o', fresh, '.'], { cwd: SOURCE });
  renameSync(fresh, binary);
  return binary;
}

export async function startFerret(): Promise<Ferret> {
  const binary = await build();
  const { path, remove } = folder();
  const address = `127.0.0.1:${await freePort()}`;
  const server = spawn(binary, [address, `file:${path}/`], { cwd: path, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const url = `mongodb://${address}/`;
  const stop = async (): Promise<void> => {
    server.kill('SIGKILL');
    await ended;
    remove();
  };
  try {
    const client = new MongoClient(url, { serverSelectionTimeoutMS: 20_000 });
    await client.connect();
    await client.close();
  } catch (problem) {
    await stop();
    throw problem;
  }
  return { url, stop };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
