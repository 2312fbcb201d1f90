/**
 * What can be configured, and nowhere else: environment variables with the prefix KITH_, the table below, and flags of
 * the command line that override them. The reference page is made from this table.
 */
import { Refusal } from './domain/refusals';
import { readTime } from './domain/times';

export interface Config {
  /** Data folder of the embedded engine; `memory` keeps nothing. */
  readonly data: string;
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
  return {
    data: value('KITH_DATA'),
    host: value('KITH_HOST'),
    port: whole(value('KITH_PORT'), 'KITH_PORT', 0, 65_535),
    tenant: value('KITH_TENANT'),
    ...(clock && { clock: readTime(clock, 'KITH_CLOCK').ms }),
    matching: onOrOff(value('KITH_MATCHING')),
    maxEventBytes: whole(value('KITH_MAX_EVENT_BYTES'), 'KITH_MAX_EVENT_BYTES', 1_024, 16 * 1024 * 1024),
  };
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
