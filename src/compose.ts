/** Puts engines, folds and doors together. The only code, with src/workers, that knows an engine by name. */
import { mkdirSync } from 'node:fs';
import { EmbeddedLog } from '../eventstore/embedded/log';
import { isFresh } from '../eventstore/embedded/schema';
import { MemoryLog } from '../eventstore/memory';
import { type EventLog, LogError } from '../eventstore/store';
import { inlineProjector } from './app/inline';
import { Deciding } from './app/deciding';
import { Intake } from './app/intake';
import { MatchLoop } from './app/match-loop';
import type { Matcher, MatchProgress } from './app/matcher';
import { currentModel } from './app/models';
import type { Matching, MatchingState, Opinions } from './app/resolving';
import { Stewarding } from './app/stewarding';
import type { Kith } from './app/kith';
import type { Progress } from './app/projector';
import type { ViewReader } from './app/ports';
import { type Projector, Waiters } from './app/projector';
import { Reading } from './app/reading';
import { Revising } from './app/revising';
import type { RunnerOptions } from './app/runner';
import { ValueLedger } from './app/value-ledger';
import { pause } from './app/waking';
import type { Config } from './config';
import { columnsOf, keyCheckOf, type LogKeys } from './domain/envelope';
import { Refusal } from './domain/refusals';
import { identitySeal } from './domain/seal';
import { foldFingerprint } from './compose/fingerprint';
import { keysFile, openKeys, passingKeys } from './keys/embedded';
import { threadMatcher } from './compose/matcher-thread';
import { threadProjector } from './compose/projector-thread';
import { openViewReader } from './views/embedded';
import { MemoryViewStore } from './views/memory';

export interface OpenOptions extends Partial<Config> {
  /** In milliseconds since 1970 UTC; the system's clock when absent. */
  readonly now?: () => number;
  /** Makes the folder and its log where there is none; default true. */
  readonly create?: boolean;
  /** Of the runner; the fold among them, for a test that wants it to throw (memory engine only). */
  readonly runner?: RunnerOptions;
}

/** Opens a data folder, or an engine in memory, with its views following. Throws `LogError` with what to do. */
export async function openKith(options: OpenOptions): Promise<Kith> {
  const { clock } = options;
  const now = options.now ?? (clock === undefined ? Date.now : () => clock);
  return options.data === undefined || options.data === 'memory'
    ? inMemory(options, now)
    : embedded(options.data, options, now);
}

async function inMemory(options: OpenOptions, now: () => number): Promise<Kith> {
  const log = new MemoryLog();
  const store = new MemoryViewStore();
  const waiters = new Waiters();
  const keys = passingKeys(options.tenant ?? 'default');
  const deciding = new Deciding(log, keys, identitySeal, now);
  const values = new ValueLedger(log, keys, identitySeal, now);
  const matching: Matching = { ...opinionsBy(deciding, values), model: currentModel(log, identitySeal) };
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
  return assemble({ folder: undefined, log, keys, deciding, views, projector, matcher, values, waiters, now, options });
}

async function embedded(folder: string, options: OpenOptions, now: () => number): Promise<Kith> {
  const { log, keys } = await openEmbeddedLog(folder, options);
  const waiters = new Waiters();
  const deciding = new Deciding(log, keys, identitySeal, now);
  const values = new ValueLedger(log, keys, identitySeal, now);
  const matcher =
    options.matching === false
      ? undefined
      : threadMatcher({ folder }, opinionsBy(deciding, values), () => waiters.progressed());
  const data = { folder, fingerprint: fingerprintOf(log), options: {} };
  const projector = threadProjector(data, level(waiters, matcher));
  try {
    await projector.started;
    const views = openViewReader(folder);
    return assemble({ folder, log, keys, deciding, views, projector, matcher, values, waiters, now, options });
  } catch (problem) {
    await matcher?.stop().catch(() => undefined);
    await projector.stop().catch(() => undefined);
    await log.close();
    throw problem;
  }
}

/**
 * Keys are made only for a log that is not there yet: a log without its keys must say so, not get others. Keys without
 * a log are what a crash in the first moment leaves, or half of a restore; they are kept and used.
 */
async function openEmbeddedLog(
  folder: string,
  { tenant = 'default', create = true }: OpenOptions,
): Promise<{ log: EmbeddedLog; keys: LogKeys }> {
  const fresh = isFresh(folder);
  if (fresh && !create)
    throw new LogError(
      'not-a-log',
      `${folder} holds no log; check --data, or begin one with kith serve or kith import`,
    );
  mkdirSync(folder, { recursive: true });
  const keys = openKeys(keysFile(folder), { create: fresh, tenant });
  return { log: await EmbeddedLog.open(folder, { keyCheck: keyCheckOf(keys), columnsOf }), keys };
}

/** What the resolver wants is decided as Kith's own doing. */
const opinionsBy = (deciding: Deciding, values: ValueLedger): Opinions => ({
  decide: async (wishes) => void (await deciding.decide(wishes)),
  announce: (told) => deciding.announce(told),
  tellValues: (changes) => values.tell(changes),
  reconcileValues: (silent) => values.reconcile(silent),
});

/** Views belong to the folds that made them and to the log that they were made of. */
const fingerprintOf = (log: EventLog): string => `${foldFingerprint()}-${log.id.slice(0, 8)}`;

/** Tells whoever waits how far the views are; the matcher hears of them once they are those of these folds. */
function level(waiters: Waiters, matcher: Matcher | undefined): (progress: Progress) => void {
  let following = false;
  return ({ state, position }) => {
    following ||= state === 'following';
    waiters.reached(position);
    waiters.progressed();
    if (following) matcher?.wake();
  };
}

interface Parts {
  readonly folder: string | undefined;
  readonly log: EventLog;
  readonly keys: LogKeys;
  readonly deciding: Deciding;
  readonly views: ViewReader;
  readonly projector: Projector;
  /** Absent where nobody matches. */
  readonly matcher: Matcher | undefined;
  readonly values: ValueLedger;
  readonly waiters: Waiters;
  readonly now: () => number;
  readonly options: OpenOptions;
}

function assemble(parts: Parts): Kith {
  const { folder, log, keys, deciding, views, projector, matcher, waiters, now, options } = parts;
  const seal = identitySeal;
  const maxBytes = options.maxEventBytes ?? 262_144;
  const stopped = new AbortController();
  const waking = wakeOnAppend(log, projector, stopped.signal);
  return {
    folder,
    log,
    keys,
    seal,
    now,
    views,
    intake: new Intake(log, { keys, seal, maxBytes }, now),
    revising: new Revising(log, keys, seal, now, maxBytes),
    reading: new Reading(log, views, seal),
    stewarding: new Stewarding({ log, views, seal }, deciding, async (a, b) => matched(matcher).explain(a, b)),
    matchingState: () => matchingState(parts),
    settled: (timeoutMs) => settled(parts, timeoutMs),
    status: async () => {
      const [head, progress] = [await log.head(), projector.progress()];
      const { state, reason } = progress;
      return {
        logId: log.id,
        position: head.position,
        projected: progress.position,
        lagMs: progress.position >= head.position ? 0 : Math.max(0, head.recordedAt - progress.recordedAt),
        parked: (await views.parked(1_000)).length,
        runner: { state, ...(reason !== undefined && { reason }) },
        views: views.name,
        ...(matcher && { matching: standing(matcher.progress()) }),
      };
    },
    reached: async (position, timeoutMs) =>
      projector.progress().position >= position || waiters.wait(position, timeoutMs),
    rebuild: ({ switch: switchOver = true, onProgress = () => undefined } = {}) =>
      projector.rebuild({ switchOver, onProgress }),
    retryParked: async () => {
      const looked = await projector.retryParked();
      if (looked.healed > 0) await matcher?.reload();
      return looked;
    },
    close: async () => {
      stopped.abort();
      await waking;
      await matcher?.stop();
      await projector.stop();
      await views.close();
      await log.close();
    },
  };
}

/** True once the views are level with the log and everything that follows for who is one customer is decided. */
async function settled({ log, projector, matcher, waiters }: Parts, timeoutMs: number): Promise<boolean> {
  const late = new AbortController();
  const over = new Promise<void>((resolve) => late.signal.addEventListener('abort', () => resolve(), { once: true }));
  // One timer says both that the time is over and why the wait ends: with two, the loop could run between them for ever.
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    while (!late.signal.aborted) {
      // Before anything is read, so that what changes meanwhile is heard.
      const change = waiters.change();
      matcher?.hurry();
      const [shown, head] = [projector.progress().position, (await log.head()).position];
      if (shown >= head && (matcher === undefined || matcher.progress().position >= head)) return true;
      await Promise.race([change, over]);
    }
    return false;
  } finally {
    clearTimeout(timer);
  }
}

const standing = ({ position, unmatched }: MatchProgress) => ({
  position,
  ...(unmatched !== undefined && { reason: unmatched }),
});

/** With the moment at which each silent value fell silent. */
async function matchingState({ matcher, values }: Parts): Promise<MatchingState> {
  const state = await matched(matcher).state();
  const since = await Promise.all(state.generic.map((value) => values.since(value)));
  return {
    ...state,
    generic: state.generic.map((value, i) => ({ ...value, ...(since[i] !== undefined && { since: since[i] }) })),
  };
}

function matched(matcher: Matcher | undefined): Matcher {
  if (matcher) return matcher;
  throw new Refusal('not-matched', 'nobody matches the records of this log: KITH_MATCHING is off');
}

/** The runner reads the log by itself; it only wants to hear that there is something to read. */
async function wakeOnAppend(log: EventLog, projector: Projector, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const { position } = await log.head();
      for await (const _page of log.follow(position, { signal, filter: { types: [] } })) projector.wake();
      if (!signal.aborted) return; // the log is closed
    } catch {
      // A read that fails here fails visibly in the runner, which tries again: it only has to be woken.
      projector.wake();
      await pause(1_000, signal);
    }
  }
}
