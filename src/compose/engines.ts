/**
 * Which engines hold the log, the views and the register of ids, by name and place; and how each is opened, in any thread.
 * With src/workers and the rest of src/compose the only code that knows an engine by name.
 */
import { hash, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedLog } from '../../eventstore/embedded/log';
import { Owner } from '../../eventstore/embedded/owner';
import { EmbeddedReader } from '../../eventstore/embedded/reader';
import type { Register } from '../../eventstore/esdb/register';
import { closeRing, type RingParts } from '../../eventstore/esdb/ring';
import { sharedWindow } from '../../eventstore/esdb/window';
import type { EventLog, LogReader } from '../../eventstore/store';
import type { Standing } from '../app/standing';
import { Leading, type LeadingOptions, type Work } from '../app/leading';
import type { ViewReader, ViewStore } from '../app/ports';
import type { RetryNotes } from '../app/retrying';
import { pause } from '../app/waking';
import type { Config } from '../config';
import { columnsOf, keyCheckOf, type LogKeys } from '../domain/envelope';
import { reasonOf } from '../domain/refusals';
import { EmbeddedViewStore, openViewReader } from '../views/embedded';
import type { Fence } from '../views/mongo/generations';

export type { Fence };

const onServers = async () => (await import('./servers.js')).servers;

/** Plain data, so that a thread can be told. */
export interface Places {
  /** Of the keys, and of whatever is embedded. */
  readonly folder: string;
  readonly tenant: string;
  /** Connection strings; embedded where absent. */
  readonly log?: string;
  readonly views?: string;
  /** Operations that one command to MongoDB may hold. */
  readonly bulk?: number;
  /** Milliseconds after which a read gives up on a server that is away; that of each client when absent, half a minute at most. */
  readonly awayMs?: number;
  /** The newest events of a log on a server, which all threads of this process share. */
  readonly recent?: RingParts;
}

export const placesOf = ({
  data,
  tenant = 'default',
  log,
  views,
  bulk,
}: Partial<Config> & { data: string }): Places => ({
  folder: data,
  tenant,
  ...(log !== undefined && { log }),
  ...(views !== undefined && { views }),
  ...(bulk !== undefined && { bulk }),
});

/** For the threads of one process: what one of them fetches from the server of the log, the others find here. */
export const recentIn = (folder: string): RingParts => sharedWindow(join(folder, 'recent'));

/** Whether other nodes may have the same views, so that one of them leads and all watch. */
export const areShared = ({ views }: Places): boolean => views !== undefined;

export interface Founding {
  /** Begins a log where there is none. */
  readonly create: boolean;
  /** Of the log that a new one will be a copy of. */
  readonly logId?: string;
}

/** A log and what was opened with it; closing the log closes all of it. */
export async function openLog(places: Places, keys: LogKeys, founding: Founding): Promise<EventLog> {
  const { folder, log } = places;
  const keyCheck = keyCheckOf(keys);
  if (log === undefined) return EmbeddedLog.open(folder, { keyCheck, columnsOf, ...founding });
  mkdirSync(folder, { recursive: true });
  // Whoever has views or a register in a folder has it alone.
  const owner = places.views === undefined ? Owner.claim(folder) : undefined;
  const register = await openRegister(places);
  try {
    const opened = await (await onServers()).openLog({
      ...server(places, log),
      register,
      keyCheck,
      columnsOf,
      ...founding,
    });
    return closing(opened, async () => {
      await register.close();
      owner?.release();
      if (places.recent) closeRing(places.recent);
    });
  } catch (problem) {
    await register.close();
    owner?.release();
    throw problem;
  }
}

/** The log as a thread or another process reads it. */
export async function openLogReader(places: Places, keys?: LogKeys): Promise<LogReader> {
  const check = keys && { keyCheck: keyCheckOf(keys), columnsOf };
  if (places.log === undefined) return new EmbeddedReader(places.folder, check);
  const register = await openRegister(places);
  try {
    const opened = await (await onServers()).openReader({ ...server(places, places.log), register, ...check });
    return closing(opened, () => register.close());
  } catch (problem) {
    await register.close();
    throw problem;
  }
}

export async function openViewStore(places: Places, fence: Fence): Promise<ViewStore> {
  return places.views === undefined
    ? EmbeddedViewStore.open(places.folder)
    : (await onServers()).openViewStore({
        ...database(places, places.views),
        ...fence,
        ...(places.bulk !== undefined && { bulk: places.bulk }),
      });
}

export async function openViews(places: Places): Promise<ViewReader> {
  return places.views === undefined
    ? openViewReader(places.folder)
    : (await onServers()).openViews(database(places, places.views));
}

/** Beside views that nodes share. */
export const openRetryNotes = async (places: Places): Promise<RetryNotes> =>
  (await onServers()).openRetryNotes(database(places, places.views ?? ''));

/** Milliseconds that the holder of a lease trusts one beat; who stands by takes over after three times as long. */
const LEASE_MS = 2_000;
const BEAT_MS = 500;
const AGAIN_MS = 1_000;

/** Work that one of the nodes with the same views does; where nobody else has them, this one. */
export async function leadingOver<W extends Work>(
  places: Places,
  name: string,
  begin: (fence: Pick<Fence, 'epoch'>, over: AbortSignal) => Promise<W>,
  ears: Pick<LeadingOptions, 'onTrouble' | 'onBeat'>,
): Promise<Leading<W>> {
  const options = { everyMs: BEAT_MS, ...ears };
  if (places.views === undefined) return new Leading(undefined, (over) => begin({}, over), options);
  const at = database(places, places.views);
  const clock = () => performance.now();
  const { openLease } = await onServers();
  const opened = await untilOpen(
    places,
    () => openLease({ ...at, name, holder: randomUUID(), ttlMs: LEASE_MS, clock }),
    ears.onTrouble,
  );
  const { lease } = opened;
  const epoch = () => lease.epoch();
  const release = async (): Promise<void> => {
    await lease.release();
    await opened.close();
  };
  return new Leading({ beat: () => lease.beat(), epoch, release }, (over) => begin({ epoch }, over), options);
}

/** Opens what a server may keep away for a while: tries until it is there. What is embedded is there or fails at once. */
export async function untilOpen<T>(
  places: Places,
  open: () => Promise<T>,
  onTrouble: (reason: string | undefined) => void,
): Promise<T> {
  for (;;) {
    try {
      return await open();
    } catch (problem) {
      if (places.log === undefined && places.views === undefined) throw problem;
      onTrouble(reasonOf(problem));
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/** Resolves when readers see views of these folds that have been built. Rejects when `over` aborts before. */
export async function untilBuilt(
  places: Places,
  { logId, fingerprint }: { readonly logId: string; readonly fingerprint: string },
  log: Pick<LogReader, 'head'>,
  over: AbortSignal,
): Promise<void> {
  const store = await openViewStore(places, { logId });
  try {
    for (;;) {
      over.throwIfAborted();
      const live = (await store.generations()).find((generation) => generation.live);
      if (live?.fingerprint === fingerprint) {
        const views = await store.open(live.name);
        const { position } = await views.checkpoint();
        await views.close();
        if (position > 0n || (await log.head()).position === 0n) return;
      }
      await pause(BEAT_MS, over);
    }
  } finally {
    await store.close();
  }
}

async function openRegister(places: Places): Promise<Register> {
  const { registerIn, openRegister: open } = await onServers();
  if (places.views !== undefined) return open(database(places, places.views));
  // It is made again from the log wherever it is missing, with its folder.
  mkdirSync(places.folder, { recursive: true });
  return registerIn(join(places.folder, 'register.db'));
}

/** What is known of the stores that are on servers. */
export async function standingsOf(places: Places): Promise<readonly Standing[]> {
  const { log, views } = places;
  if (log === undefined && views === undefined) return [];
  return (await onServers()).standings(log === undefined ? undefined : server(places, log), views);
}

/** The client knows the server by its older name alone. */
const server = ({ tenant, awayMs, views, recent }: Places, log: string) => ({
  connection: log.replace(/^kurrentdb/, 'esdb'),
  tenant,
  ...(views !== undefined && { registerAt: views }),
  ...(awayMs !== undefined && { readPatience: awayMs }),
  ...(recent && { recent }),
});

/** Names of databases are short, and some servers do not tell cases apart: other tenants go by a hash. */
const database = ({ tenant, awayMs }: Places, url: string) => ({
  url,
  ...(awayMs !== undefined && { awayMs }),
  database: /^[a-z0-9-]{1,40}$/.test(tenant) ? `kith_${tenant}` : `kith_x${hash('sha256', tenant).slice(0, 32)}`,
});

/** `opened`, whose closing closes `rest` too. */
function closing<L extends LogReader>(opened: L, rest: () => Promise<void>): L {
  const close = opened.close.bind(opened);
  let ending: Promise<void> | undefined;
  opened.close = () => (ending ??= close().then(rest));
  return opened;
}
