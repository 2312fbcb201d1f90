/** What travels between the client of EventStoreDB and its double, in the messages that the client's package ships. */
import {
  AllStreamPosition,
  Empty,
  MaximumAppendSizeExceeded,
  AccessDenied,
  StreamIdentifier,
  Timeout,
  UUID,
  WrongExpectedVersion,
} from '@eventstore/db-client/generated/shared_pb';
import { Code } from '@eventstore/db-client/generated/code_pb';
import { Status } from '@eventstore/db-client/generated/status_pb';
import {
  type AppendReq,
  type BatchAppendReq,
  BatchAppendResp,
  ReadResp,
} from '@eventstore/db-client/generated/streams_pb';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { Empty as GoogleEmpty } from 'google-protobuf/google/protobuf/empty_pb';
import type { Actual, Expected, Proposed, Recorded } from './shapes';
import { MAX_APPEND } from './shapes';

export const nameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();

function identifierOf(stream: string): StreamIdentifier {
  return new StreamIdentifier().setStreamName(Uint8Array.from(Buffer.from(stream)));
}

const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);
const buffer = (message: { serializeBinary(): Uint8Array }): Buffer => Buffer.from(message.serializeBinary());

export function encodeRecord(stream: string, revision: bigint, position: bigint, event: Proposed): Buffer {
  const record = new ReadResp.ReadEvent.RecordedEvent()
    .setId(new UUID().setString(event.id))
    .setStreamIdentifier(identifierOf(stream))
    .setStreamRevision(String(revision))
    .setCommitPosition(String(position))
    .setPreparePosition(String(position))
    .setCustomMetadata(plain(event.metadata))
    .setData(plain(event.data));
  record.getMetadataMap().set('type', event.type);
  record.getMetadataMap().set('content-type', event.contentType);
  record.getMetadataMap().set('created', String(BigInt(Date.now()) * 10_000n));
  return buffer(new ReadResp().setEvent(new ReadResp.ReadEvent().setEvent(record).setCommitPosition(String(position))));
}

export function decodeRecord(wire: Buffer): Recorded {
  const record = ReadResp.deserializeBinary(plain(wire)).getEvent()?.getEvent() as ReadResp.ReadEvent.RecordedEvent;
  return {
    id: record.getId()?.getString() ?? '',
    stream: nameOf(record.getStreamIdentifier()),
    type: record.getMetadataMap().get('type') ?? '',
    revision: BigInt(record.getStreamRevision()),
    position: BigInt(record.getCommitPosition()),
    wire,
  };
}

export const notFound = (stream: string): Buffer =>
  buffer(new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(stream))));

export const confirmation = (id: string): Buffer =>
  buffer(new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(id)));

export const caughtUp = (): Buffer => buffer(new ReadResp().setCaughtUp(new ReadResp.CaughtUp()));

export const checkpoint = (position: bigint): Buffer =>
  buffer(
    new ReadResp().setCheckpoint(
      new ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position)),
    ),
  );

/** What both kinds of append say of an event. */
type Message = AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage;

export const proposed = (message: Message): Proposed => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  metadata: message.getCustomMetadata_asU8(),
  data: message.getData_asU8(),
});

export function expectedOfBatch(options: BatchAppendReq.Options): Expected {
  if (options.hasNoStream()) return 'none';
  if (options.hasAny()) return 'any';
  return options.hasStreamExists() ? 'exists' : BigInt(options.getStreamPosition());
}

export function expectedOf(options: AppendReq.Options): Expected {
  if (options.hasNoStream()) return 'none';
  if (options.hasAny()) return 'any';
  return options.hasStreamExists() ? 'exists' : BigInt(options.getRevision());
}

/** The server answers with the two halves of an id, though the client sends it as a text. */
function structured(id: UUID): UUID {
  const hex = id.getString().replaceAll('-', '');
  const [most, least] = [hex.slice(0, 16), hex.slice(16)].map((half) => String(BigInt.asIntN(64, BigInt(`0x${half}`))));
  const halves = new UUID.Structured().setMostSignificantBits(most ?? '').setLeastSignificantBits(least ?? '');
  return new UUID().setStructured(halves);
}

const answer = (correlation: UUID, stream: string): BatchAppendResp =>
  new BatchAppendResp().setCorrelationId(structured(correlation)).setStreamIdentifier(identifierOf(stream));

export function success(correlation: UUID, stream: string, revision: bigint, position: bigint): BatchAppendResp {
  const at = new AllStreamPosition().setCommitPosition(String(position)).setPreparePosition(String(position));
  return answer(correlation, stream).setSuccess(
    new BatchAppendResp.Success().setCurrentRevision(String(revision)).setPosition(at),
  );
}

function failure(correlation: UUID, stream: string, type: string, details: { serializeBinary(): Uint8Array }) {
  const any = new Any();
  any.pack(details.serializeBinary(), `event_store.client.${type}`);
  const status = new Status().setCode(Code.UNKNOWN).setMessage(type).setDetails(any);
  return answer(correlation, stream).setError(status);
}

export function wrongVersion(correlation: UUID, stream: string, expected: Expected, actual: Actual): BatchAppendResp {
  const details = new WrongExpectedVersion();
  if (actual === 'none') details.setCurrentNoStream(new GoogleEmpty());
  else details.setCurrentStreamRevision(String(actual));
  if (expected === 'any') details.setExpectedAny(new GoogleEmpty());
  else if (expected === 'none') details.setExpectedNoStream(new GoogleEmpty());
  else if (expected === 'exists') details.setExpectedStreamExists(new GoogleEmpty());
  else details.setExpectedStreamPosition(String(expected));
  return failure(correlation, stream, 'WrongExpectedVersion', details);
}

export const tooLarge = (correlation: UUID, stream: string): BatchAppendResp =>
  failure(
    correlation,
    stream,
    'MaximumAppendSizeExceeded',
    new MaximumAppendSizeExceeded().setMaxappendsize(MAX_APPEND),
  );

export const accessDenied = (correlation: UUID, stream: string): BatchAppendResp =>
  failure(correlation, stream, 'AccessDenied', new AccessDenied());

export const timedOut = (correlation: UUID, stream: string): BatchAppendResp =>
  failure(correlation, stream, 'Timeout', new Timeout());

export const nothing = (): Empty => new Empty();
