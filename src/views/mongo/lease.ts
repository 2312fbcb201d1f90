/**
 * Who may project, of several processes: whoever holds the lease, a document with an epoch and a beat. No wall clocks are
 * compared: who stands by takes over when epoch and beat stood still for three times the time to live on its own
 * monotonic clock. It says who should write; that nobody undoes anything rests on positions alone.
 */
import { type Collection, MongoServerError } from 'mongodb';
import type { Connection } from './connection';
import { DUPLICATE } from './generations';
import { Fenced } from './stale';

export interface LeaseOptions {
  /** What is leased: the projections that one process writes. */
  readonly name: string;
  /** This process, under a name that no other and no later one bears. */
  readonly holder: string;
  /** Milliseconds that a holder trusts one beat; a standby waits three times as long. */
  readonly ttlMs: number;
  /** Milliseconds on a clock that never steps back. */
  readonly clock: () => number;
}

interface StoredLease {
  readonly _id: string;
  readonly epoch: number;
  readonly beat: number;
  readonly holder: string;
  /** Given back: nobody has to wait for it. */
  readonly free?: true;
}

type Turn = Pick<StoredLease, 'epoch' | 'beat'>;

export class Lease {
  // Unseen by who prints it: a collection knows its client, and that the connection string.
  readonly #leases: Collection<StoredLease>;
  /** Ours, and until when we trust it. */
  private held: (Turn & { readonly until: number }) | undefined;
  /** What somebody else's looked like, and since when. */
  private seen: (Turn & { readonly since: number }) | undefined;

  constructor(
    connection: Connection,
    private readonly options: LeaseOptions,
  ) {
    this.#leases = connection.collection<StoredLease>('leases');
  }

  /** The fence of what is written. Throws `Fenced` where no lease is held, or where it may have gone over to somebody else. */
  readonly epoch = (): number => {
    if (this.held && this.options.clock() < this.held.until) return this.held.epoch;
    throw new Fenced(`the lease ${this.options.name} is not held`);
  };

  /**
   * Takes the lease, holds on to it, or looks at who holds it; to be called some times within a time to live. True while
   * it is held. An answer that was lost throws and is looked up at the next beat.
   */
  async beat(): Promise<boolean> {
    const { name, holder, clock } = this.options;
    // From before the question: an answer that took long is old.
    const now = clock();
    if (!this.held && !this.seen && (await this.insert(now))) return true;
    const there = await this.#leases.findOne({ _id: name });
    if (!there) throw new Error(`the lease ${name} was taken away`);
    const { epoch, beat, free } = there;
    if (there.holder === holder && !free) return this.turn(there, { epoch, beat: beat + 1 }, now);
    this.held = undefined;
    if (this.seen?.epoch !== epoch || this.seen.beat !== beat) this.seen = { epoch, beat, since: now };
    if (!free && now - this.seen.since < 3 * this.options.ttlMs) return false;
    return this.turn(there, { epoch: epoch + 1, beat: 0 }, now);
  }

  /** Gives it back, so that who stands by need not wait. */
  async release(): Promise<void> {
    const { held } = this;
    this.held = undefined;
    if (!held) return;
    const { name, holder } = this.options;
    const { epoch, beat } = held;
    await this.#leases.updateOne({ _id: name, epoch, beat, holder }, { $set: { free: true } });
  }

  private async insert(now: number): Promise<boolean> {
    const first = { epoch: 1, beat: 0 };
    try {
      await this.#leases.insertOne({ _id: this.options.name, ...first, holder: this.options.holder });
      return this.hold(first, now);
    } catch (problem) {
      if (problem instanceof MongoServerError && problem.code === DUPLICATE) return false;
      throw problem;
    }
  }

  /** From what was read to what it becomes, if it still is that. */
  private async turn({ epoch, beat, holder }: StoredLease, next: Turn, now: number): Promise<boolean> {
    const { name, holder: us } = this.options;
    const replacement = { ...next, holder: us };
    const { matchedCount } = await this.#leases.replaceOne({ _id: name, epoch, beat, holder }, replacement);
    if (matchedCount === 1) return this.hold(next, now);
    this.held = undefined;
    return false;
  }

  private hold({ epoch, beat }: Turn, now: number): true {
    this.seen = undefined;
    this.held = { epoch, beat, until: now + this.options.ttlMs };
    return true;
  }
}
