/**
 * `npm run house`: prints the bars that the code is held to, each with its figure, and fails where one is missed.
 * What is counted is syntax, read with the TypeScript compiler, never text; `--json` prints the same for a machine.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { disables, isBarrel, isCast, ROOT, sourcesUnder, within } from './syntax.cjs';

/** Where a cast or a disabled lint rule is allowed: the boundaries where bytes, rows and brands become types. */
const BOUNDARIES = ['src/domain/kernel.ts', 'src/views/', 'src/facts/'].concat(
  ['memory', 'embedded', 'sqlite', 'esdb'].map((engine) => `eventstore/${engine}`),
);
/** A field that every customer has, and that is easily spelt out in too many places. */
const FIELD = 'postcode';

const linesOf = (text) => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
const lineOf = ({ tree }, pos) => tree.getLineAndCharacterOfPosition(pos).line + 1;
const at = (source, node) => `${source.path}:${lineOf(source, node.getStart())}`;

const functionsOf = (source) =>
  within(source.tree)
    .filter((node) => ts.isFunctionLike(node) && node.body)
    .map((node) => ({
      name: (node.name ?? node.parent.name)?.getText() ?? 'a function',
      lines: lineOf(source, node.getEnd()) + 1 - lineOf(source, node.getStart()),
      at: at(source, node),
    }));

const isNamed = (node) => ts.isIdentifier(node) || ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node);

const quantile = (sorted, q) => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
const most = (what, figure, bar, where = []) => ({ what, figure, bar: `≤ ${bar}`, ok: figure <= bar, where });
const none = (what, where) => ({ what, figure: where.length, bar: '0', ok: where.length === 0, where });

/** Each row: what is counted, the figure, the bar as people say it, whether it is kept, and where to look if not. */
const measure = () => {
  const sources = sourcesUnder('src', 'eventstore');
  const find = (among, test) =>
    among.flatMap((source) =>
      within(source.tree)
        .filter(test)
        .map((node) => at(source, node)),
    );
  const typed = sources.filter(({ path }) => !BOUNDARIES.some((prefix) => path.startsWith(prefix)));
  const decorated = sources.filter(({ path }) => !path.startsWith('src/api/'));
  const barrels = sources.filter(isBarrel).map(({ path }) => path);

  const lines = sources.map(({ text }) => linesOf(text)).sort((a, b) => a - b);
  const large = sources.filter(({ text }) => linesOf(text) > 300).map(({ path, text }) => `${path} (${linesOf(text)})`);
  const functions = sources.flatMap(functionsOf);
  const long = functions.filter((one) => one.lines > 60).map((one) => `${one.at} ${one.name} (${one.lines})`);
  const loop = functions.filter((one) => one.at.startsWith('src/app/runner.ts:') && ['run', 'step'].includes(one.name));
  const longest = (among) => Math.max(0, ...among.map((one) => one.lines));

  const speaks = ({ tree }) => within(tree).some((node) => isNamed(node) && node.text.toLowerCase().includes(FIELD));
  const spelt = sources.filter(speaks).map(({ path }) => path);
  const readme = join(ROOT, 'README.md');

  return [
    most('lines per source file, median', quantile(lines, 0.5), 90),
    most('lines per source file, p90', quantile(lines, 0.9), 200),
    most('lines per source file, max', lines.at(-1) ?? 0, 300, large),
    {
      what: 'barrels, src/index.ts alone',
      figure: barrels.length,
      bar: '≤ 1',
      ok: barrels.every((path) => path === 'src/index.ts'),
      where: barrels.filter((path) => path !== 'src/index.ts'),
    },
    none('decorators outside src/api', find(decorated, ts.isDecorator)),
    none('casts outside kernel, engines, views, facts', find(typed, isCast)),
    none(
      'lint disables outside the same',
      typed.flatMap((source) => disables(source).map((pos) => `${source.path}:${lineOf(source, pos)}`)),
    ),
    most('lines of the longest function', longest(functions), 60, long),
    most(
      'lines of the core loop (run, step in src/app/runner.ts)',
      longest(loop),
      40,
      loop.map((one) => one.at),
    ),
    most('lines of README.md', existsSync(readme) ? linesOf(readFileSync(readme, 'utf8')) : 0, 200),
    most(`source files that name the field ${FIELD}`, spelt.length, 4, spelt),
  ];
};

const rows = measure();
if (process.argv.includes('--json')) console.log(JSON.stringify(rows, null, 2));
else {
  const width = Math.max(...rows.map((row) => row.what.length));
  for (const { what, figure, bar, ok, where } of rows) {
    console.log(`${what.padEnd(width)}  ${String(figure).padStart(5)}  bar ${bar.padEnd(6)} ${ok ? 'ok' : 'MISSED'}`);
    if (!ok) for (const place of where) console.log(`    ${place}`);
  }
}
process.exitCode = rows.every((row) => row.ok) ? 0 : 1;
