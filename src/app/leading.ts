/** Does something while this process leads: begins it with the lease, ends it when the lease is gone, and stands by else. */
import { Refusal } from '../domain/refusals';
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

export class Leading<W extends Work> {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private work: W | undefined;

  /** `everyMs`: between two beats, a third of what the lease lives or less. */
  constructor(
    private readonly lease: Lease | undefined,
    private readonly begin: () => Promise<W>,
    private readonly everyMs: number,
    private readonly onTrouble: (reason: string) => void = () => undefined,
  ) {}

  /** Resolves when the work has begun, or where somebody else may be doing it, when this process stands by. */
  async start(): Promise<void> {
    if (this.lease) this.running = this.lead(this.lease);
    else this.work = await this.begin();
  }

  /** Throws `not-a-projector` while another process does it. */
  current(): W {
    if (this.work) return this.work;
    throw new Refusal('not-a-projector', 'another node does this now, and this one stands by: ask that one');
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
    while (!signal.aborted) {
      try {
        const held = await lease.beat();
        if (held && !this.work) this.work = await this.begin();
        if (!held) await this.end();
      } catch (problem) {
        this.onTrouble(problem instanceof Error ? problem.message : String(problem));
        if (!holds(lease)) await this.end();
      }
      await pause(this.everyMs, signal);
    }
  }

  private async end(): Promise<void> {
    const { work } = this;
    this.work = undefined;
    await work?.stop();
  }
}

/** An answer that was lost says nothing of the lease: it is trusted until its time is over. */
function holds(lease: Lease): boolean {
  try {
    lease.epoch();
    return true;
  } catch {
    return false;
  }
}
