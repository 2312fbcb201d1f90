/** Waiting that ends early: for something to happen, or for a time to pass, or for the end of everything. */

/** A wake-up that comes while nobody waits is kept for the next one who does. */
export class Waking {
  private rung = false;
  private waiter: (() => void) | undefined;

  ring(): void {
    this.rung = true;
    this.waiter?.();
  }

  /** One waiter at a time. */
  async wait(signal: AbortSignal): Promise<void> {
    if (!this.rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.waiter = () => {
          signal.removeEventListener('abort', resolved);
          resolve();
        };
        const resolved = () => resolve();
        signal.addEventListener('abort', resolved, { once: true });
      });
    }
    this.waiter = undefined;
    this.rung = false;
  }

  /** As `wait`, and no longer than so many milliseconds. */
  async waitAtMost(ms: number, signal: AbortSignal): Promise<void> {
    const timer = setTimeout(() => this.ring(), ms).unref();
    await this.wait(signal);
    clearTimeout(timer);
  }
}

export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
