/**
 * Two projectors over one view set, neither fenced, and who acts next is chance from a seed: every command, and every
 * operation of a bulk, waits at the server's gate until its turn comes. Any of them may be the last thing that its
 * projector does: it dies before the command or after it, and another begins with nothing but what is stored.
 */
import type { LogReader } from '../../../eventstore/store';
import { Runner, type RunnerOptions } from '../../../src/app/runner';
import { identitySeal } from '../../../src/domain/seal';
import { MongoViewStore } from '../../../src/views/mongo';
import type { Double, Fault, Point } from '../../doubles/mongo/double';

export type Random = (below: number) => number;

/** Turns after which nobody dies any more, so that the race comes to an end. */
const DEADLY = 600;

interface Projector {
  readonly door: string;
  readonly store: MongoViewStore;
  readonly waiting: { readonly point: Point; readonly go: (fault: Fault | undefined) => void }[];
  done: boolean;
  die: () => void;
}

export interface Raced {
  readonly turns: number;
  readonly deaths: number;
  /** Steps that somebody else had overtaken. */
  readonly overtaken: number;
}

export class Race {
  private readonly projectors = new Map<string, Projector>();
  private readonly ended: MongoViewStore[] = [];
  private wake: () => void = () => undefined;
  private turns = 0;
  private deaths = 0;
  private overtaken = 0;
  private running = 0;
  private failure: Error | undefined;
  /** Projectors that died and are not there again yet. */
  private beginning = 0;

  constructor(
    private readonly double: Double,
    private readonly database: string,
    private readonly name: string,
    private readonly log: LogReader,
    private readonly random: Random,
    private readonly options: RunnerOptions = {},
  ) {}

  async run(): Promise<Raced> {
    this.double.gate = (point) => this.arrive(point);
    this.beginning = 1;
    for (const who of ['a', 'b']) await this.begin(who);
    this.beginning = 0;
    while (this.running > 0) {
      if (!this.everybodyWaits()) await new Promise<void>((resolve) => (this.wake = resolve));
      else this.next();
    }
    this.double.gate = async () => undefined;
    for (const store of this.ended) await store.close();
    if (this.failure) throw this.failure;
    return { turns: this.turns, deaths: this.deaths, overtaken: this.overtaken };
  }

  private arrive(point: Point): Promise<Fault | undefined> {
    const projector = this.projectors.get(point.door);
    if (!projector) return Promise.resolve(undefined);
    return new Promise((go) => {
      projector.waiting.push({ point, go });
      this.wake();
    });
  }

  private everybodyWaits(): boolean {
    const all = [...this.projectors.values()];
    return this.beginning === 0 && all.every(({ done, waiting }) => done || waiting.length > 0);
  }

  private next(): void {
    const among = [...this.projectors.values()].filter(({ done }) => !done);
    const projector = among[this.random(among.length)] as Projector;
    const [one] = projector.waiting.splice(this.random(projector.waiting.length), 1);
    this.turns += 1;
    const dies = this.turns < DEADLY && this.random(25) === 0;
    if (!dies || this.random(2) === 0) one?.go(undefined);
    if (!dies) return;
    projector.done = true;
    this.deaths += 1;
    this.beginning += 1;
    projector.die();
  }

  private async begin(who: string): Promise<void> {
    this.running += 1;
    const door = `${who}${this.turns}`;
    const url = `mongodb://${await this.double.listen(door)}`;
    const store = await MongoViewStore.open({ url, database: this.database, bulk: 1 + this.random(4) });
    this.ended.push(store);
    const projector: Projector = { door, store, waiting: [], done: false, die: () => undefined };
    const death = new Promise<'dead'>((resolve) => (projector.die = () => resolve('dead')));
    this.projectors.set(door, projector);
    const lived = this.live(projector, death).catch((problem: unknown) => {
      this.failure = problem instanceof Error ? problem : new Error(String(problem));
      return 'level' as const;
    });
    void lived.then(async (end) => {
      projector.done = true;
      if (end === 'dead') {
        await this.begin(who);
        this.beginning -= 1;
      }
      this.running -= 1;
      this.wake();
    });
  }

  /** Until it is level with the log, which grows meanwhile, or dead. */
  private async live({ store }: Projector, death: Promise<'dead'>): Promise<'dead' | 'level'> {
    const mortal = <T>(act: Promise<T>): Promise<T | 'dead'> => {
      act.catch(() => undefined);
      return Promise.race([act, death]);
    };
    const views = await mortal(store.open(this.name));
    if (views === 'dead') return views;
    const [page, flush] = [1 + this.random(5), 1 + this.random(9)];
    const runner = new Runner(this.log, views, identitySeal, { page, flush, cached: 3, part: 5, ...this.options });
    for (;;) {
      const { position: head } = await this.log.head();
      const now = BigInt(Math.min(Number(head), Math.floor(this.turns / 8)));
      try {
        const at = await mortal(views.checkpoint());
        if (at === 'dead') return at;
        const step = await mortal(at.position === 0n && this.random(3) === 0 ? runner.build() : runner.step(now));
        if (step === 'dead') return step;
        if (step.level && step.position >= head) return 'level';
      } catch (problem) {
        if (!(problem instanceof Error) || problem.name !== 'StaleViews') throw problem;
        this.overtaken += 1;
      }
    }
  }
}
