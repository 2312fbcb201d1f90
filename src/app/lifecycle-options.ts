/** What whoever keeps the views level must be given: names, clocks and ears, so that it runs in any thread and under any test. */
import type { Progress } from './projector';
import type { RunnerOptions } from './runner';

export interface LifecycleOptions extends RunnerOptions {
  /** Names the folds; views made by others are rebuilt. */
  readonly fingerprint: string;
  readonly onProgress: (progress: Progress) => void;
  /** Resolves when there may be something new in the log, or when `signal` aborts. */
  readonly wake: (signal: AbortSignal) => Promise<void>;
  /** Resolves after that many milliseconds, or when `signal` aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** The same, or as soon as somebody waits for the views. */
  readonly rest: (ms: number, signal: AbortSignal) => Promise<void>;
}
