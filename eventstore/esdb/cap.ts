/**
 * One cap on what all clients of this process have in flight: the queue inside the client has no end of its own, and one
 * lost connection rejects everything that is in it.
 */

/** Appends, each counted more than once when it is large. */
const MOST = 256;
const BYTES_OF_ONE = 32 * 1024;

class Cap {
  private free = MOST;
  private readonly waiting: { readonly weight: number; readonly go: () => void }[] = [];

  /** Takes the room if it is there, and nobody waits for it. */
  takeNow(weight: number): boolean {
    if (this.waiting.length > 0 || this.free < weight) return false;
    this.free -= weight;
    return true;
  }

  /** Resolves when there is room; first come, first served. */
  take(weight: number): Promise<void> {
    if (this.takeNow(weight)) return Promise.resolve();
    return new Promise((go) => this.waiting.push({ weight, go }));
  }

  give(weight: number): void {
    this.free += weight;
    for (let next = this.waiting[0]; next && this.free >= next.weight; next = this.waiting[0]) {
      this.waiting.shift();
      this.free -= next.weight;
      next.go();
    }
  }
}

export const inFlight = new Cap();

export const weightOf = (bytes: number): number => Math.min(MOST, 1 + Math.floor(bytes / BYTES_OF_ONE));
