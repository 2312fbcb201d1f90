/** What whoever keeps the views level must be given: names, clocks and ears, so that it runs in any thread and under any test. */
import type { Progress } from './projector';
import type { Matching } from './resolving';
import type { RunnerOptions } from './runner';

export interface LifecycleOptions extends RunnerOptions {
  /** How records are matched; nobody matches them when absent. */
  readonly matching?: Matching;
  /** Names the folds; views made by others are rebuilt. */
  readonly fingerprint: string;
  readonly onProgress: (progress: Progress) => void;
  /** Resolves when there may be something new in the log, or when `signal` aborts. */
  readonly wake: (signal: AbortSignal) => Promise<void>;
  /** Lets `wake` resolve after that many milliseconds, if it has not before. */
  readonly wakeIn: (ms: number) => void;
  /** Resolves after that many milliseconds, or when `signal` aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}
