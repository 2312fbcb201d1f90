/**
 * Does something while this process leads: begins it with the lease, ends it when the lease is gone, and stands by else.
 * Beats go on whatever the work does, also while it is only beginning.
 */
import { reasonOf, Refusal } from '../domain/refusals';
import { pause } from './waking';

export interface Lease {
  /** Takes the lease, holds on to it, or looks at who holds it. True while it is held. */
  beat(): Promise<boolean>;
  /** Throws once the lease may have gone over to somebody else. */
  epoch(): number;
  /** Gives it back, so that who stands by need not wait. */
  release(): Promise<void>;
}

export interface Work {
  stop(): Promise<void>;
}

export interface LeadingOptions {
  /** Between two beats: a third of what the lease lives, or less. */
  readonly everyMs: number;
  /** Why it cannot lead or stand by; `undefined` when it can again. It is tried again all the time. */
  readonly onTrouble: (reason: string | undefined) => void;
  /** Told at each beat whether the lease is held. */
  readonly onBeat?: (held: boolean) => void;
}

export class Leading<W extends Work> {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private work: W | undefined;
  /** From the moment at which the lease is ours. */
  private tenure: { readonly over: AbortController; readonly beginning: Promise<void> } | undefined;

  /** `begin` gives up when its signal aborts. Without a lease this process alone does the work. */
  constructor(
    private readonly lease: Lease | undefined,
    private readonly begin: (over: AbortSignal) => Promise<W>,
    private readonly options: LeadingOptions,
  ) {}

  /** Resolves when the work has begun or failed to begin, or when this process stands by. Rejects only without a lease. */
  async start(): Promise<void> {
    if (!this.lease) {
      this.work = await this.begin(this.stopping.signal);
      return;
    }
    await this.turn(this.lease);
    const { tenure } = this;
    this.running = this.lead(this.lease);
    await tenure?.beginning;
  }

  /** Throws `not-a-projector` while this process does not do it. */
  current(): W {
    if (this.work) return this.work;
    const who = this.tenure ? 'this node is about to do this' : 'another node does this, or will soon';
    throw new Refusal('not-a-projector', `${who}: ask that one, or try again`);
  }

  get leads(): boolean {
    return this.work !== undefined;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.end();
    await this.lease?.release().catch(() => undefined);
  }

  private async lead(lease: Lease): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      await pause(this.options.everyMs, signal);
      if (signal.aborted) return;
      await this.turn(lease);
    }
  }

  private async turn(lease: Lease): Promise<void> {
    try {
      const held = await lease.beat();
      this.options.onBeat?.(held);
      if (held && !this.tenure) this.take();
      if (!held) await this.end();
      if (this.work || !held) this.options.onTrouble(undefined);
    } catch (problem) {
      // An answer that was lost says nothing of the lease: it is trusted until its time is over.
      this.options.onTrouble(reasonOf(problem));
      if (!holds(lease)) await this.end();
    }
  }

  private take(): void {
    const over = new AbortController();
    const beginning = this.begin(over.signal).then(
      (work) => void (this.work = work),
      (problem: unknown) => {
        this.tenure = undefined;
        if (!over.signal.aborted) this.options.onTrouble(reasonOf(problem));
      },
    );
    this.tenure = { over, beginning };
  }

  private async end(): Promise<void> {
    const { tenure } = this;
    tenure?.over.abort();
    await tenure?.beginning;
    this.tenure = undefined;
    const { work } = this;
    this.work = undefined;
    await work?.stop();
  }
}

function holds(lease: Lease): boolean {
  try {
    lease.epoch();
    return true;
  } catch {
    return false;
  }
}
