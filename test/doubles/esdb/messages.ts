/** What travels between the client of EventStoreDB and its double, in the messages that the client's package ships. */
import { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import {
  type AppendReq,
  type BatchAppendReq,
  type DeleteReq,
  ReadResp,
  type TombstoneReq,
} from '@eventstore/db-client/generated/streams_pb';
import type { Expected, Proposed, Recorded } from './shapes';

export const nameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();

export function identifierOf(stream: string): StreamIdentifier {
  return new StreamIdentifier().setStreamName(Uint8Array.from(Buffer.from(stream)));
}

/** The server's unit of time, 100 ns, in a millisecond. */
const TICKS = 10_000n;

const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);
const buffer = (message: { serializeBinary(): Uint8Array }): Buffer => Buffer.from(message.serializeBinary());

type Place = Pick<Recorded, 'stream' | 'revision' | 'position' | 'created'>;

export function encodeRecord({ stream, revision, position, created }: Place, event: Proposed): Buffer {
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
  record.getMetadataMap().set('created', String(BigInt(created) * TICKS));
  return buffer(new ReadResp().setEvent(new ReadResp.ReadEvent().setEvent(record).setCommitPosition(String(position))));
}

const recordIn = (wire: Buffer): ReadResp.ReadEvent.RecordedEvent =>
  ReadResp.deserializeBinary(plain(wire)).getEvent()?.getEvent() as ReadResp.ReadEvent.RecordedEvent;

export function decodeRecord(wire: Buffer): Recorded {
  const record = recordIn(wire);
  return {
    id: record.getId()?.getString() ?? '',
    stream: nameOf(record.getStreamIdentifier()),
    type: record.getMetadataMap().get('type') ?? '',
    revision: BigInt(record.getStreamRevision()),
    position: BigInt(record.getCommitPosition()),
    created: Number(BigInt(record.getMetadataMap().get('created') ?? 0) / TICKS),
    wire,
  };
}

export const dataOf = (wire: Buffer): Buffer => Buffer.from(recordIn(wire).getData_asU8());

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

export function expectedOf(options: AppendReq.Options | DeleteReq.Options | TombstoneReq.Options): Expected {
  if (options.hasNoStream()) return 'none';
  if (options.hasAny()) return 'any';
  return options.hasStreamExists() ? 'exists' : BigInt(options.getRevision());
}
