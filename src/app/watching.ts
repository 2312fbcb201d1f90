/**
 * The projector as a node sees it that writes no views, or not now: it looks how far the views are, and what only their
 * writer can do is asked of the writer, where this node has one.
 */
import { causeOf } from './away';
import type { Progress, Projector } from './projector';
import type { ViewReader } from './ports';
import { Refusal } from '../domain/refusals';
import { askRetry, type RetryNotes } from './retrying';
import { pause } from './waking';

/** Milliseconds between two looks; who waits for a write of its own waits half of that longer. */
const LOOK_EVERY = 25;
/** The same while the views cannot be asked. */
const LOOK_AGAIN = 500;

/** Milliseconds that a node waits for views that somebody is about to begin. */
const PATIENCE = 10_000;

export interface Watched {
  readonly views: Pick<ViewReader, 'checkpoint' | 'name'>;
  /** By which whoever leads the views is asked to fold parked records again. */
  readonly notes: RetryNotes;
  /** Absent on a node that only takes and answers requests. */
  readonly writer?: Projector;
}

export function watchingProjector(
  { views, notes, writer }: Watched,
  onProgress: (progress: Progress) => void,
): Projector {
  const stopping = new AbortController();
  let latest: Progress = { state: 'building', position: 0n, recordedAt: 0, views: '' };
  let seen = (): void => undefined;
  const watching = watch(views, stopping.signal, (progress) => {
    const { state, position, reason } = latest;
    latest = withTrouble(progress, writer);
    if (progress.state === 'following') seen();
    if (latest.state !== state || latest.position !== position || latest.reason !== reason) onProgress(latest);
  });
  // Whoever waits for the writer hears of it; nobody may be waiting yet.
  writer?.started.catch(() => undefined);
  const first = new Promise<void>((resolve) => (seen = resolve));
  return {
    started: Promise.race([first, pause(PATIENCE, stopping.signal)]).then(() => writer?.started),
    progress: () => latest,
    ...(writer?.wake && { wake: writer.wake }),
    hurry: () => writer?.hurry(),
    rebuild: async (how) => known(writer).rebuild(how),
    retryParked: (patienceMs) => askRetry(notes, patienceMs, stopping.signal),
    stop: async () => {
      stopping.abort();
      await writer?.stop();
      await watching;
      await notes.close();
    },
  };
}

/** The writer of this node says why it does not get on, should it be its turn, or what it tries again beside the views. */
function withTrouble(progress: Progress, writer: Projector | undefined): Progress {
  if (progress.state === 'stopped') return progress;
  const { state, reason, away } = writer?.progress() ?? {};
  return {
    ...progress,
    ...(state === 'stopped' && { state }),
    ...(reason !== undefined && { reason }),
    ...(away !== undefined && { away }),
  };
}

async function watch(
  views: Watched['views'],
  signal: AbortSignal,
  onLook: (progress: Progress) => void,
): Promise<void> {
  let last: Progress = { state: 'building', position: 0n, recordedAt: 0, views: '' };
  while (!signal.aborted) {
    try {
      const { position, recordedAt } = await views.checkpoint();
      last = { state: 'following', position, recordedAt, views: views.name };
      onLook(last);
      await pause(LOOK_EVERY, signal);
    } catch (problem) {
      onLook({ ...last, state: 'stopped', ...causeOf(problem) });
      await pause(LOOK_AGAIN, signal);
    }
  }
}

function known(writer: Projector | undefined): Projector {
  if (writer) return writer;
  throw new Refusal('not-a-projector', 'this node writes no views: ask one that runs with the role projector or all');
}
