/** How the rest of Kith talks to whoever writes the views, be it a worker or the host's own thread. */
import type { Head, Position } from '../../eventstore/store';
import type { RebuildReport } from './kith';
import type { Retried } from './retrying';
import type { StoreName } from './standing';

export interface Progress {
  readonly state: 'following' | 'building' | 'stopped';
  readonly position: Position;
  /** Milliseconds since 1970 UTC of the last event in the views. */
  readonly recordedAt: number;
  readonly views: string;
  /** Why it stopped, or what it is retrying. */
  readonly reason?: string;
  /** The store that it waits for, where that is the reason. */
  readonly away?: StoreName;
}

/** Milliseconds; none can be told while the log holds events and the views hold none, or none of theirs is known yet. */
export function lagOf(
  head: Head,
  { position, recordedAt }: Pick<Progress, 'position' | 'recordedAt'>,
): number | undefined {
  if (position >= head.position) return 0;
  return position === 0n ? undefined : Math.max(0, head.recordedAt - recordedAt);
}

export interface Projector {
  /** Resolves when the views are open and read from. */
  readonly started: Promise<void>;
  progress(): Progress;
  /** There may be something new in the log. Absent where nobody here folds it. */
  readonly wake?: () => void;
  /** Somebody waits for the views: a rest under a flood is over. */
  hurry(): void;
  rebuild(options: { switchOver: boolean; onProgress: (done: Position, of: Position) => void }): Promise<RebuildReport>;
  /** `asked` where it is not done within `patienceMs`, here or by the node that leads the views. */
  retryParked(patienceMs: number): Promise<Retried | 'asked'>;
  stop(): Promise<void>;
}

/** Who waits for the views to reach a position. */
export class Waiters {
  private readonly waiting = new Set<{ position: Position; resolve: (reached: boolean) => void }>();
  private readonly curious = new Set<() => void>();

  /** The views, or what is decided of them, have changed. */
  progressed(): void {
    const woken = [...this.curious];
    this.curious.clear();
    for (const wake of woken) wake();
  }

  /** Resolves when something has changed. */
  change(): Promise<void> {
    return new Promise((resolve) => this.curious.add(resolve));
  }

  reached(position: Position): void {
    for (const waiter of this.waiting) {
      if (waiter.position > position) continue;
      waiter.resolve(true);
    }
  }

  /** True once `reached` was told this position, false after `ms`. */
  wait(position: Position, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (reached: boolean) => {
        clearTimeout(timer);
        this.waiting.delete(waiter);
        resolve(reached);
      };
      const waiter = { position, resolve: settle };
      const timer = setTimeout(() => settle(false), ms);
      this.waiting.add(waiter);
    });
  }
}
