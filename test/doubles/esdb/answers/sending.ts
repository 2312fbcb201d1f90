/** Appends in the server's own messages: with what the client would not send. */
import { randomUUID } from 'node:crypto';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { Empty, StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import { BatchAppendReq, type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb';

export interface Parcel {
  readonly stream?: string;
  readonly id?: string;
  readonly type?: string;
  /** Bytes. */
  readonly data?: number;
  readonly metadata?: number;
  /** A moment, in milliseconds since 1970 UTC. */
  readonly deadline?: number;
}

/** `written`, the server's name and words for why not, or an error of the call. */
export type Said = 'written' | readonly [type: string, message: string] | Pick<ServiceError, 'code' | 'details'>;

export function send(client: StreamsClient, parcel: Parcel, metadata = new Metadata()): Promise<Said> {
  return new Promise((resolve) => {
    const call = client.batchAppend(metadata);
    call.on('error', ({ code, details }: ServiceError) => resolve({ code, details }));
    call.on('data', (response: BatchAppendResp) => {
      const error = response.getError();
      const type = error?.getDetails()?.getTypeName().replace('event_store.client.', '') ?? '';
      resolve(error ? [type, error.getMessage()] : 'written');
      call.end();
    });
    call.write(requestOf(parcel));
  });
}

function requestOf({ stream = 's', id = randomUUID(), type = 'T', data = 1, metadata = 0, deadline }: Parcel) {
  const identifier = new StreamIdentifier().setStreamName(Buffer.from(stream));
  const options = new BatchAppendReq.Options().setStreamIdentifier(identifier).setAny(new Empty());
  if (deadline !== undefined) options.setDeadline(Timestamp.fromDate(new Date(deadline)));
  const message = new BatchAppendReq.ProposedMessage()
    .setId(new UUID().setString(id))
    .setData(new Uint8Array(data))
    .setCustomMetadata(new Uint8Array(metadata));
  message.getMetadataMap().set('type', type).set('content-type', 'application/octet-stream');
  return new BatchAppendReq()
    .setCorrelationId(new UUID().setString(randomUUID()))
    .setOptions(options)
    .setProposedMessagesList([message])
    .setIsFinal(true);
}
