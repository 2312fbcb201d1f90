/** How an append ends that was not written. */
import { type Failed, isUnreachable, LogError } from '../store';
import { said } from './redacting';

export const failed = (reason: string): Failed => ({ kind: 'failed', reason });
export const away = (reason: string): Failed => ({ kind: 'failed', reason, away: true });

/** What is damaged, denied or closed is not away: the same ids again would meet the same. */
export function notSent(problem: unknown): Failed {
  const outage = !(problem instanceof LogError) || isUnreachable(problem);
  return (outage ? away : failed)(`nothing was sent: ${said(problem)}`);
}
