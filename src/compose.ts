/** Opens a Kith: picks engines, folds and threads, and puts them together. */
import { EmbeddedLog } from '../eventstore/embedded/log';
import { MemoryLog } from '../eventstore/memory';
import type { EventLog } from '../eventstore/store';
import { patiently } from './app/away';
import { Deciding } from './app/deciding';
import { inlineProjector } from './app/inline';
import type { Kith } from './app/kith';
import { MatchLoop } from './app/match-loop';
import { currentModel } from './app/models';
import type { ViewReader } from './app/ports';
import { type Projector, Waiters } from './app/projector';
import type { Matching, Opinions } from './app/resolving';
import type { RunnerOptions } from './app/runner';
import { ValueLedger } from './app/value-ledger';
import { watchingProjector } from './app/watching';
import { named } from './app/wishing';
import { assemble, level, type Parts } from './compose/assembly';
import { areShared, openRetryNotes, openViews, type Places, placesOf, standingsOf } from './compose/engines';
import { foldFingerprint } from './compose/fingerprint';
import { openLogWithKeys } from './compose/keys';
import { threadMatcher } from './compose/matcher-thread';
import { threadProjector } from './compose/projector-thread';
import type { Config } from './config';
import type { LogKeys } from './domain/envelope';
import { identitySeal } from './domain/seal';
import { passingKeys } from './keys/embedded';
import { MemoryViewStore } from './views/memory';

export interface OpenOptions extends Partial<Config> {
  /** In milliseconds since 1970 UTC; the system's clock when absent. */
  readonly now?: () => number;
  /** Makes the folder and its log where there is none; default true. */
  readonly create?: boolean;
  /**
   * Milliseconds after which a read gives up on a server that is away: few where somebody waits for the answer. What is written
   * is tried for longer, and so is what the threads of this process read. Half a minute at most when absent.
   */
  readonly awayMs?: number;
  /** Of the runner; the fold among them, for a test that wants it to throw (memory engine only). */
  readonly runner?: RunnerOptions;
}

/** Opens a data folder, or an engine in memory, with its views following. Throws `LogError` with what to do. */
export async function openKith(options: OpenOptions): Promise<Kith> {
  const { clock } = options;
  const now = options.now ?? (clock === undefined ? Date.now : () => clock);
  return options.data === undefined || options.data === 'memory'
    ? inMemory(options, now)
    : placed(placesOf({ ...options, data: options.data }), options, now);
}

async function inMemory(options: OpenOptions, now: () => number): Promise<Kith> {
  const log = new MemoryLog();
  const store = new MemoryViewStore();
  const ground = groundOf(log, passingKeys(options.tenant ?? 'default'), options, now);
  const { waiters } = ground;
  const matching: Matching = { ...opinionsOn(ground), model: currentModel(log, identitySeal) };
  const views = store.reader();
  const matcher =
    options.matching === false
      ? undefined
      : new MatchLoop({ log, views, seal: identitySeal }, matching, () => waiters.progressed());
  const projector = inlineProjector(
    log,
    store,
    identitySeal,
    foldFingerprint(),
    level(waiters, matcher),
    options.runner,
  );
  await projector.started;
  return assemble({ ...ground, standings: [], folder: undefined, views, projector, matcher, explainer: matcher });
}

/** On engines that other threads, processes or nodes open too. */
async function placed(named: Places, options: OpenOptions, now: () => number): Promise<Kith> {
  const { awayMs } = options;
  const answering = awayMs === undefined ? named : { ...named, awayMs };
  const { log, keys, recent } = await openLogWithKeys(answering, options);
  const places = recent ? { ...named, recent } : named;
  const ground = groundOf(log, keys, options, now);
  const { waiters } = ground;
  const writes = options.role !== 'api';
  const fingerprint = fingerprintOf(log);
  const opinions = opinionsOn(ground, areShared(places) ? patiently : atOnce);
  const explainer =
    options.matching === false
      ? undefined
      : threadMatcher({ places, decides: writes, fingerprint }, opinions, () => waiters.progressed());
  const matcher = writes ? explainer : undefined;
  let [views, projector]: [ViewReader?, Projector?] = [];
  try {
    const data = { places, fingerprint, options: {} };
    const onProgress = level(waiters, explainer);
    if (areShared(places)) {
      views = await openViews(answering);
      const writer = writes ? threadProjector(data, () => undefined) : undefined;
      const notes = await openRetryNotes(answering);
      projector = watchingProjector({ views, notes, ...(writer && { writer }) }, onProgress);
      await projector.started;
    } else {
      projector = threadProjector(data, onProgress);
      await projector.started;
      views = await openViews(answering);
    }
    const standings = await standingsOf(places);
    return assemble({ ...ground, standings, folder: places.folder, views, projector, matcher, explainer });
  } catch (problem) {
    await explainer?.stop().catch(() => undefined);
    await projector?.stop().catch(() => undefined);
    await views?.close().catch(() => undefined);
    await log.close();
    throw problem;
  }
}

/** What a Kith stands on, wherever its views and its threads are. */
type Ground = Pick<Parts, 'log' | 'keys' | 'deciding' | 'values' | 'waiters' | 'announce' | 'now' | 'options'>;

const groundOf = (log: EventLog, keys: LogKeys, options: OpenOptions, now: () => number): Ground => ({
  log,
  keys,
  deciding: new Deciding(log, keys, identitySeal, now),
  values: new ValueLedger(log, keys, identitySeal, now),
  waiters: new Waiters(),
  announce: (url) => {
    if (log instanceof EmbeddedLog) log.announce(url);
  },
  now,
  options,
});

/** What the resolver wants is decided as Kith's own doing; `ask` is how patiently. */
const opinionsOn = ({ keys, deciding, values }: Ground, ask = atOnce): Opinions => ({
  decide: async (wishes) => {
    const granted = await ask(() => deciding.decide(wishes.map((wish) => named(keys, wish))));
    return granted.flatMap((one) => (one.outcome === 'decided' ? [one.position] : []));
  },
  announce: (told) => ask(() => deciding.announce(told)),
  tellValues: (changes) => ask(() => values.tell(changes)),
  reconcileValues: (silent) => ask(() => values.reconcile(silent)),
});

const atOnce = <T>(act: () => Promise<T>): Promise<T> => act();

/** Views belong to the folds that made them and to the log that they were made of. */
const fingerprintOf = (log: EventLog): string => `${foldFingerprint()}-${log.id.slice(0, 8)}`;
