/** What travels for one append of many events: requests of at most 3 MiB, and the server's answer in our words. */
import type { BinaryEventData } from '@eventstore/db-client';
import { Empty, MaximumAppendSizeExceeded, StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import { BatchAppendReq, type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import type { Position, Revision } from '../store';

/** What the server said of one append. */
export type Answer =
  | { readonly kind: 'written'; readonly position: Position; readonly revision: Revision }
  | { readonly kind: 'wrong-version' }
  | { readonly kind: 'refused'; readonly why: Refused; readonly reason: string };

/** `too-large`: the same events in smaller appends may pass. `denied`, `deleted`: only somebody who sets it right helps. */
export type Refused = 'too-large' | 'denied' | 'deleted' | 'bad';

export interface Batch {
  readonly correlation: string;
  readonly stream: string;
  /** Revision of the stream's last event. */
  readonly after: Revision | 'none';
  readonly events: readonly BinaryEventData[];
}

/** Bytes of events in one message; the server takes messages of 4 MiB. */
const MESSAGE = 3 * 1024 * 1024;

export function* messagesOf({ correlation, stream, after, events }: Batch): Generator<BatchAppendReq> {
  const id = new UUID().setString(correlation);
  let message = new BatchAppendReq().setCorrelationId(id).setOptions(optionsOf(stream, after));
  let bytes = 0;
  for (const event of events) {
    if (bytes > 0 && bytes + event.data.length > MESSAGE) {
      yield message;
      message = new BatchAppendReq().setCorrelationId(id);
      bytes = 0;
    }
    bytes += event.data.length;
    message.addProposedMessages(proposed(event));
  }
  yield message.setIsFinal(true);
}

/** Without a deadline: it would be a moment of the server's clock, and a node that is behind it could append nothing. */
function optionsOf(stream: string, after: Revision | 'none'): BatchAppendReq.Options {
  const identifier = new StreamIdentifier().setStreamName(new TextEncoder().encode(stream));
  const options = new BatchAppendReq.Options().setStreamIdentifier(identifier);
  return after === 'none' ? options.setNoStream(new Empty()) : options.setStreamPosition(String(after));
}

function proposed({ id, type, contentType, data, metadata }: BinaryEventData): BatchAppendReq.ProposedMessage {
  const message = new BatchAppendReq.ProposedMessage().setId(new UUID().setString(id)).setData(data);
  if (metadata instanceof Uint8Array) message.setCustomMetadata(metadata);
  message.getMetadataMap().set('type', type).set('content-type', contentType);
  return message;
}

/** An error where the server could not say what became of the append. */
export function answerIn(response: BatchAppendResp): Answer | Error {
  const success = response.getSuccess();
  if (success) {
    const position = BigInt(success.getPosition()?.getCommitPosition() ?? -1);
    return { kind: 'written', position, revision: BigInt(success.getCurrentRevision()) };
  }
  const details = response.getError()?.getDetails();
  const type = details?.getTypeName().replace('event_store.client.', '') ?? '';
  switch (type) {
    case 'WrongExpectedVersion':
      return { kind: 'wrong-version' };
    case 'MaximumAppendSizeExceeded': {
      const unpack = (bytes: Uint8Array) => MaximumAppendSizeExceeded.deserializeBinary(bytes);
      const most = details?.unpack(unpack, details.getTypeName())?.getMaxappendsize();
      return refused('too-large', `an append has at most ${most} bytes on this server (MaxAppendSize)`);
    }
    // Newer servers name the event and not the append.
    case 'MaximumAppendEventSizeExceeded':
      return refused('too-large', 'an event is larger than this server takes (MaxAppendEventSize)');
    case 'AccessDenied':
      return refused(
        'denied',
        'the server refused the append: AccessDenied. The user needs the right to write this stream, see $userStreamAcl in $settings',
      );
    case 'StreamDeleted':
      return refused('deleted', 'the server refused the append: its stream was deleted for good (tombstone)');
    case 'InvalidTransaction':
    case 'BadRequest':
      return refused('bad', `the server refused the append: ${type}`);
    default:
      return new Error(`the server could not say what became of the append: ${type || 'no reason'}`);
  }
}

const refused = (why: Refused, reason: string): Answer => ({ kind: 'refused', why, reason });

/** Servers answer with the structured form, whichever was sent. */
export function correlationOf(response: BatchAppendResp): string {
  const uuid = response.getCorrelationId();
  const structured = uuid?.getStructured();
  if (!structured) return uuid?.getString() ?? '';
  const hex = [structured.getMostSignificantBits(), structured.getLeastSignificantBits()]
    .map((bits) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
