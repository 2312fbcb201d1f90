/** What two nodes of an older version could do: the same event a second time in its stream, as another record. */
import { randomUUID } from 'node:crypto';
import { ReadResp } from '@eventstore/db-client/generated/streams_pb';
import type { Records } from './records';
import type { Recorded } from './shapes';

/** Writes the last event of the stream again, at the end of `into`, and returns its revision there. */
export function double(records: Records, stream: string, into = stream): bigint {
  const last = shownOf(records, stream).at(-1);
  const event = last && ReadResp.deserializeBinary(last.wire).getEvent()?.getEvent();
  if (!last || !event) throw new Error(`the stream ${stream} has no event`);
  const written = records.append(into, 'any', [
    {
      id: randomUUID(),
      type: last.type,
      contentType: 'application/octet-stream',
      metadata: event.getCustomMetadata_asU8(),
      data: event.getData_asU8(),
    },
  ]);
  if (written.kind !== 'written') throw new Error(`the event was not written: ${written.kind}`);
  return written.revision;
}

function shownOf(records: Records, stream: string): readonly Recorded[] {
  const shown = records.shown(stream, Date.now());
  return typeof shown === 'string' ? [] : shown;
}
