/** The docs are run: each block of the README works as it stands, links lead somewhere, generated pages are what the code says. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { folder } from './folder';
import { until } from './until';

const root = join(__dirname, '..');
const run = promisify(execFile);

interface Block {
  readonly kind: string;
  readonly text: string;
}

const blocksOf = (page: string): Block[] =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```(\w[\w ]*)\n([\s\S]*?)^```$/gm)].map(
    ([, kind = '', text = '']) => ({ kind, text }),
  );

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** A shell in which `kith` is the built command line. */
const shell = (text: string): string =>
  `set -euo pipefail\nkith() { node ${join(root, 'dist/src/main.js')} "$@"; }\n${text}`;

/** Whether the views of the server hold the whole log. */
async function isLevel(port: number): Promise<boolean> {
  const { position, projected } = JSON.parse(await (await fetch(`http://127.0.0.1:${port}/v1/projections`)).text());
  return projected === position;
}

const listening = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.stdout?.on('data', (text) => /http:\/\//.test(String(text)) && resolve());
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });

describe('README', () => {
  const blocks = blocksOf('README.md');

  test('has at most 200 lines', () => {
    expect(readFileSync(join(root, 'README.md'), 'utf8').split('\n').length).toBeLessThanOrEqual(200);
  });

  test('its npm commands exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const named = blocks.flatMap(({ text }) =>
      [...text.matchAll(/^npm (?:run )?(\w+)$/gm)].map(([, script]) => script),
    );
    expect(named).toEqual(['demo', 'test']);
    for (const script of named) expect(Object.keys(scripts)).toContain(script);
  });

  test('its other blocks run, one after the other, against the server that it starts', async () => {
    const { path, remove } = folder();
    const port = await freePort();
    const ready = (text: string) =>
      shell(
        text
          .replaceAll('8008', String(port))
          .replace(/^kith serve/, 'exec node ' + join(root, 'dist/src/main.js') + ' serve'),
      );
    const server = blocks.find(({ kind }) => kind === 'sh server');
    const child = spawn('bash', ['-c', ready(server?.text ?? '')], { cwd: path, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await listening(child);
      const said: string[] = [];
      for (const { kind, text } of blocks) {
        if (kind !== 'sh' || text.startsWith('npm ')) continue;
        const { stdout, stderr } = await run('bash', ['-c', ready(text)], { cwd: path });
        expect(stderr).toBe('');
        said.push(stdout);
        // As for somebody who reads on before the next command.
        await until(() => isLevel(port), 50);
      }
      const [sent = '', found = '', shown = ''] = said;
      expect(JSON.parse(sent).summary).toMatchObject({ accepted: 3 });
      expect(found).toContain('Lovelace');
      expect(shown).toContain('15.30');
      expect(shown).toContain('the log is whole: 3 events');
    } finally {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      remove();
    }
  });
});

test('the blocks of "Match files" run one after the other, and find what the page says', async () => {
  const { path, remove } = folder();
  try {
    const said: string[] = [];
    for (const { text } of blocksOf('docs/how-to/match-files.md')) {
      const { stdout, stderr } = await run('bash', ['-c', shell(text)], { cwd: path });
      expect(stderr).toBe('');
      said.push(stdout);
    }
    const [first = '', , , suppliers = '', explained = ''] = said;
    const customers = readFileSync(join(path, 'customers.csv'), 'utf8').trimEnd().split('\n');
    expect(first).toContain('5 records are 3 customers');
    expect(customers.map((row) => row.split(',').slice(-3).join())).toEqual([
      'kith_source,kith_record,kith_customer',
      'shop,shop:s1,shop:s1',
      'shop,shop:s2,shop:s2',
      'shop,shop:s3,shop:s3',
      'desk,desk:d1,shop:s1',
      'desk,desk:d2,shop:s2',
    ]);
    expect(suppliers).toContain('5 records are 3 customers: 3 records in 1 customer of several records');
    expect(explained).toContain('they are one customer');
    expect(explained).toContain('not linked');
  } finally {
    remove();
  }
});

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'eventstore/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

test.each(pages)('%s links to what exists', (page) => {
  const links = [...readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(
    ([, link = '']) => link,
  );
  const dead = links.filter((link) => !/^https?:/.test(link) && !existsSync(join(root, dirname(page), link)));
  expect(dead).toEqual([]);
});

test('generated pages are what the code says', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'tools/docs.mjs'), '--check'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
