/** Requests of reads in the service's own form: the client's methods lack the filter that the service has for `$all`. */
import { Empty, StreamIdentifier } from '@eventstore/db-client/generated/shared_pb';
import { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import type { Position, Revision } from '../store';

const { FORWARDS, BACKWARDS } = ReadReq.Options.ReadDirection;
/** Records that the server looks through in one go while it looks for those of a prefix. */
const WINDOW = 1_000;

function requestOf(count: number, direction: keyof typeof ReadReq.Options.ReadDirection, prefix?: string): ReadReq {
  const options = new ReadReq.Options()
    .setReadDirection(direction === 'FORWARDS' ? FORWARDS : BACKWARDS)
    .setCount(String(count))
    .setUuidOption(new ReadReq.Options.UUIDOption().setString(new Empty()));
  if (prefix === undefined) options.setNoFilter(new Empty());
  else options.setFilter(filterOf(prefix));
  return new ReadReq().setOptions(options);
}

function filterOf(prefix: string): ReadReq.Options.FilterOptions {
  const streams = new ReadReq.Options.FilterOptions.Expression().setPrefixList([prefix]);
  return new ReadReq.Options.FilterOptions()
    .setStreamIdentifier(streams)
    .setMax(WINDOW)
    .setCheckpointintervalmultiplier(1);
}

/** Records of streams with this prefix, from the record at `from` on, itself included. */
export function forwardsOfPrefix(prefix: string, from: Position | 'start', count: number): ReadReq {
  const request = requestOf(count, 'FORWARDS', prefix);
  const all = new ReadReq.Options.AllOptions();
  if (from === 'start') all.setStart(new Empty());
  else all.setPosition(placeOf(from));
  request.getOptions()?.setAll(all);
  return request;
}

/** The last record of anybody. */
export function lastOfAll(): ReadReq {
  const request = requestOf(1, 'BACKWARDS');
  request.getOptions()?.setAll(new ReadReq.Options.AllOptions().setEnd(new Empty()));
  return request;
}

export interface StreamRange {
  readonly direction: 'forwards' | 'backwards';
  /** The first or the last event when absent. */
  readonly from?: Revision;
  readonly count: number;
}

export function ofStream(name: string, { direction, from, count }: StreamRange): ReadReq {
  const request = requestOf(count, direction === 'forwards' ? 'FORWARDS' : 'BACKWARDS');
  const identifier = new StreamIdentifier().setStreamName(new TextEncoder().encode(name));
  const stream = new ReadReq.Options.StreamOptions().setStreamIdentifier(identifier);
  if (from !== undefined) stream.setRevision(String(from));
  else if (direction === 'forwards') stream.setStart(new Empty());
  else stream.setEnd(new Empty());
  request.getOptions()?.setStream(stream);
  return request;
}

/** What is appended with a prefix from now on. */
export function subscriptionToPrefix(prefix: string): ReadReq {
  const request = requestOf(0, 'FORWARDS', prefix);
  const all = new ReadReq.Options.AllOptions().setEnd(new Empty());
  request.getOptions()?.setAll(all).setSubscription(new ReadReq.Options.SubscriptionOptions());
  return request;
}

/** What is written over gRPC has one position for commit and prepare. */
const placeOf = (position: Position): ReadReq.Options.Position =>
  new ReadReq.Options.Position().setCommitPosition(String(position)).setPreparePosition(String(position));
