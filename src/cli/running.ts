/** What every verb needs: the folder it works on, a way to open it, and one way to fail. */
import { Command, Option } from 'commander';
import { LogError } from '../../eventstore/store';
import { StoreAway } from '../app/standing';
import type { Kith } from '../app/kith';
import { type OpenOptions, openKith } from '../compose';
import { type Config, readConfig } from '../config';
import { reasonOf, Refusal } from '../domain/refusals';
import { openReadOnly, type ReadOnly } from '../compose/folder';

export const exits = { notFound: 1, usage: 2, unusable: 3, broken: 4 } as const;

/** A verb with the options that all have. */
export const verb = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .addOption(new Option('--data <folder>', 'data folder').env('KITH_DATA').default('./kith-data'))
    .option('--json', 'print JSON instead of words');

export interface Common {
  readonly data: string;
  readonly json?: boolean;
}

/** Configuration with the flag's folder. */
export const configOf = ({ data }: Common): Config => ({ ...readConfig(process.env), data });

/** Opens the folder as its owner, works, and closes it whatever happens. Only who brings facts may begin a folder. */
export async function withKith<T>(
  options: Common,
  work: (kith: Kith) => Promise<T>,
  { create = false, ...more }: Pick<OpenOptions, 'create' | 'matching' | 'role' | 'awayMs'> = {},
): Promise<T> {
  const kith = await openKith({ ...configOf(options), create, ...more });
  try {
    return await work(kith);
  } finally {
    await kith.close();
  }
}

/** As its owner, with everything decided that follows from what is known about who is one customer. */
export const withSettled = <T>(options: Common, work: (kith: Kith) => Promise<T>): Promise<T> =>
  withKith(options, async (kith) => {
    await kith.settled(600_000);
    return work(kith);
  });

/** Reads the folder: beside its owner where there is one, else as the owner, with the views brought level first. */
export async function withReading<T>(
  options: Common,
  work: (read: Pick<ReadOnly, 'log' | 'views' | 'reading' | 'seal'>) => Promise<T>,
): Promise<T> {
  const config = configOf(options);
  // Views that several nodes share have their writers; who only looks is none.
  const role = config.views === undefined ? config.role : 'api';
  try {
    const level = async (kith: Kith): Promise<T> => {
      await kith.reached((await kith.log.head()).position, 600_000);
      return work(kith);
    };
    // Who only looks decides nothing.
    return await withKith(options, level, { matching: false, role });
  } catch (problem) {
    if (!(problem instanceof LogError) || problem.code !== 'owned') throw problem;
  }
  const read = await openReadOnly(config);
  try {
    return await work(read);
  } finally {
    await read.close();
  }
}

/** Runs a verb; an expected failure becomes a sentence and an exit code, a bug keeps its stack. */
export const acting =
  <A extends unknown[]>(act: (...args: A) => Promise<void>) =>
  async (...args: A): Promise<void> => {
    try {
      await act(...args);
    } catch (problem) {
      const code = exitOf(problem);
      process.exitCode = code ?? 70;
      const stack = code === undefined && problem instanceof Error ? problem.stack : undefined;
      process.stderr.write(`kith: ${stack ?? reasonOf(problem)}\n`);
    }
  };

function exitOf(problem: unknown): number | undefined {
  if (problem instanceof LogError || problem instanceof StoreAway) return exits.unusable;
  if (problem instanceof Refusal) {
    return [
      'customer-unknown',
      'record-unknown',
      'model-unknown',
      'policy-unknown',
      'override-unknown',
      'import-unknown',
    ].includes(problem.code)
      ? exits.notFound
      : exits.usage;
  }
  return isOfFiles(problem) ? exits.usage : undefined;
}

/** What the operating system says of a file that was named: its words are good enough, its stack is not. */
const isOfFiles = (problem: unknown): boolean =>
  problem instanceof Error && 'code' in problem && 'syscall' in problem && 'path' in problem;

/** An id is taken as it is; anything with a colon is looked up. */
export async function idsOf(
  who: string,
  look: (identifier: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  if (!who.includes(':')) return [who];
  const ids = await look(who);
  if (ids.length === 0) throw new Refusal('customer-unknown', `nobody has or had ${who}`);
  return ids;
}

/** One line on a terminal that replaces itself; plain lines, far between, elsewhere. */
export function progress(label: string): { at: (done: number | bigint, of: number | bigint) => void; end: () => void } {
  let shown = -1;
  return {
    at: (done, of) => {
      // What is done at once needs no bar; without a terminal a few lines are enough.
      if (!process.stderr.isTTY && Number(of) < 10_000) return;
      const percent = Number(of) === 0 ? 100 : Math.floor((Number(done) / Number(of)) * 100);
      if (percent === shown || (!process.stderr.isTTY && percent < shown + 25 && percent < 100)) return;
      shown = percent;
      const bar = '█'.repeat(Math.floor(percent / 4)).padEnd(25, '░');
      process.stderr.write(
        process.stderr.isTTY
          ? `\r${label} ${bar} ${percent} % of ${group(of)}`
          : `${label} ${percent} % of ${group(of)}\n`,
      );
    },
    end: () => void (process.stderr.isTTY && shown >= 0 && process.stderr.write('\n')),
  };
}

export const group = (n: number | bigint): string => n.toLocaleString('en');

/** Where a server keeps the log, positions are places and no counts: about so many of `size` events stand up to `position` of `end`. */
export const eventsUpTo = (position: bigint, end: bigint, size: bigint): bigint =>
  end === 0n ? 0n : (size * (position < end ? position : end)) / end;

export const eventsInWords = (count: number): string => (count === 1 ? '1 event' : `${group(count)} events`);

export const print = (line = ''): void => void process.stdout.write(`${line}\n`);

/** JSON with bigints as decimal texts. */
export const printJson = (value: unknown): void =>
  print(JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v), 2));
