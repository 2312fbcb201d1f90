/**
 * How this node and its stores stand, told from what is known: a look at each store every second keeps it, and whoever asks
 * waits for none of them. It also says in words when an outage begins and when it ends, once for all whom it meets.
 */
import { type Head, LogError, type LogReader } from '../../eventstore/store';
import { nameOf, type Standing, type StoreName } from './standing';
import type { ViewReader } from './ports';
import { pause } from './waking';

/** A part that does not do now what it is for, while the others do. */
export interface Trouble {
  /** `subscription`: the log says late what others wrote. */
  readonly part: StoreName | 'subscription';
  readonly cause: string;
  /** Milliseconds since 1970 UTC; absent where it is not known. */
  readonly since?: number;
}

interface Outage extends Trouble {
  readonly part: StoreName;
  readonly what: 'is away' | 'cannot be used';
  readonly since: number;
}

/** One line for who runs this node. */
export type OnOutage = (line: string, isOver: boolean) => void;

export interface Looked {
  readonly head: Head;
  readonly parked: number;
}

export interface HealthSources {
  readonly log: Pick<LogReader, 'head'>;
  readonly views: Pick<ViewReader, 'parked'>;
  /** Of the stores that are on servers. */
  readonly standings: readonly Standing[];
}

/** Milliseconds between two looks. */
const LOOK_EVERY = 1_000;
export const MOST_PARKED = 1_000;

export class Health {
  private readonly stopping = new AbortController();
  private readonly listeners = new Set<OnOutage>();
  private head: Head = { position: 0n, recordedAt: 0 };
  private parked = 0;
  /** What the server says instead of answering: it is there, and lets nobody read, or holds another log. */
  private refused: Outage | undefined;
  /** What was told to have begun, by part. */
  private readonly begun = new Map<StoreName, Outage>();
  private readonly unhear: readonly (() => void)[];
  private readonly standings: readonly Standing[];

  constructor({ log, views, standings }: HealthSources) {
    this.standings = standings;
    this.unhear = standings.map((standing) => standing.onChange(() => this.tell()));
    const looks = [
      async () => {
        this.head = await log.head();
        this.refuses(undefined);
      },
      async () => (this.parked = (await views.parked(MOST_PARKED)).length),
    ];
    if (standings.length > 0) for (const look of looks) void this.keep(look);
  }

  /** Absent where the stores are in this machine: they are asked. */
  get looked(): Looked | undefined {
    return this.standings.length === 0 ? undefined : { head: this.head, parked: this.parked };
  }

  troubles(): readonly Trouble[] {
    const away = this.outages();
    const deaf = this.standings.find(({ deafness }) => deafness !== undefined)?.deafness;
    const isLogThere = !away.some(({ part }) => part === 'log');
    return [...away, ...(deaf !== undefined && isLogThere ? [{ part: 'subscription' as const, cause: deaf }] : [])];
  }

  /** Returns what ends the listening. */
  onOutage(listener: OnOutage): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A look at a store that is away takes its time, and changes nothing any more. */
  stop(): void {
    this.stopping.abort();
    for (const end of this.unhear) end();
  }

  private outages(): readonly Outage[] {
    const away = this.standings.flatMap(({ store, now }): readonly Outage[] =>
      now ? [{ part: store, what: 'is away', cause: now.cause, since: now.since }] : [],
    );
    const { refused } = this;
    return refused && !away.some(({ part }) => part === 'log') ? [...away, refused] : away;
  }

  /** Who failed to answer says so to all; only what the log refuses is heard here. */
  private async keep(look: () => Promise<unknown>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await look();
      } catch (problem) {
        this.refuses(problem);
      }
      await pause(LOOK_EVERY, signal);
    }
  }

  private refuses(problem: unknown): void {
    if (problem !== undefined && !(problem instanceof LogError && problem.code !== 'closed')) return;
    const cause = problem?.message;
    if (this.refused?.cause === cause) return;
    this.refused = cause === undefined ? undefined : { part: 'log', what: 'cannot be used', cause, since: Date.now() };
    this.tell();
  }

  private tell(): void {
    if (this.stopping.signal.aborted) return;
    const now = new Map(this.outages().map((trouble) => [trouble.part, trouble]));
    for (const [part, trouble] of now) {
      if (this.begun.has(part)) continue;
      this.begun.set(part, trouble);
      this.say(`${nameOf(part)} ${trouble.what}: ${trouble.cause}`, false);
    }
    for (const [part, { since }] of this.begun) {
      if (now.has(part)) continue;
      this.begun.delete(part);
      const seconds = Math.round((Date.now() - since) / 1_000);
      this.say(`${nameOf(part)} answers again, after ${seconds} s`, true);
    }
  }

  private say(line: string, isOver: boolean): void {
    for (const listener of this.listeners) listener(line, isOver);
  }
}
