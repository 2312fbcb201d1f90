/** One page of the whole log while it comes in, and how a read of the server is taken to its end. */
import type { ResolvedEvent, StreamingRead } from '@eventstore/db-client';
import type { Position } from '../store';
import { Expired } from './connection';
import { said } from './redacting';
import type { Stored, Tenant } from './stored';

export interface Look {
  /** Events at most. */
  readonly limit: number;
  /** Records of anybody that are looked through at most. */
  readonly through: number;
  /** No event after this one. */
  readonly until?: Position;
  readonly passes?: (event: Stored) => boolean;
}

export interface Found {
  readonly events: readonly Stored[];
  /** Everything up to here was looked at. */
  readonly scanned: Position;
  /** The server had nothing after `scanned`. */
  readonly end: boolean;
}

/** Bytes of events after which a page ends early. */
const PAGE_BYTES = 16 * 1024 * 1024;
/** Records asked for at once where most of them may be left out. */
const AT_ONCE = 1_000;

/** One page while it comes in. */
export class Gathering {
  readonly events: Stored[] = [];
  seen = 0;
  full = false;
  private bytes = 0;

  constructor(
    private readonly tenant: Tenant,
    public scanned: Position,
    private readonly look: Look,
  ) {}

  /** Records to ask for next; a read begins with the record that was scanned last. */
  get asks(): number {
    const { limit, through, passes } = this.look;
    const wanted = Math.max(limit - this.events.length, passes ? AT_ONCE : 0);
    return Math.min(wanted, through - this.seen) + 1;
  }

  /** False when there is enough. */
  take(resolved: ResolvedEvent): boolean {
    const position = resolved.event?.position?.commit;
    this.seen += 1;
    if (position === undefined || position <= this.scanned) return true;
    const { limit, through, until, passes } = this.look;
    if (until !== undefined && position > until) {
      this.full = true;
      return false;
    }
    this.scanned = position;
    const event = this.tenant.stored(resolved);
    if (event && (!passes || passes(event))) {
      this.events.push(event);
      this.bytes += event.bytes.length;
    }
    this.full = this.events.length >= limit || this.seen >= through || this.bytes >= PAGE_BYTES;
    return !this.full;
  }

  found(end: boolean): Found {
    return { events: this.events, scanned: this.scanned, end };
  }
}

/** Ends when `take` has `enough`, when the reading is `over`, or when nothing came for `deadline` milliseconds. */
export function drain(
  reading: StreamingRead<ResolvedEvent>,
  deadline: number,
  take: (event: ResolvedEvent) => boolean,
): Promise<'enough' | 'over'> {
  return new Promise((resolve, reject) => {
    const stop = (settle: () => void) => {
      clearTimeout(timer);
      reading.removeListener('data', onData);
      reading.cancel().catch(() => {});
      // A call that is cancelled is over only when what had come already is taken.
      reading.resume();
      settle();
    };
    const fail = (problem: unknown) =>
      stop(() => reject(problem instanceof Error ? problem : new Error(said(problem))));
    const timer = setTimeout(() => fail(new Expired('a read', deadline)), deadline);
    const onData = (event: ResolvedEvent) => {
      timer.refresh();
      try {
        if (!take(event)) stop(() => resolve('enough'));
      } catch (problem) {
        fail(problem);
      }
    };
    reading.on('error', fail);
    reading.on('end', () => {
      clearTimeout(timer);
      resolve('over');
    });
    reading.on('data', onData);
  });
}
