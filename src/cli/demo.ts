/**
 * `kith demo`: two years of a small business in a few seconds, a tour through them, and a server to look around. It works
 * in a folder of its own and never touches another one.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Command } from 'commander';
import type { Kith } from '../app/kith';
import { openKith } from '../compose';
import { KATHARINA } from '../demo/cast';
import { deliveries } from '../demo/deliveries';
import { BEGIN, END } from '../demo/days';
import { FACTS_A_PARTY, usualStory } from '../demo/story';
import { Refusal } from '../domain/refusals';
import { type Clock, type Imported, importStory } from './demo-import';
import { heading } from './demo-page';
import {
  type File,
  tellFinding,
  tellImport,
  tellKatharina,
  tellMatching,
  tellSize,
  tellSpeed,
  tellVerify,
} from './demo-tour';
import { acting, group, print, progress } from './running';

interface Asked {
  readonly exit?: boolean;
  readonly facts?: string;
  readonly data?: string;
  readonly port?: string;
}

export const demo = (): Command =>
  new Command('demo')
    .description('Import two years of a made-up bicycle shop, show what Kith makes of them, and serve it')
    .option('--exit', 'end after the tour instead of serving')
    .option('--facts <n>', 'about how many facts, 1,000 to 500,000')
    .option('--data <folder>', 'an empty or new folder to work in and keep (default: one that goes away again)')
    .option('--port <n>', 'port of the server (default: 8008, or a free one where that is taken)')
    .action(
      acting(async (asked: Asked) => {
        const parties =
          asked.facts === undefined
            ? usualStory.parties
            : Math.ceil(whole(asked.facts, '--facts', 1_000, 500_000) / FACTS_A_PARTY);
        const port = asked.port === undefined ? 8008 : whole(asked.port, '--port', 0, 65_535);
        const { folder, kept } = workIn(asked.data);
        try {
          await show(folder, { parties, kept, ...(!asked.exit && { port }) });
        } finally {
          if (!kept) rmSync(folder, { recursive: true, force: true });
        }
      }),
    );

/** Exit code of what Ctrl-C ended, as shells have it. */
const INTERRUPTED = 130;

interface Plan {
  readonly parties: number;
  readonly kept: boolean;
  /** No port, no server. */
  readonly port?: number;
}

async function show(folder: string, { parties, kept, port }: Plan): Promise<void> {
  const { seed } = usualStory;
  print('Kith demo: a bicycle shop with a web site, a call centre and a billing office, 2024–2025.');
  print(`${group(parties)} made-up people and companies, seed ${seed}: the same on every run.`);
  const ignored = ['KITH_LOG', 'KITH_VIEWS'].filter((name) => process.env[name]);
  if (ignored.length > 0)
    print(`${ignored.join(' and ')} ${ignored.length > 1 ? 'are' : 'is'} ignored: the demo works in a folder alone.`);
  print();
  const clock: Clock = { now: BEGIN };
  let time = () => clock.now;
  const kith = await openKith({ data: folder, now: () => time() });
  try {
    const [imported, viewSeconds] = await bringIn(kith, clock, parties);
    if (!imported) {
      process.exitCode = INTERRUPTED;
      return print('stopped');
    }
    tellImport(imported, ['shop', 'website', 'callcentre', 'billing']);
    await tellSize(kith, filesIn(folder));
    const katharina = await tellKatharina(kith);
    await tellFinding(kith);
    await tellMatching(kith);
    await tellVerify(kith);
    await tellSpeed(kith, imported, viewSeconds, katharina);
    // From here on it is today; the log never goes back, even where this machine's clock is behind the story.
    time = () => Math.max(Date.now(), END);
    if (port !== undefined) await leaveRunning(kith, { folder, kept, port, katharina });
  } finally {
    await kith.close();
  }
}

/** Nothing where Ctrl-C came first; else what was imported, and the seconds until the views were level. */
async function bringIn(kith: Kith, clock: Clock, parties: number): Promise<[Imported | undefined, number]> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const story = [...deliveries({ ...usualStory, parties })];
  const bar = progress('importing');
  const imported = await importStory(kith, clock, story, { onProgress: bar.at, signal: stopping.signal });
  bar.end();
  const started = performance.now();
  const { position } = await kith.log.head();
  const folding = progress('folding  ');
  while (!stopping.signal.aborted && !(await kith.reached(position, 250)))
    folding.at((await kith.status()).projected, position);
  folding.end();
  const matching = progress('matching ');
  while (!stopping.signal.aborted && !(await kith.settled(250))) {
    const { projected, position: head } = await kith.status();
    matching.at(projected, head);
  }
  matching.end();
  process.off('SIGINT', stop).off('SIGTERM', stop);
  return [stopping.signal.aborted ? undefined : imported, (performance.now() - started) / 1_000];
}

async function leaveRunning(
  kith: Kith,
  { folder, kept, port, katharina }: { folder: string; kept: boolean; port: number; katharina: string },
): Promise<void> {
  // Loaded here, so that a tour without a server starts without one.
  const { serve } = await import('./serve.js');
  const quiet = () => undefined;
  const serving = await serve(kith, { port, print: quiet }).catch((problem: unknown) => {
    if (!isTaken(problem)) throw problem;
    return serve(kith, { port: 0, print: quiet });
  });
  lookAround(serving.url, folder, katharina);
  print(
    `Listening on ${serving.url} until Ctrl-C${kept ? '' : '; then the folder goes away, --data <folder> keeps one'}.`,
  );
  await serving.stopped;
}

function lookAround(url: string, folder: string, id: string): void {
  const kith = `node ${relative(process.cwd(), process.argv[1] ?? 'kith')}`;
  heading('Look around, in another terminal');
  for (const line of [
    `URL=${url} ID=${id}`,
    `DATA='${resolve(folder)}'`,
    '',
    `curl -s "$URL/v1/customers?identifier=email:${KATHARINA.formerEmail}"`,
    `curl -s "$URL/v1/customers/$ID?asOf=${KATHARINA.yearBefore}"`,
    `curl -s "$URL/v1/customers/$ID/timeline?limit=5"`,
    `curl -s "$URL/v1/customers/$ID/history?field=address"`,
    `curl -s "$URL/v1/events" -H 'content-type: application/json' -d '{"specversion":"1.0","id":"1",`,
    `  "source":"me","type":"kith.note-taken.v1","subject":"shop:${KATHARINA.record.key}","data":{"text":"Hello"}}'`,
    '',
    `${kith} show email:${KATHARINA.email} --data "$DATA" --why`,
    `${kith} timeline email:${KATHARINA.email} --data "$DATA"`,
    `${kith} as-of ${KATHARINA.yearBefore} --data "$DATA"`,
    `${kith} verify --data "$DATA"`,
  ]) {
    print(line);
  }
  print();
}

function workIn(asked: string | undefined): { folder: string; kept: boolean } {
  if (asked === undefined) return { folder: mkdtempSync(join(tmpdir(), 'kith-demo-')), kept: false };
  if (existsSync(asked) && readdirSync(asked).length > 0) {
    throw new Refusal(
      'folder-unusable',
      `${asked} is not empty; the demo wants a new or an empty folder, so that it cannot mix with anything`,
    );
  }
  return { folder: asked, kept: true };
}

function filesIn(folder: string): readonly File[] {
  const names = readdirSync(folder);
  const bytes = (begin: string, wal: boolean): number =>
    names
      .filter((name) => name.startsWith(begin) && (wal ? name.endsWith('.db-wal') : name.endsWith('.db')))
      .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  const file = (name: string, holds: string): File => ({
    name,
    bytes: bytes(name, false),
    waiting: bytes(name, true),
    holds,
  });
  return [file('log', 'every fact; all else is made from it'), file('views', 'customers, timelines, look-ups')];
}

function whole(text: string, name: string, least: number, most: number): number {
  const number = Number(text.replaceAll(',', ''));
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Refusal(
    'bad-parameter',
    `${name} is ${JSON.stringify(text)}; a whole number from ${group(least)} to ${group(most)} is wanted`,
  );
}

const isTaken = (problem: unknown): boolean =>
  problem instanceof Error && 'code' in problem && problem.code === 'EADDRINUSE';
