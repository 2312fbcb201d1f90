/**
 * Live following for engines that can say when something was appended: pages while behind, then a page for each wake-up.
 * A page is asked for again rather than pushed, so nothing is lost between reading and waiting.
 */
import type { Filter, LogReader, Page, Position } from './store';

/** Wakes everybody who waits; a wake-up between two waits is not lost, because each wait names what it has seen. */
export class Bell {
  private rung = 0;
  private waiting = new Set<() => void>();

  get count(): number {
    return this.rung;
  }

  ring(): void {
    this.rung += 1;
    const woken = this.waiting;
    this.waiting = new Set();
    for (const wake of woken) wake();
  }

  /** Resolves at the first ring after `seen`, or when `signal` aborts. */
  wait(seen: number, signal?: AbortSignal): Promise<void> {
    if (this.rung !== seen || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', wake);
        this.waiting.delete(wake);
        resolve();
      };
      this.waiting.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}

export interface FollowOptions {
  readonly filter?: Filter;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** `closed` says that the log is gone; the last ring comes after it turned true. */
export async function* followPages(
  log: Pick<LogReader, 'readAll'>,
  bell: Bell,
  closed: () => boolean,
  after: Position,
  options: FollowOptions = {},
): AsyncGenerator<Page & { readonly caughtUp: boolean }> {
  let at = after;
  while (!options.signal?.aborted && !closed()) {
    const seen = bell.count;
    const page = await log.readAll(at, options).catch((problem: unknown) => {
      if (!closed()) throw problem;
    });
    // A read that closing cut off is no failure of who follows.
    if (!page) return;
    at = page.next;
    yield { ...page, caughtUp: page.end };
    if (page.end) await bell.wait(seen, options.signal);
  }
}
