/**
 * Keeps the views level with the log for as long as Kith is open, builds new generations beside the live one, and says
 * how it goes. It runs where the views are written: in a worker, or in the host's own thread.
 */
import type { LogReader, Position } from '../../eventstore/store';
import { reasonOf, Refusal } from '../domain/refusals';
import type { Seal } from '../domain/seal';
import { agrees } from './agreeing';
import { causeOf } from './away';
import type { RebuildReport } from './kith';
import { compareViews } from './comparing';
import type { LifecycleOptions } from './lifecycle-options';
import type { Generation, ViewSet, ViewStore } from './ports';
import type { Progress } from './projector';
import { Runner, type Step } from './runner';

/**
 * Milliseconds that facts may gather before a live write. One write for many facts costs a fraction of many writes, so the
 * runner rests half as long as its last write took: it leaves time to whoever feeds the log, and under a flood each
 * document is written once for many facts.
 */
const GATHER = { least: 3, most: 250 };

/**
 * From so many events a second on, over so many milliseconds at least, the runner rests for some more, unless somebody waits for the views:
 * a document that is written once a second costs whoever sends the flood a fraction of one that is always the latest.
 */
const FLOOD = { perSecond: 2_000, over: 100, rest: 600 };

export class Lifecycle {
  private readonly stopping = new AbortController();
  private live: { views: ViewSet; runner: Runner } | undefined;
  private following: Promise<void> = Promise.resolve();
  private latest: Progress = { state: 'building', position: 0n, recordedAt: 0, views: '' };
  private turn: Promise<unknown> = Promise.resolve();
  /** Generations that could not be dropped. */
  private readonly left = new Set<string>();

  constructor(
    private readonly log: LogReader,
    private readonly store: ViewStore,
    private readonly seal: Seal,
    private readonly options: LifecycleOptions,
  ) {}

  /**
   * Opens the views that these folds made of this log, or begins new ones beside those that readers see. Resolves when
   * there is something to read; what is to be built or caught up with goes on behind.
   */
  async start(): Promise<void> {
    const generations = await this.store.generations();
    const live = generations.find((generation) => generation.live);
    const ours = generations.filter((g) => g.fingerprint === this.options.fingerprint);
    const begun = ours.find((g) => g.live) ?? ours[0];
    const views = (begun && (await this.usable(begun.name))) ?? (await this.store.create(this.options.fingerprint));
    const blue = live && live !== begun && (await this.isReadable(live)) ? live.name : undefined;
    if (blue === undefined) await this.store.switchTo(views.name);
    for (const { name } of generations) if (name !== views.name && name !== blue) await this.clearAway(name);
    this.following = this.take(views, blue);
  }

  /** Views that cannot be opened, or that are ahead of the log (an older one was put in its place), are no views of it. */
  private async usable(name: string): Promise<ViewSet | undefined> {
    try {
      const views = await this.store.open(name);
      const checkpoint = await views.checkpoint();
      const ahead = checkpoint.position > (await this.log.head()).position;
      if (!ahead && (await agrees(this.log, checkpoint))) return views;
      await views.close();
    } catch (problem) {
      this.report({ ...this.latest, reason: `views ${name} cannot be used and are made again: ${reasonOf(problem)}` });
    }
    return undefined;
  }

  /** Views of older folds are read until new ones are level, if they are of this log and not ahead of it. */
  private async isReadable({ name, fingerprint }: Generation): Promise<boolean> {
    if (logOf(fingerprint) !== logOf(this.options.fingerprint)) return false;
    const views = await this.usable(name);
    await views?.close();
    return views !== undefined;
  }

  private async take(views: ViewSet, blue: string | undefined): Promise<void> {
    if (blue !== undefined) await this.catchUpWith(views, blue);
    this.live = { views, runner: this.runner(views) };
    await this.follow();
  }

  /** Green switches once it stands where blue stands; what is left over goes. */
  private async catchUpWith(views: ViewSet, blue: string): Promise<void> {
    const runner = this.runner(views);
    for (let level = false; !level && !this.stopping.signal.aborted; ) {
      const step = await this.persist(async () => {
        const done = await this.advance(views, runner);
        if (done.level) await this.store.switchTo(views.name);
        return done;
      });
      this.tell('building', views, step);
      level = step.level;
    }
    if (!this.stopping.signal.aborted) await this.clearAway(blue);
  }

  /** A generation that holds nothing yet is built; one that holds something goes on. */
  private async advance(views: ViewSet, runner: Runner): Promise<Step> {
    const { position } = await views.checkpoint();
    if (position > 0n) return runner.step();
    const built = await runner.build(() => this.tell('building', views, { position: 0n, recordedAt: 0 }));
    return built.level ? runner.step() : built;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    for (let [before, begun] = [0, 0]; !signal.aborted; before = begun) {
      begun = performance.now();
      const step = await this.persist(() => this.inTurn(() => this.advance(this.opened().views, this.opened().runner)));
      const took = performance.now() - begun;
      if (signal.aborted) return;
      this.tell(step.level ? 'following' : 'building', this.opened().views, step);
      if (!step.level) continue;
      await this.options.wake(signal);
      await this.options.pause(Math.min(Math.max(took / 2, GATHER.least), GATHER.most), signal);
      if (isFlood(step, begun - before)) await this.options.rest(FLOOD.rest, signal);
    }
  }

  /** Tries until it works: a store that is away stops the views visibly and loses nothing. */
  private async persist(act: () => Promise<Step>): Promise<Step> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await act();
      } catch (problem) {
        if (this.stopping.signal.aborted)
          return { level: true, events: 0, position: this.latest.position, recordedAt: this.latest.recordedAt };
        this.report({ ...this.latest, state: 'stopped', ...causeOf(problem) });
        await this.options.pause(Math.min(100 * 2 ** attempt, 5_000), this.stopping.signal);
      }
    }
  }

  /** Builds new views from the start of the log, compares, and switches unless told not to; the live ones follow meanwhile. */
  async rebuild({
    switchOver,
    onProgress,
  }: {
    switchOver: boolean;
    onProgress: (done: bigint, of: bigint) => void;
  }): Promise<RebuildReport> {
    this.opened();
    const green = await this.store.create(this.options.fingerprint);
    try {
      const runner = this.runner(green);
      const { level, events } = await runner.build(onProgress);
      if (!level) throw new Error('ended before the new views were built');
      return await this.inTurn(() => this.takeOver(green, runner, { switchOver, events }));
    } catch (problem) {
      if (this.live?.views !== green) await this.clearAway(green.name);
      throw problem;
    }
  }

  /** The live views stand still meanwhile; the new ones go to exactly where they stand, and are compared there. */
  private async takeOver(
    green: ViewSet,
    runner: Runner,
    { switchOver, events }: { readonly switchOver: boolean; readonly events: number },
  ): Promise<RebuildReport> {
    const blue = this.opened();
    const [at, built] = [(await blue.views.checkpoint()).position, (await green.checkpoint()).position];
    const target = at > built ? at : built;
    if (target > (await this.log.head()).position) throw new Error('the live views are ahead of the log');
    await untilLevel(() => blue.runner.step(target));
    const more = await untilLevel(() => runner.step(target));
    const report = await compareViews(blue.views, green);
    if (switchOver) {
      await this.store.switchTo(green.name);
      this.live = { views: green, runner: this.runner(green) };
    }
    await this.clearAway(switchOver ? blue.views.name : green.name);
    if (switchOver) this.tell('following', green, await green.checkpoint());
    return { ...report, events: BigInt(events + more), switched: switchOver };
  }

  /** Nobody reads these views any more. What cannot be dropped now is dropped with the next ones, or at the next start. */
  private async clearAway(name: string): Promise<void> {
    this.left.add(name);
    for (const one of this.left) {
      try {
        await this.store.drop(one);
        this.left.delete(one);
      } catch (problem) {
        this.report({ ...this.latest, reason: `views ${one} could not be removed: ${reasonOf(problem)}` });
      }
    }
  }

  retryParked(): Promise<{ healed: number; still: number }> {
    return this.inTurn(() => this.opened().runner.retryParked());
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following;
    await this.turn;
    await this.live?.views.close();
  }

  private opened(): { views: ViewSet; runner: Runner } {
    if (!this.live) throw new Refusal('not-ready', 'new views are still catching up behind the old ones: try again');
    return this.live;
  }

  /** One at a time: steps, take-overs and retries never interleave. */
  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(act);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private runner(views: ViewSet): Runner {
    return new Runner(this.log, views, this.seal, { ...this.options, signal: this.stopping.signal });
  }

  private tell(
    state: Progress['state'],
    views: ViewSet,
    { position, recordedAt }: { position: Position; recordedAt: number },
  ): void {
    this.report({ state, position, recordedAt, views: views.name });
  }

  private report(progress: Progress): void {
    this.latest = progress;
    this.options.onProgress(progress);
  }
}

/** `within` in milliseconds. */
const isFlood = ({ events }: Step, within: number): boolean =>
  events * 1_000 >= FLOOD.perSecond * Math.max(within, FLOOD.over);

/** Answers how many events were taken in. */
const untilLevel = async (step: () => Promise<Step>): Promise<number> => {
  for (let events = 0; ; ) {
    const done = await step();
    events += done.events;
    if (done.level) return events;
  }
};

/** What a fingerprint says behind its last hyphen names the log, where the folds of several could meet. */
const logOf = (fingerprint: string): string | undefined => /-[^-]+$/.exec(fingerprint)?.[0];
