/** How an append ends that was not written. */
import { type Failed, isUnreachable, LogError } from '../store';
import { said } from './redacting';

export const OTHERS_FASTER = 'other writers of this stream were always faster; try again';
export const UNPLACED = 'it was written, and where could not be read: send it again with the same ids';
export const NO_QUORUM =
  'EventStoreDB is away: it refuses the revision that it shows, as a leader without a quorum does';

export const failed = (reason: string): Failed => ({ kind: 'failed', reason });
export const away = (reason: string): Failed => ({ kind: 'failed', reason, away: true });

/** Of an answer that stays until somebody mends it. */
export const codeOf = (problem: unknown): Pick<Failed, 'code'> =>
  problem instanceof LogError && (problem.code === 'denied' || problem.code === 'damaged')
    ? { code: problem.code }
    : {};

/** What is damaged, denied or closed is not away: the same ids again would meet the same. */
export function notSent(problem: unknown): Failed {
  const outage = !(problem instanceof LogError) || isUnreachable(problem);
  const reason = `nothing was sent: ${said(problem)}`;
  return outage ? away(reason) : { ...failed(reason), ...codeOf(problem) };
}
