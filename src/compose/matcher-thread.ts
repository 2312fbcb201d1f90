/** The main thread's side of workers/matching.ts: a matcher that lives in another thread, and decides through this one. */
import type { Position } from '../../eventstore/store';
import type { Matcher, MatchProgress } from '../app/matcher';
import type { MatchingState, Opinions } from '../app/resolving';
import type { RuleWish } from '../app/wishing';
import type { Announcement } from '../domain/announcement';
import type { ValueChange } from '../domain/generic-value';
import type { RecordId } from '../domain/kernel';
import type { Explanation } from '../domain/matching/explaining';
import type { DemotedValue } from '../domain/matching/generic';
import { reasonOf } from '../domain/refusals';
import { Channel } from './channel';
import type { Places } from './engines';

export interface MatchingData {
  readonly places: Places;
  /** Who only explains decides nothing, and leads nobody. */
  readonly decides: boolean;
  /** Of the folds whose views it reads. */
  readonly fingerprint: string;
}

type ToMatching =
  | { readonly kind: 'wake' | 'hurry' | 'healed' | 'state' | 'stop' }
  | { readonly kind: 'explain'; readonly a: RecordId; readonly b: RecordId }
  /** Of what the thread wanted to have in the log: where decisions stand, or why it could not be. */
  | { readonly kind: 'granted'; readonly at: readonly Position[] }
  | { readonly kind: 'granted'; readonly error: string };

/** One wish at a time: the next one comes when this one is granted. */
export type Wanted =
  | { readonly kind: 'decide'; readonly wishes: readonly RuleWish[] }
  | { readonly kind: 'announce'; readonly told: readonly Announcement[] }
  | { readonly kind: 'tellValues'; readonly changes: readonly ValueChange[] }
  | { readonly kind: 'reconcileValues'; readonly silent: readonly DemotedValue[] };

type FromMatching = Wanted | { readonly kind: 'progress'; readonly progress: MatchProgress };

interface MatchingAnswer {
  readonly explanation?: Explanation;
  readonly state?: MatchingState;
}

export interface MatchingProtocol {
  readonly request: ToMatching;
  readonly told: FromMatching;
  readonly answer: MatchingAnswer;
}

export function threadMatcher(
  data: MatchingData,
  opinions: Opinions,
  onProgress: (progress: MatchProgress) => void,
): Matcher {
  let latest: MatchProgress = { position: 0n };
  const tell = (progress: MatchProgress) => onProgress((latest = progress));
  const channel = new Channel<MatchingProtocol>(
    { script: 'matching', does: 'matches records', data },
    (told) => {
      if (told.kind === 'progress') tell(told.progress);
      else void granted(told, opinions).then((answer) => channel.tell(answer));
    },
    (reason) => tell({ position: 0n, unmatched: reason }),
  );
  // Whoever asks hears why it could not begin; nobody waits for the beginning itself.
  channel.started.catch(() => undefined);
  return {
    progress: () => latest,
    wake: () => channel.tell({ kind: 'wake' }),
    hurry: () => channel.tell({ kind: 'hurry' }),
    healed: async () => void (await channel.ask({ kind: 'healed' })),
    explain: (a, b) => channel.askFor({ kind: 'explain', a, b }, ({ explanation }) => explanation),
    state: () => channel.askFor({ kind: 'state' }, ({ state }) => state),
    stop: () => channel.stop({ kind: 'stop' }),
  };
}

async function granted(wanted: Wanted, opinions: Opinions): Promise<ToMatching> {
  try {
    return { kind: 'granted', at: (await grant(wanted, opinions)) ?? [] };
  } catch (problem) {
    return { kind: 'granted', error: reasonOf(problem) };
  }
}

function grant(wanted: Wanted, opinions: Opinions): Promise<readonly Position[] | void> {
  switch (wanted.kind) {
    case 'decide':
      return opinions.decide(wanted.wishes);
    case 'announce':
      return opinions.announce(wanted.told);
    case 'tellValues':
      return opinions.tellValues(wanted.changes);
    case 'reconcileValues':
      return opinions.reconcileValues(wanted.silent);
  }
}
