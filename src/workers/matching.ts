/**
 * The thread that matches records: reads the log and the views over connections of its own, and asks the main thread to
 * write what it decides. The views wait for none of it. Of several nodes one leads; the others stand by, and what they are
 * asked to explain they work out for themselves.
 */
import { workerData } from 'node:worker_threads';
import type { Position } from '../../eventstore/store';
import type { Leading } from '../app/leading';
import { MatchLoop, type Sources } from '../app/match-loop';
import type { MatchProgress } from '../app/matcher';
import { currentModel } from '../app/models';
import type { Opinions } from '../app/resolving';
import { Answering } from '../compose/channel';
import {
  areShared,
  type Fence,
  leadingOver,
  openLogReader,
  openViews,
  untilBuilt,
  untilOpen,
} from '../compose/engines';
import type { MatchingData, MatchingProtocol, Wanted } from '../compose/matcher-thread';
import type { Model } from '../domain/matching/model';
import { identitySeal } from '../domain/seal';

type Request = MatchingProtocol['request'];
type Answer = MatchingProtocol['answer'];

class MatchingThread {
  private readonly channel = new Answering<MatchingProtocol>();
  private readonly wanting = wantingThrough(this.channel);
  private leading: Leading<MatchLoop> | undefined;
  /** Explains on a node that does not lead; what it believes goes nowhere. */
  private quiet: MatchLoop | undefined;
  private woken = false;
  private standsBy = false;

  private constructor(
    private readonly data: MatchingData,
    private readonly sources: Sources,
    private readonly model: () => Promise<Model>,
  ) {}

  static async start(data: MatchingData): Promise<void> {
    const { places } = data;
    const early = new Answering<MatchingProtocol>();
    const away = (unmatched: string | undefined) => {
      if (unmatched !== undefined) early.tell({ kind: 'progress', progress: { position: 0n, unmatched } });
    };
    const log = await untilOpen(places, () => openLogReader(places), away);
    const views = await untilOpen(places, () => openViews(places), away);
    const sources = { log, views, seal: identitySeal };
    const thread = new MatchingThread(data, sources, currentModel(log, identitySeal));
    await thread.begin(async () => {
      await views.close();
      await log.close();
    });
  }

  private async begin(close: () => Promise<void>): Promise<void> {
    const { places, decides } = this.data;
    if (decides)
      this.leading = await leadingOver(places, 'matching', (fence, over) => this.lead(fence, over), {
        onTrouble: (reason) => reason !== undefined && this.tell({ position: 0n, unmatched: reason }),
        onBeat: (held) => this.heard(held),
      });
    const start = async (): Promise<Answer> => {
      // What several nodes share may be led by another one for long; nobody waits for that.
      const started = this.leading?.start();
      if (!areShared(places)) await started;
      return {};
    };
    await this.channel.begin(start, (request) => this.act(request, close));
  }

  private async lead({ epoch }: Pick<Fence, 'epoch'>, over: AbortSignal): Promise<MatchLoop> {
    const { places, fingerprint } = this.data;
    const { log } = this.sources;
    if (areShared(places)) await untilBuilt(places, { logId: log.id, fingerprint }, log, over);
    const want: Want = async (wanted) => {
      // Who has lost the lease decides nothing more.
      epoch?.();
      return this.wanting.want(wanted);
    };
    const loop = new MatchLoop(this.sources, { ...opinionsBy(want), model: this.model }, (progress) =>
      this.tell(progress),
    );
    if (this.woken || areShared(places)) loop.wake();
    return loop;
  }

  /** Of a node that stands by nobody knows how far matching is. */
  private heard(held: boolean): void {
    if (held === !this.standsBy) return;
    this.standsBy = !held;
    this.tell({ position: 0n, ...(!held && { standby: true }) });
  }

  private explaining(): MatchLoop {
    if (this.leading?.leads) return this.leading.current();
    this.quiet ??= new MatchLoop(
      this.sources,
      { ...opinionsBy(async () => []), model: this.model, explainsOnly: true },
      () => undefined,
    );
    this.quiet.wake();
    return this.quiet;
  }

  private async act(request: Request, close: () => Promise<void>): Promise<Answer> {
    const led = this.leading?.leads ? this.leading.current() : undefined;
    switch (request.kind) {
      case 'wake':
      case 'hurry':
        this.woken ||= request.kind === 'wake';
        this.quiet?.wake();
        led?.[request.kind]();
        return {};
      case 'granted':
        this.wanting.granted(request);
        return {};
      case 'healed':
        await this.quiet?.healed();
        await led?.healed();
        return {};
      case 'explain':
        return { explanation: await this.explaining().explain(request.a, request.b) };
      case 'state':
        return { state: await this.explaining().state() };
      case 'stop':
        await this.quiet?.stop();
        await this.leading?.stop();
        await close();
        setImmediate(() => this.channel.end());
        return {};
    }
  }

  private tell(progress: MatchProgress): void {
    this.channel.tell({ kind: 'progress', progress });
  }
}

/** Answers where decisions stand in the log. */
type Want = (wanted: Wanted) => Promise<readonly Position[]>;
type Granted = Extract<Request, { kind: 'granted' }>;

const opinionsBy = (want: Want): Opinions => ({
  decide: (wishes) => want({ kind: 'decide', wishes }),
  announce: async (told) => void (await want({ kind: 'announce', told })),
  tellValues: async (changes) => void (await want({ kind: 'tellValues', changes })),
  reconcileValues: async (silent) => void (await want({ kind: 'reconcileValues', silent })),
});

/** What this thread wants to have in the log goes to the thread that owns it; `granted` hears what became of it. */
function wantingThrough(channel: Answering<MatchingProtocol>): {
  readonly want: Want;
  readonly granted: (granted: Granted) => void;
} {
  let hear: (granted: Granted) => void = () => undefined;
  return {
    want: (wanted) =>
      new Promise((resolve, reject) => {
        hear = (granted) => ('at' in granted ? resolve(granted.at) : reject(new Error(granted.error)));
        channel.tell(wanted);
      }),
    granted: (granted) => hear(granted),
  };
}

const data: MatchingData = workerData;
void MatchingThread.start(data);
