/**
 * What can be configured, and nowhere else: environment variables with the prefix KITH_, the table below, and flags of
 * the command line that override them. The reference page is made from this table.
 */
import { Refusal } from './domain/refusals';
import { readTime } from './domain/times';

/** What a node of several does: takes and answers requests, writes views and matches records, or both. */
export type Role = 'all' | 'api' | 'projector';

export interface Config {
  /** Data folder of the embedded engines and of the keys; `memory` keeps nothing. */
  readonly data: string;
  /** Connection string of EventStoreDB or KurrentDB; the log is embedded where absent. */
  readonly log?: string;
  /** Connection string of MongoDB; views are embedded where absent. */
  readonly views?: string;
  /** Operations that one command to MongoDB may hold. */
  readonly bulk?: number;
  /** File with the keys; keys.db in the data folder where absent. */
  readonly keys?: string;
  readonly role: Role;
  readonly host: string;
  readonly port: number;
  readonly tenant: string;
  /** Milliseconds since 1970 UTC at which the clock stands still. */
  readonly clock?: number;
  readonly maxEventBytes: number;
  /** Whether records are matched; links that were decided hold either way. */
  readonly matching: boolean;
}

export const settings = [
  { name: 'KITH_DATA', fallback: './kith-data', says: 'Data folder; `memory` keeps nothing after the process ends.' },
  {
    name: 'KITH_LOG',
    fallback: '',
    says: 'Connection string of EventStoreDB or KurrentDB (`esdb://…`, `esdb+discover://…`, `kurrentdb://…`), which then holds the log. Without one the log is in the data folder.',
  },
  {
    name: 'KITH_VIEWS',
    fallback: '',
    says: 'Connection string of MongoDB (`mongodb://…`, `mongodb+srv://…`), which then holds the views. Without one they are in the data folder.',
  },
  {
    name: 'KITH_BULK',
    fallback: '500',
    says: 'Operations in one command to MongoDB; some servers of its protocol take no more than 50.',
  },
  {
    name: 'KITH_KEYS',
    fallback: '',
    says: 'File with the keys of the log; `keys.db` in the data folder without one. Every node needs the same keys.',
  },
  {
    name: 'KITH_ROLE',
    fallback: 'all',
    says: '`api` takes and answers requests, `projector` writes views and matches records, `all` does both. Several nodes need views in MongoDB.',
  },
  { name: 'KITH_HOST', fallback: '127.0.0.1', says: 'Address that the HTTP server listens on.' },
  { name: 'KITH_PORT', fallback: '8008', says: 'Port of the HTTP server; 0 picks a free one.' },
  {
    name: 'KITH_TENANT',
    fallback: 'default',
    says: 'Name of the tenant, part of every event id; fixed when the folder is created.',
  },
  {
    name: 'KITH_CLOCK',
    fallback: '',
    says: 'RFC 3339 time at which the clock stands still, for demos and comparisons that must repeat exactly.',
  },
  {
    name: 'KITH_MATCHING',
    fallback: 'on',
    says: '`off`: nobody looks for records of one party; what was decided before, or is decided by hand, holds.',
  },
  { name: 'KITH_MAX_EVENT_BYTES', fallback: '262144', says: 'Largest stored event in bytes.' },
] as const;

type Name = (typeof settings)[number]['name'];

/** Throws `bad-parameter`, which names the variable. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  for (const name of Object.keys(env)) {
    if (name.startsWith('KITH_') && !settings.some((s) => s.name === name))
      throw new Refusal(
        'bad-parameter',
        `${name} is no setting of Kith; known are ${settings.map((s) => s.name).join(', ')}`,
      );
  }
  const value = (name: Name): string => env[name] || (settings.find((s) => s.name === name)?.fallback ?? '');
  const clock = value('KITH_CLOCK');
  const log = connection(value('KITH_LOG'), 'KITH_LOG', LOGS);
  const views = connection(value('KITH_VIEWS'), 'KITH_VIEWS', VIEWS);
  const keys = value('KITH_KEYS');
  if (role(value('KITH_ROLE')) !== 'all' && views === '')
    throw new Refusal(
      'bad-parameter',
      'KITH_ROLE is for nodes that share their views: set KITH_VIEWS, or take the role all',
    );
  return {
    data: value('KITH_DATA'),
    ...(log !== '' && { log }),
    ...(views !== '' && { views }),
    ...(keys !== '' && { keys }),
    role: role(value('KITH_ROLE')),
    bulk: whole(value('KITH_BULK'), 'KITH_BULK', 1, 100_000),
    host: value('KITH_HOST'),
    port: whole(value('KITH_PORT'), 'KITH_PORT', 0, 65_535),
    tenant: value('KITH_TENANT'),
    ...(clock && { clock: readTime(clock, 'KITH_CLOCK').ms }),
    matching: onOrOff(value('KITH_MATCHING')),
    maxEventBytes: whole(value('KITH_MAX_EVENT_BYTES'), 'KITH_MAX_EVENT_BYTES', 1_024, 16 * 1024 * 1024),
  };
}

interface Scheme {
  readonly pattern: RegExp;
  readonly wanted: string;
}
const LOGS: Scheme = { pattern: /^(esdb|kurrentdb)(\+discover)?:\/\//, wanted: 'esdb:// or esdb+discover://' };
const VIEWS: Scheme = { pattern: /^mongodb(\+srv)?:\/\//, wanted: 'mongodb:// or mongodb+srv://' };

/** The text itself is never told: it may hold a password. */
function connection(text: string, name: Name, { pattern, wanted }: Scheme): string {
  if (text === '' || pattern.test(text)) return text;
  throw new Refusal('bad-parameter', `${name} is no connection string that begins with ${wanted}`);
}

function role(text: string): Role {
  if (text === 'all' || text === 'api' || text === 'projector') return text;
  throw new Refusal('bad-parameter', `KITH_ROLE is ${JSON.stringify(text)}; all, api or projector is wanted`);
}

function onOrOff(text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new Refusal('bad-parameter', `KITH_MATCHING is ${JSON.stringify(text)}; on or off is wanted`);
}

function whole(text: string, name: Name, least: number, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new Refusal(
      'bad-parameter',
      `${name} is ${JSON.stringify(text)}; a whole number from ${least} to ${most} is wanted`,
    );
  return number;
}
