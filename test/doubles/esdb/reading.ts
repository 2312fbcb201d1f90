/** The double's reads: of streams and of the whole log, forward and backward. */
import { status } from '@grpc/grpc-js';
import { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import { turnedAway, userOf } from './admission';
import { filterOf } from './filtering';
import { nameOf, notFound } from './messages';
import type { Node } from './node';
import { endOf, placeOf, type ReadCall, send } from './read-call';
import { mayRead } from './rights';
import { denied, type ServerError, streamDeleted, unexpectedResult } from './server-errors';
import type { Recorded } from './shapes';
import { subscribe } from './subscribing';

const { BACKWARDS } = ReadReq.Options.ReadDirection;

/** What a read finds, or what it is answered with instead. */
type Found = { readonly records: Iterable<Recorded> } | { readonly error: ServerError } | 'not-found';

export async function read(node: Node, call: ReadCall): Promise<void> {
  const { faults, counters } = node;
  const options = call.request.getOptions() as ReadReq.Options;
  const stream = options.getStream();
  const name = stream && nameOf(stream.getStreamIdentifier());
  const problem =
    turnedAway(node, call.metadata) ?? (mayRead(node, userOf(call.metadata), name) ? undefined : denied());
  if (problem) return void call.emit('error', problem);
  if (faults.deniesReads) return void call.emit('error', denied());
  if (options.hasSubscription()) {
    if (!faults.deniesSubscriptions) return subscribe(node, call, options);
    return void call.emit('error', { code: status.UNKNOWN, details: 'Exception was thrown by handler.' });
  }
  if (faults.readsThatHang > 0) {
    faults.readsThatHang -= 1;
    return;
  }
  if (stream) counters.streamReads += 1;
  else counters[options.hasFilter() ? 'filteredReads' : 'allReads'] += 1;
  const found = stream ? inStream(node, options, stream) : inLog(node, options);
  if (found === 'not-found') await send(call, notFound(name ?? ''));
  else if ('error' in found) return void call.emit('error', found.error);
  else await sendAll(node, call, found.records, Number(options.getCount()));
  call.end();
}

function inStream(
  { records, settings, faults }: Node,
  options: ReadReq.Options,
  at: ReadReq.Options.StreamOptions,
): Found {
  const backward = options.getReadDirection() === BACKWARDS;
  if (options.getCount() === '0' || (!backward && at.hasEnd())) return { error: unexpectedResult('Stream') };
  const name = nameOf(at.getStreamIdentifier());
  const found = records.shown(name, settings.now(), faults.stale);
  if (found === 'deleted') return { error: streamDeleted(name) };
  if (found === 'not-found') return found;
  const first = found[0]?.revision ?? 0n;
  const from = at.hasRevision() ? Number(BigInt(at.getRevision()) - first) : backward ? found.length - 1 : 0;
  return { records: along(found, from, { backward, end: found.length }) };
}

/** Forward from a position means at or after it, backward before it, as on the server. */
function inLog(node: Node, options: ReadReq.Options): Found {
  const { records, settings } = node;
  const at = options.getAll() as ReadReq.Options.AllOptions;
  const backward = options.getReadDirection() === BACKWARDS;
  if (options.getCount() === '0') return { error: unexpectedResult('All') };
  const end = endOf(node);
  const asked = at.getPosition();
  const from = asked ? placeOf(node, BigInt(asked.getCommitPosition()), backward) : at.hasEnd() ? end : 0;
  if (from === undefined) return { error: unexpectedResult('All', settings.isOld ? 'Error' : 'InvalidPosition') };
  const found = along(records.all, backward ? from - 1 : from, { backward, end });
  return { records: passing(node, found, options) };
}

function* along(all: readonly Recorded[], from: number, { backward, end }: { backward: boolean; end: number }) {
  if (backward) for (let i = Math.min(from, end - 1); i >= 0; i--) yield all[i] as Recorded;
  else for (let i = Math.max(0, from); i < end; i++) yield all[i] as Recorded;
}

/** As the server does, it looks on until the caller has enough or the log ends. */
function* passing({ counters }: Node, found: Iterable<Recorded>, options: ReadReq.Options) {
  const passes = filterOf(options.getFilter());
  for (const record of found) {
    counters.scanned += 1;
    if (passes(record)) yield record;
  }
}

async function sendAll({ counters }: Node, call: ReadCall, found: Iterable<Recorded>, count: number): Promise<void> {
  let sent = 0;
  for (const record of found) {
    if (call.cancelled) return;
    counters.sent(record);
    await send(call, record.wire);
    if (++sent >= count) return;
  }
}
