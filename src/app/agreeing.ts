/**
 * Is this the log that the views were made of? Views that live apart from the log can outlive it: an older copy of the
 * log may be put in its place and go on differently. So a checkpoint keeps the id of its last event, and a log that has
 * another event there is another log.
 */
import type { LoggedEvent, LogReader } from '../../eventstore/store';
import { type JsonValue, membersOf, textOf } from '../domain/kernel';
import type { Checkpoint } from './ports';

/** Absent for bytes that are no envelope: they tell no id. */
export function lastOf({ position, bytes }: LoggedEvent): Pick<Checkpoint, 'last'> {
  try {
    const envelope: JsonValue = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const event = textOf(membersOf(envelope)['id']);
    return event === '' ? {} : { last: { position, event } };
  } catch {
    return {};
  }
}

/** False: the views are of another log, and must be built anew. */
export async function agrees(log: Pick<LogReader, 'readAt'>, { last }: Checkpoint): Promise<boolean> {
  if (!last) return true;
  const [there] = await log.readAt([last.position]);
  return there !== undefined && lastOf(there).last?.event === last.event;
}
