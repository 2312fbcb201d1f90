/** Files of a test's own, and the real command line run on them. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from '../folder';

const MAIN = join(__dirname, '../../dist/src/main.js');

export interface MatchTrial {
  readonly path: string;
  file(name: string, text: string): string;
  read(name: string): string;
  /** Runs `kith match` in the folder. */
  match(...args: readonly string[]): { readonly out: string; readonly err: string; readonly code: number | null };
  end(): void;
}

export function matchTrial(): MatchTrial {
  const { path, remove } = folder();
  return {
    path,
    file: (name, text) => {
      writeFileSync(join(path, name), text);
      return name;
    },
    read: (name) => readFileSync(join(path, name), 'utf8'),
    match: (...args) => {
      const { stdout, stderr, status } = spawnSync(process.execPath, [MAIN, 'match', ...args], {
        cwd: path,
        encoding: 'utf8',
      });
      return { out: stdout, err: stderr, code: status };
    },
    end: remove,
  };
}

const GIVEN = 'Ada Bruno Clara Dario Edith Felix Greta Hugo Irma Jonas'.split(' ');
const FAMILY =
  'Aigner Bauer Czerny Dorfer Ebner Fuchs Gruber Huber Illek Jandl Kofler Lang Mayr Novak Ortner Pichler Reiter Steiner Thaler Unger'.split(
    ' ',
  );

/** `parties` people in two records each, the second one with a typing error in its family name and another e-mail. */
export function people(parties: number): string {
  const rows = Array.from({ length: parties }, (_, n) => {
    const [given = '', family = ''] = [GIVEN[n % 10], FAMILY[Math.floor(n / 10) % 20]];
    const born = `19${String(40 + (n % 50))}-${String(1 + (n % 12)).padStart(2, '0')}-${String(1 + ((n * 7) % 28)).padStart(2, '0')}`;
    const mail = `${given}.${family}${n}`.toLowerCase();
    return [
      `${n}-a,${given},${family},${born},${mail}@mail.example,${n}`,
      `${n}-b,${given},${family}${family.slice(-1)},${born},${mail}@post.example,${n}`,
    ];
  });
  return `${['id,given,surname,dob,email,person', ...rows.flat()].join('\n')}\n`;
}
