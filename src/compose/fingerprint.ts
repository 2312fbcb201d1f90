/**
 * Names the folds: a hash over the compiled code of domain and projections and the versions of the packages they use.
 * Views made by other folds are rebuilt, and nobody has to remember to count a version up.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const FOLDS = ['domain', 'projections'];

/** 12 hex digits. */
export function foldFingerprint(): string {
  const hash = createHash('sha256');
  for (const folder of FOLDS.map((name) => join(__dirname, '..', name))) {
    for (const file of codeIn(folder)) {
      hash
        .update(`${relative(__dirname, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  return hash.digest('hex').slice(0, 12);
}

const codeIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(js|ts)$/.test(name) && !name.endsWith('.d.ts'))
    .sort()
    .map((name) => join(folder, name));
