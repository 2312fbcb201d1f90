/** The projector in the host's own thread: for the memory engine, tests, and hosts that want no worker. */
import type { EventLog } from '../../eventstore/store';
import type { Seal } from '../domain/seal';
import { Lifecycle } from './lifecycle';
import type { Progress } from './projector';
import type { ViewStore } from './ports';
import type { Projector } from './projector';
import { retriedWithin } from './retrying';
import type { RunnerOptions } from './runner';
import { pause, Waking } from './waking';

export function inlineProjector(
  log: EventLog,
  store: ViewStore,
  seal: Seal,
  fingerprint: string,
  onProgress: (progress: Progress) => void,
  options: RunnerOptions = {},
): Projector {
  let latest: Progress = { state: 'building', position: 0n, recordedAt: 0, views: '' };
  const waking = new Waking();
  const hurrying = new Waking();
  const lifecycle = new Lifecycle(log, store, seal, {
    ...options,
    fingerprint,
    pause,
    wake: (signal) => waking.wait(signal),
    rest: (ms, signal) => hurrying.waitAtMost(ms, signal),
    onProgress: (progress) => onProgress((latest = progress)),
  });
  return {
    started: lifecycle.start(),
    progress: () => latest,
    wake: () => waking.ring(),
    hurry: () => hurrying.ring(),
    rebuild: (how) => lifecycle.rebuild(how),
    retryParked: (patienceMs) => retriedWithin(patienceMs, lifecycle.retryParked()),
    stop: () => lifecycle.stop(),
  };
}
