/**
 * How the double of EventStoreDB misbehaves, told from a test. Each fault is one that the client or the server has shown;
 * what is counted down is used up, what is a switch lasts until it is turned back.
 */

/**
 * What happens to one append.
 * - `lose-answer`: it is committed, the answer never comes. `answer-late`: the answer comes upon `release`.
 * - `hang`: neither committed nor answered. `commit-late`: both happen upon `release`.
 * - `conflict`: the server says wrong version, though it is right. `refuse`: access denied. `time-out`: a time-out.
 * - `bad-request`: the server takes it for none. `event-too-large`: newer servers say so of one event.
 * - `not-leader`: the call fails and names the leader. `fail`: the call fails with an internal error.
 */
export type AppendFault =
  | 'lose-answer'
  | 'answer-late'
  | 'hang'
  | 'commit-late'
  | 'conflict'
  | 'refuse'
  | 'time-out'
  | 'bad-request'
  | 'event-too-large'
  | 'not-leader'
  | 'fail';

export class Faults {
  /** Taken from the front, one an append. */
  readonly appends: AppendFault[] = [];
  /** So many of the next calls that ask what the server can do fail. */
  capabilities = 0;
  /** So many of the next reads never answer. */
  readsThatHang = 0;
  /** So many of the next calls to streams are answered as if the password were wrong. */
  unauthenticated = 0;
  /** Reads of this node show so many records, as a leader does that was deposed and has not heard of it. */
  stale: number | undefined;
  /** Whoever reads, or subscribes, is denied it, as a user who lost the right. */
  deniesReads = false;
  /** No subscription is to be had: the server's own service for them has failed. */
  deniesSubscriptions = false;
  /** Subscriptions stay open and say nothing. */
  silent = false;
  /** Where the leader is, for `not-leader` and for requests that require one: this node refuses them then. */
  leader: { readonly host: string; readonly port: number } | undefined;
  /** What the subscriptions so far asked the server to leave out: the prefixes of streams that they wanted. */
  readonly filters: (readonly string[])[] = [];
  private readonly held: (() => void)[] = [];
  private readonly subscriptions = new Set<() => void>();

  hold(work: () => void): void {
    this.held.push(work);
  }

  /** Lets everything that is late happen now, in order. */
  release(): void {
    for (const work of this.held.splice(0)) work();
  }

  /** How many subscriptions are open. */
  get subscribed(): number {
    return this.subscriptions.size;
  }

  subscribe(end: () => void): () => void {
    this.subscriptions.add(end);
    return () => this.subscriptions.delete(end);
  }

  /** Ends every subscription politely: status OK, no error. */
  endSubscriptions(): void {
    for (const end of this.subscriptions) end();
  }
}
