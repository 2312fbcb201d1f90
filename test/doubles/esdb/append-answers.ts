/** What the double says of an append, in the service's own messages. */
import {
  AccessDenied,
  AllStreamPosition,
  BadRequest,
  Empty,
  MaximumAppendSizeExceeded,
  StreamDeleted,
  Timeout,
  UUID,
  WrongExpectedVersion,
} from '@eventstore/db-client/generated/shared_pb';
import { Code } from '@eventstore/db-client/generated/code_pb';
import { Status } from '@eventstore/db-client/generated/status_pb';
import { AppendResp, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { Empty as GoogleEmpty } from 'google-protobuf/google/protobuf/empty_pb';
import { identifierOf } from './messages';
import { appendTooLarge, badRequest, denied, type ServerError, streamDeleted, timedOutOf } from './server-errors';
import type { Settings } from './settings';
import type { Actual, Expected, Refused, Written } from './shapes';

/** The append that is answered. */
export interface Answered {
  readonly stream: string;
  readonly expected: Expected;
}

/** The server answers with the two halves of an id, though the client sends it as a text. */
function structured(id: UUID): UUID {
  const hex = id.getString().replaceAll('-', '');
  const [most, least] = [hex.slice(0, 16), hex.slice(16)].map((half) => String(BigInt.asIntN(64, BigInt(`0x${half}`))));
  const halves = new UUID.Structured().setMostSignificantBits(most ?? '').setLeastSignificantBits(least ?? '');
  return new UUID().setStructured(halves);
}

export function batchAnswer(
  written: Written,
  correlation: UUID,
  { stream, expected }: Answered,
  settings: Settings,
): BatchAppendResp {
  const answer = new BatchAppendResp()
    .setCorrelationId(structured(correlation))
    .setStreamIdentifier(identifierOf(stream));
  if (written.kind === 'wrong-version') return answer.setError(wrongVersion(expected, written.actual));
  if (written.kind === 'refused') return answer.setError(refusal(written.why, stream, settings));
  const place = String(written.position);
  const at = new AllStreamPosition().setCommitPosition(place).setPreparePosition(place);
  return answer.setSuccess(new BatchAppendResp.Success().setCurrentRevision(String(written.revision)).setPosition(at));
}

function failure(type: string, details: { serializeBinary(): Uint8Array }, message = type): Status {
  const any = new Any();
  any.pack(details.serializeBinary(), `event_store.client.${type}`);
  return new Status().setCode(Code.UNKNOWN).setMessage(message).setDetails(any);
}

function wrongVersion(expected: Expected, actual: Actual): Status {
  const details = new WrongExpectedVersion();
  if (actual === 'none') details.setCurrentNoStream(new GoogleEmpty());
  else details.setCurrentStreamRevision(String(actual));
  if (expected === 'any') details.setExpectedAny(new GoogleEmpty());
  else if (expected === 'none') details.setExpectedNoStream(new GoogleEmpty());
  else if (expected === 'exists') details.setExpectedStreamExists(new GoogleEmpty());
  else details.setExpectedStreamPosition(String(expected));
  return failure('WrongExpectedVersion', details);
}

function refusal(why: Refused, stream: string, { maxAppend, maxEvent }: Settings): Status {
  switch (why) {
    case 'too-large': {
      const details = new MaximumAppendSizeExceeded().setMaxappendsize(maxAppend);
      return failure('MaximumAppendSizeExceeded', details, `Maximum Append Size of ${maxAppend} Exceeded.`);
    }
    // Newer servers have it, and the client's package has no message for it.
    case 'event-too-large':
      return failure('MaximumAppendEventSizeExceeded', new Empty(), `an event is larger than ${maxEvent} bytes`);
    case 'denied':
      return failure('AccessDenied', new AccessDenied());
    case 'deleted':
      return failure('StreamDeleted', new StreamDeleted().setStreamIdentifier(identifierOf(stream)));
    case 'bad':
      return failure('BadRequest', new BadRequest());
    case 'timed-out':
      return failure('Timeout', new Timeout());
  }
}

/** The same of an append that has a call of its own. */
export function refusalOfCall(why: Refused, stream: string, { maxAppend }: Settings): ServerError {
  if (why === 'too-large' || why === 'event-too-large') return appendTooLarge(maxAppend);
  if (why === 'denied') return denied();
  if (why === 'deleted') return streamDeleted(stream);
  return why === 'bad' ? badRequest() : timedOutOf('the append');
}

export function callAnswer(written: Exclude<Written, { kind: 'refused' }>): AppendResp {
  if (written.kind === 'wrong-version') {
    const wrong = new AppendResp.WrongExpectedVersion();
    if (written.actual === 'none') wrong.setCurrentNoStream(new Empty());
    else wrong.setCurrentRevision(String(written.actual));
    return new AppendResp().setWrongExpectedVersion(wrong);
  }
  const place = String(written.position);
  const position = new AppendResp.Position().setCommitPosition(place).setPreparePosition(place);
  return new AppendResp().setSuccess(
    new AppendResp.Success().setCurrentRevision(String(written.revision)).setPosition(position),
  );
}
