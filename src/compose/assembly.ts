/** Makes one Kith of engines that are open: the doors' view of them, and who wakes and waits for whom. */
import type { EventLog, Position } from '../../eventstore/store';
import { Choosing } from '../app/choosing';
import type { Deciding } from '../app/deciding';
import { Intake } from '../app/intake';
import { Health, type Looked, MOST_PARKED } from '../app/health';
import type { Kith, Status } from '../app/kith';
import { inTime } from '../app/in-time';
import type { Matcher, MatchProgress } from '../app/matcher';
import type { ViewReader } from '../app/ports';
import { lagOf, type Progress, type Projector, type Waiters } from '../app/projector';
import { Reading } from '../app/reading';
import type { MatchingState } from '../app/resolving';
import { Revising } from '../app/revising';
import type { Standing } from '../app/standing';
import { Stewarding, type ToldExplanation } from '../app/stewarding';
import type { ValueLedger } from '../app/value-ledger';
import { pause } from '../app/waking';
import type { Config } from '../config';
import type { LogKeys } from '../domain/envelope';
import { valueName } from '../domain/generic-value';
import type { RecordId } from '../domain/kernel';
import { Refusal } from '../domain/refusals';
import { identitySeal } from '../domain/seal';

/** Tells whoever waits how far the views are; the matcher hears of them once they are those of these folds. */
export function level(waiters: Waiters, matcher: Pick<Matcher, 'wake'> | undefined): (progress: Progress) => void {
  let following = false;
  return ({ state, position }) => {
    following ||= state === 'following';
    waiters.reached(position);
    waiters.progressed();
    if (following) matcher?.wake();
  };
}

export interface Parts {
  readonly folder: string | undefined;
  readonly log: EventLog;
  readonly keys: LogKeys;
  readonly deciding: Deciding;
  readonly views: ViewReader;
  readonly projector: Projector;
  /** Absent where nobody matches, or another node does. */
  readonly matcher: Matcher | undefined;
  /** Who can say why two records are one customer, also on a node that decides nothing. */
  readonly explainer: Matcher | undefined;
  readonly values: ValueLedger;
  /** Of the stores that are on servers. */
  readonly standings: readonly Standing[];
  readonly waiters: Waiters;
  readonly announce: (url: string) => void;
  readonly now: () => number;
  readonly options: Partial<Config>;
}

export function assemble(parts: Parts): Kith {
  const { folder, log, keys, deciding, views, projector, explainer, now, options } = parts;
  const seal = identitySeal;
  const maxBytes = options.maxEventBytes ?? 262_144;
  const stopped = new AbortController();
  const health = new Health({ log, views, standings: parts.standings });
  const status = async () => {
    const head = await log.head();
    return statusOf(parts, { head, parked: (await views.parked(MOST_PARKED)).length });
  };
  const waking = projector.wake && wakeOnAppend(log, projector.wake, stopped.signal);
  return {
    folder,
    log,
    keys,
    seal,
    now,
    views,
    intake: new Intake(log, { keys, seal, maxBytes }, now),
    revising: new Revising(log, keys, seal, now, maxBytes),
    choosing: new Choosing(log, views, keys, seal, now),
    reading: new Reading(log, views, seal),
    stewarding: new Stewarding({ log, views, seal }, deciding, (a, b) => explain(parts, a, b)),
    matchingState: () => matchingState(parts),
    settled: (timeoutMs) => settled(parts, timeoutMs),
    status,
    known: async () => (health.looked ? statusOf(parts, health.looked) : status()),
    troubles: () => health.troubles(),
    onOutage: (listener) => health.onOutage(listener),
    reached: (position, timeoutMs) => reached(parts, position, timeoutMs),
    rebuild: ({ switch: switchOver = true, onProgress = () => undefined } = {}) =>
      projector.rebuild({ switchOver, onProgress }),
    retryParked: async (patienceMs = 5_000) => {
      const looked = await projector.retryParked(patienceMs);
      if (looked !== 'asked' && looked.healed > 0) await explainer?.healed();
      return looked;
    },
    announce: parts.announce,
    close: async () => {
      stopped.abort();
      health.stop();
      await waking;
      // Each may wait for a store that hangs.
      await Promise.all([explainer?.stop(), projector.stop()]);
      await views.close();
      await log.close();
    },
  };
}

function statusOf({ log, views, projector, matcher }: Parts, { head, parked }: Looked): Status {
  const progress = projector.progress();
  const { position: projected, state, reason, away } = progress;
  const lagMs = lagOf(head, progress);
  return {
    logId: log.id,
    // What stands in the views stands in the log, whenever that was looked at.
    position: projected > head.position ? projected : head.position,
    projected,
    ...(lagMs !== undefined && { lagMs }),
    parked,
    runner: { state, ...(reason !== undefined && { reason }), ...(away !== undefined && { away }) },
    views: views.name,
    ...(matcher && !matcher.progress().standby && { matching: standing(matcher.progress()) }),
  };
}

async function reached({ projector, waiters }: Parts, position: Position, timeoutMs: number): Promise<boolean> {
  if (projector.progress().position >= position) return true;
  projector.hurry();
  return waiters.wait(position, timeoutMs);
}

/** True once the views are level with the log and, where this node matches records, all that follows from it is decided. */
async function settled({ log, projector, matcher, waiters }: Parts, timeoutMs: number): Promise<boolean> {
  const late = new AbortController();
  const over = new Promise<void>((resolve) => late.signal.addEventListener('abort', () => resolve(), { once: true }));
  // One timer says both that the time is over and why the wait ends: with two, the loop could run between them for ever.
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    while (!late.signal.aborted) {
      // Before anything is read, so that what changes meanwhile is heard.
      const change = waiters.change();
      projector.hurry();
      matcher?.hurry();
      const [shown, head] = [projector.progress().position, (await log.head()).position];
      if (shown >= head && isMatched(matcher, head)) return true;
      await Promise.race([change, over]);
    }
    return false;
  } finally {
    clearTimeout(timer);
  }
}

const isMatched = (matcher: Matcher | undefined, head: Position): boolean => {
  const { position, standby } = matcher?.progress() ?? { position: head };
  return standby || position >= head;
};

const standing = ({ position, unmatched }: MatchProgress) => ({
  position,
  ...(unmatched !== undefined && { reason: unmatched }),
});

/** With what the log says of each silent value. */
async function matchingState(parts: Parts): Promise<MatchingState> {
  const { values } = parts;
  const state = await ask(parts, (matcher) => matcher.state());
  const generic = state.generic.map(async (value) => ({ ...value, ...(await values.standing(value)) }));
  return { ...state, generic: await Promise.all(generic) };
}

/** Values are told by the hashes that name them in the log. */
async function explain(parts: Parts, a: RecordId, b: RecordId): Promise<ToldExplanation> {
  const { silent, ...explanation } = await ask(parts, (matcher) => matcher.explain(a, b));
  return { ...explanation, ...(silent && { silent: silent.map((point) => valueName(parts.keys, point)) }) };
}

function ask<T>({ explainer, standings }: Parts, question: (matcher: Matcher) => Promise<T>): Promise<T> {
  if (!explainer) throw new Refusal('not-matched', 'nobody matches the records of this log: KITH_MATCHING is off');
  return inTime(question(explainer), standings, 'matching works on what came before; ask again');
}

/** The runner reads the log by itself; it only wants to hear that there is something to read. */
async function wakeOnAppend(log: EventLog, wake: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const { position } = await log.head();
      for await (const _page of log.follow(position, { signal, filter: { types: [] } })) wake();
      if (!signal.aborted) return; // the log is closed
    } catch {
      // A read that fails here fails visibly in the runner, which tries again: it only has to be woken.
      wake();
      await pause(1_000, signal);
    }
  }
}
