/** The newest events in memory, for those who read at the head: what one reader fetched, the others need not fetch again. */
import type { LoggedEvent, Position } from '../store';

const EVENTS = 2_000;
const BYTES = 16 * 1024 * 1024;

export class Window {
  private after: Position = 0n;
  private until: Position = 0n;
  private events: LoggedEvent[] = [];
  private bytes = 0;

  /** All events with `after` < position ≤ `until`. */
  add(after: Position, until: Position, events: readonly LoggedEvent[]): void {
    if (after !== this.until) this.clear(after);
    for (const event of events) {
      this.events.push(event);
      this.bytes += event.bytes.length;
    }
    this.until = until;
    if (this.events.length > EVENTS || this.bytes > BYTES) this.shorten();
  }

  /** All events behind `after`, if they are all here. */
  from(after: Position): { readonly events: readonly LoggedEvent[]; readonly until: Position } | undefined {
    if (after < this.after || after >= this.until) return undefined;
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.events[middle] as LoggedEvent).position <= after) low = middle + 1;
      else high = middle;
    }
    return { events: this.events.slice(low), until: this.until };
  }

  private clear(after: Position): void {
    [this.after, this.events, this.bytes] = [after, [], 0];
  }

  private shorten(): void {
    const gone = this.events.splice(0, Math.ceil(this.events.length / 2));
    this.after = gone.at(-1)?.position ?? this.after;
    for (const event of gone) this.bytes -= event.bytes.length;
  }
}
