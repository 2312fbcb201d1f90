/**
 * Appends over the client's own connection, but not over its own table of what is in flight. That one is shared by all
 * clients of a process: a connection that dies rejects everything in it, and an answer that comes for one of those throws
 * where nobody can catch it, which ends the process. Here each call has its own, and an answer nobody waits for is dropped.
 */
import { randomUUID } from 'node:crypto';
import { type BinaryEventData, convertToCommandError, EventStoreDBClient } from '@eventstore/db-client';
import { Empty, MaximumAppendSizeExceeded, StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import { BatchAppendReq, type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb';
import type { Position, Revision } from '../store';

/** What the server said of one append. */
export type Answer =
  | { readonly kind: 'written'; readonly position: Position; readonly revision: Revision }
  | { readonly kind: 'wrong-version' }
  | { readonly kind: 'refused'; readonly reason: string };

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (problem: Error) => void;
}

type Call = ReturnType<StreamsClient['batchAppend']>;

/** Bytes of events in one message; the server takes messages of 4 MiB. */
const MESSAGE = 3 * 1024 * 1024;

export class BatchingClient extends EventStoreDBClient {
  private calls!: WeakMap<StreamsClient, Call | Promise<Call>>;
  private waiting!: WeakMap<Call, Map<string, Waiting>>;

  /** `connectionString` of the client makes a plain one, whatever class it is called on. */
  static open(text: string): BatchingClient {
    const client: unknown = Object.setPrototypeOf(EventStoreDBClient.connectionString(text), BatchingClient.prototype);
    return Object.assign(client as BatchingClient, { calls: new WeakMap(), waiting: new WeakMap() });
  }

  /** Rejects when the connection fails or the server cannot say: then the outcome is unknown. */
  async batchAppend(
    stream: string,
    after: Revision | 'none',
    events: readonly BinaryEventData[],
    deadline: number,
  ): Promise<Answer> {
    const call = await this.GRPCStreamCreator(StreamsClient, 'append', (client) => this.begin(client), this.calls)();
    const correlation = randomUUID();
    return new Promise((resolve, reject) => {
      this.waiting.get(call)?.set(correlation, { resolve, reject });
      for (const message of messagesOf(correlation, optionsOf(stream, after, deadline), events)) call.write(message);
    });
  }

  private begin(client: StreamsClient): Call {
    const waiting = new Map<string, Waiting>();
    const call = client.batchAppend(...this.callArguments({ requiresLeader: true }, { deadline: Infinity }));
    const fail = (problem: Error) => {
      for (const { reject } of waiting.values()) reject(problem);
      waiting.clear();
    };
    call.on('data', (response: BatchAppendResp) => {
      const correlation = textOf(response.getCorrelationId());
      const one = waiting.get(correlation);
      waiting.delete(correlation);
      if (one) answer(response, one);
    });
    call.on('error', (problem) => fail(convertToCommandError(problem)));
    call.on('end', () => fail(new Error('the server ended the call')));
    this.waiting.set(call, waiting);
    return call;
  }
}

function optionsOf(stream: string, after: Revision | 'none', deadline: number): BatchAppendReq.Options {
  const identifier = new StreamIdentifier().setStreamName(new TextEncoder().encode(stream));
  const options = new BatchAppendReq.Options()
    .setStreamIdentifier(identifier)
    .setDeadline(Timestamp.fromDate(new Date(Date.now() + deadline)));
  return after === 'none' ? options.setNoStream(new Empty()) : options.setStreamPosition(String(after));
}

function* messagesOf(correlation: string, options: BatchAppendReq.Options, events: readonly BinaryEventData[]) {
  const id = new UUID().setString(correlation);
  let message = new BatchAppendReq().setCorrelationId(id).setOptions(options);
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

function proposed({ id, type, contentType, data, metadata }: BinaryEventData): BatchAppendReq.ProposedMessage {
  const message = new BatchAppendReq.ProposedMessage().setId(new UUID().setString(id)).setData(data);
  if (metadata instanceof Uint8Array) message.setCustomMetadata(metadata);
  message.getMetadataMap().set('type', type).set('content-type', contentType);
  return message;
}

function answer(response: BatchAppendResp, { resolve, reject }: Waiting): void {
  const success = response.getSuccess();
  if (success) {
    const position = BigInt(success.getPosition()?.getCommitPosition() ?? -1);
    resolve({ kind: 'written', position, revision: BigInt(success.getCurrentRevision()) });
    return;
  }
  const details = response.getError()?.getDetails();
  const type = details?.getTypeName().replace('event_store.client.', '') ?? '';
  if (type === 'WrongExpectedVersion') resolve({ kind: 'wrong-version' });
  else if (type === 'MaximumAppendSizeExceeded') {
    const unpack = (bytes: Uint8Array) => MaximumAppendSizeExceeded.deserializeBinary(bytes);
    const most = details?.unpack(unpack, details.getTypeName())?.getMaxappendsize();
    resolve({ kind: 'refused', reason: `an append has at most ${most} bytes on this server (MaxAppendSize)` });
  } else if (REFUSALS.includes(type)) resolve({ kind: 'refused', reason: `the server refused the append: ${type}` });
  else reject(new Error(`the server could not say what became of the append: ${type}`));
}

const REFUSALS = ['AccessDenied', 'StreamDeleted', 'InvalidTransaction', 'BadRequest'];

/** Servers answer with the structured form, whichever was sent. */
function textOf(uuid: UUID | undefined): string {
  const structured = uuid?.getStructured();
  if (!structured) return uuid?.getString() ?? '';
  const hex = [structured.getMostSignificantBits(), structured.getLeastSignificantBits()]
    .map((bits) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
