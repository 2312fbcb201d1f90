/**
 * Installs what is missing, and says nothing where nothing is: the first step of every script that needs the packages,
 * so that a fresh clone answers to its first command. Uses only what Node brings along, as there is nothing else yet.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const json = (path) => {
  const file = join(root, path);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
};

/** Whether node_modules holds what package.json and the lock file ask for; versions count, dates of files do not. */
const ready = () => {
  const asked = json('package.json');
  const locked = json('package-lock.json')?.packages;
  const installed = json('node_modules/.package-lock.json')?.packages;
  if (!locked || !installed) return false;
  const same = (kind) => isDeepStrictEqual(asked[kind] ?? {}, locked[''][kind] ?? {});
  if (!same('dependencies') || !same('devDependencies')) return false;
  const direct = Object.keys({ ...asked.dependencies, ...asked.devDependencies });
  // npm writes its own list last, but a folder may have been taken away since.
  if (!direct.every((name) => existsSync(join(root, 'node_modules', name, 'package.json')))) return false;
  return Object.entries(locked).every(
    // The binaries of other platforms are locked and never installed.
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional && !installed[path]),
  );
};

if (!ready()) {
  console.log('installing packages, once; about half a minute …');
  // Not `npm ci`: it refuses a lock file without the binaries of other platforms, which not every registry has.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status, error, stdout, stderr } = spawnSync(npm, ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`npm install failed\n${error?.message ?? ''}${stdout}${stderr}`);
    process.exit(1);
  }
}
