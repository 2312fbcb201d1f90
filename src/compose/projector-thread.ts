/** The main thread's side of workers/views.ts: a projector that lives in another thread. */
import type { Position } from '../../eventstore/store';
import type { RebuildReport } from '../app/kith';
import type { Progress, Projector } from '../app/projector';
import { retriedWithin } from '../app/retrying';
import { Channel } from './channel';
import type { Places } from './engines';

export interface ViewsData {
  readonly places: Places;
  readonly fingerprint: string;
  readonly options: { readonly page?: number; readonly flush?: number };
}

type ToViews =
  | { readonly kind: 'wake' | 'hurry' | 'retry' | 'stop' }
  /** `n` tells its progress from that of another one. */
  | { readonly kind: 'rebuild'; readonly n: number; readonly switchOver: boolean };

type FromViews =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'rebuilding'; readonly n: number; readonly done: Position; readonly of: Position };

interface ViewsAnswer {
  readonly report?: RebuildReport;
  readonly retried?: { readonly healed: number; readonly still: number };
}

export interface ViewsProtocol {
  readonly request: ToViews;
  readonly told: FromViews;
  readonly answer: ViewsAnswer;
}

/** Room for what a page of events leaves behind, so that it is dead before anybody would carry it on. */
const YOUNG_MB = 48;

type OnRebuild = (done: Position, of: Position) => void;

export function threadProjector(data: ViewsData, onProgress: (progress: Progress) => void): Projector {
  const rebuilds: OnRebuild[] = [];
  let latest: Progress = { state: 'building', position: 0n, recordedAt: 0, views: '' };
  // However many wait, the thread hears of it once until it has got further.
  let hurried = false;
  const tell = (progress: Progress) => {
    hurried = false;
    onProgress((latest = progress));
  };
  const limits = { maxYoungGenerationSizeMb: YOUNG_MB };
  const channel = new Channel<ViewsProtocol>(
    { script: 'views', does: 'writes the views', data, limits },
    (told) => {
      if (told.kind === 'progress') tell(told.progress);
      else rebuilds[told.n]?.(told.done, told.of);
    },
    (reason) => tell({ ...latest, state: 'stopped', reason }),
  );
  return {
    started: channel.started.then(() => undefined),
    progress: () => latest,
    wake: () => channel.tell({ kind: 'wake' }),
    hurry: () => {
      if (!hurried) channel.tell({ kind: 'hurry' });
      hurried = true;
    },
    rebuild: ({ switchOver, onProgress: onRebuild }) => {
      const n = rebuilds.push(onRebuild) - 1;
      return channel.askFor({ kind: 'rebuild', n, switchOver }, ({ report }) => report);
    },
    retryParked: (patienceMs) =>
      retriedWithin(
        patienceMs,
        channel.askFor({ kind: 'retry' }, ({ retried }) => retried),
      ),
    stop: () => channel.stop({ kind: 'stop' }),
  };
}
