/** What was asked of the double and what it sent, counted for tests: a bar is held in calls and records, not in seconds. */
import type { Recorded } from './shapes';

export class Counters {
  /** Reads of one stream, of `$all`, and of `$all` with a filter. */
  streamReads = 0;
  allReads = 0;
  filteredReads = 0;
  /** Subscriptions that were opened, and those of them that the server dropped because they were slow. */
  subscriptions = 0;
  drops = 0;
  /** Appends that came whole: in a call for batches, and in a call of their own. */
  batchAppends = 0;
  singleAppends = 0;
  /** Appends that were answered as written before. */
  repeats = 0;
  /** Clients that connected: each asks once what the server can do, and once more after each reconnection. */
  clients = 0;
  /** Records that were sent to readers and subscribers. */
  eventsSent = 0;
  /** The same by tenant: what the stream's name has up to its first dot, or the whole name; `$` are the server's own. */
  sentOf: Record<string, number> = {};
  /** Records that were looked at for a read or a subscription, sent or not. */
  scanned = 0;

  sent({ stream }: Recorded): void {
    const dot = stream.indexOf('.');
    const tenant = stream.startsWith('$') ? '$' : dot < 0 ? stream : stream.slice(0, dot);
    this.eventsSent += 1;
    this.sentOf[tenant] = (this.sentOf[tenant] ?? 0) + 1;
  }

  reset(): void {
    Object.assign(this, new Counters());
  }
}
