/** Asks the double in the server's own messages, for what the client has no method for or hides. */
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { Empty, StreamIdentifier } from '@eventstore/db-client/generated/shared_pb';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import { ReadReq, type ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { atEnd } from '../../../eventstore/esdb/opened';
import type { EsdbDouble } from '../server';

const { AllOptions, FilterOptions, Position, StreamOptions, SubscriptionOptions, UUIDOption } = ReadReq.Options;
const { FORWARDS, BACKWARDS } = ReadReq.Options.ReadDirection;

export interface Asked {
  readonly from?: 'start' | 'end' | bigint;
  readonly backwards?: boolean;
  /** Without one it is a subscription. */
  readonly count?: number;
  readonly prefixes?: readonly string[];
  readonly regex?: string;
  /** Applies prefixes and expression to the type. */
  readonly byType?: boolean;
  readonly interval?: number;
}

/** An error is one of gRPC, as in `{ code: 2, details: '…' }`. */
export interface Answered {
  readonly events: readonly ReadResp.ReadEvent[];
  readonly error?: Pick<ServiceError, 'code' | 'details'>;
}

export const positionsOf = ({ events }: Answered): bigint[] => events.map((one) => BigInt(one.getCommitPosition()));

export const streamsOf = ({ events }: Answered): string[] =>
  events.map((one) => Buffer.from(one.getEvent()?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString());

export const revisionsOf = ({ events }: Answered): bigint[] =>
  events.map((one) => BigInt(one.getEvent()?.getStreamRevision() ?? -1));

export function stub({ port }: Pick<EsdbDouble, 'port'>): StreamsClient {
  const client = new StreamsClient(`127.0.0.1:${port}`, credentials.createInsecure());
  atEnd(async () => client.close());
  return client;
}

/** The request for a read of `$all`, or for a subscription to it. */
export function allRequest({ from = 'start', backwards, count, ...filter }: Asked): ReadReq {
  const all = new AllOptions();
  if (from === 'start') all.setStart(new Empty());
  else if (from === 'end') all.setEnd(new Empty());
  else all.setPosition(new Position().setCommitPosition(String(from)).setPreparePosition(String(from)));
  const options = new ReadReq.Options()
    .setAll(all)
    .setReadDirection(backwards ? BACKWARDS : FORWARDS)
    .setUuidOption(new UUIDOption().setString(new Empty()));
  if (count === undefined) options.setSubscription(new SubscriptionOptions());
  else options.setCount(String(count));
  const passing = filterOf(filter);
  if (passing) options.setFilter(passing);
  else options.setNoFilter(new Empty());
  return new ReadReq().setOptions(options);
}

/** The request for a read of one stream, from one of its ends. */
export function streamRequest(
  name: string,
  { from, backwards, count = 1 }: Pick<Asked, 'from' | 'backwards' | 'count'>,
): ReadReq {
  const stream = new StreamOptions().setStreamIdentifier(new StreamIdentifier().setStreamName(Buffer.from(name)));
  if (from !== 'end') stream.setStart(new Empty());
  else stream.setEnd(new Empty());
  const options = new ReadReq.Options()
    .setStream(stream)
    .setReadDirection(backwards ? BACKWARDS : FORWARDS)
    .setUuidOption(new UUIDOption().setString(new Empty()))
    .setNoFilter(new Empty())
    .setCount(String(count));
  return new ReadReq().setOptions(options);
}

function filterOf({ prefixes, regex, byType, interval = 1 }: Asked): ReadReq.Options.FilterOptions | undefined {
  if (!prefixes && regex === undefined) return undefined;
  const expression = new FilterOptions.Expression().setPrefixList([...(prefixes ?? [])]).setRegex(regex ?? '');
  const filter = new FilterOptions().setMax(32).setCheckpointintervalmultiplier(interval);
  return byType ? filter.setEventType(expression) : filter.setStreamIdentifier(expression);
}

/** Until the call is over, whichever way. */
export function answerTo(client: StreamsClient, request: ReadReq, metadata = new Metadata()): Promise<Answered> {
  return new Promise((resolve) => {
    const events: ReadResp.ReadEvent[] = [];
    const call = client.read(request, metadata);
    call.on('data', (response: ReadResp) => {
      const event = response.getEvent();
      if (event) events.push(event);
    });
    call.on('error', ({ code, details }: ServiceError) => resolve({ events, error: { code, details } }));
    call.on('end', () => resolve({ events }));
  });
}

export const readAll = (client: StreamsClient, asked: Asked): Promise<Answered> =>
  answerTo(client, allRequest({ count: 1_000, ...asked }));

/** What the client reads of one stream. */
export async function eventsIn<T>(reading: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const one of reading) events.push(one);
  return events;
}
