/** The double's reads and subscriptions: streams and the whole log, forward and backward, and filters with checkpoints. */
import { randomUUID } from 'node:crypto';
import { Metadata, type ServerWritableStream, status } from '@grpc/grpc-js';
import { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import { filterOf, type Passes } from './filtering';
import { caughtUp, checkpoint, confirmation, nameOf, notFound } from './messages';
import type { Node } from './node';
import type { Records } from './records';
import type { Recorded } from './shapes';

/** What answers a read: messages that are encoded already. */
export type ReadCall = ServerWritableStream<ReadReq, Buffer>;

const { BACKWARDS } = ReadReq.Options.ReadDirection;
/** The server's default of records between two looks at whether a checkpoint is due. */
const WINDOW = 32;

export async function read(node: Node, call: ReadCall): Promise<void> {
  const { records, faults, counters } = node;
  const options = call.request.getOptions() as ReadReq.Options;
  if (faults.deniesReads) return void call.emit('error', denied());
  if (options.hasSubscription()) {
    if (!faults.deniesSubscriptions) return subscribe(node, call, options);
    return void call.emit('error', { code: status.UNKNOWN, details: 'Exception was thrown by handler.' });
  }
  if (faults.readsThatHang > 0) {
    faults.readsThatHang -= 1;
    return;
  }
  const count = Number(options.getCount());
  const backward = options.getReadDirection() === BACKWARDS;
  const stream = options.getStream();
  if (stream) {
    counters.streamReads += 1;
    const name = nameOf(stream.getStreamIdentifier());
    const found = records.stream(name);
    if (!found) await send(call, notFound(name));
    else await sendAll(node, call, inStream(found, stream, backward), count);
  } else {
    counters[options.hasFilter() ? 'filteredReads' : 'allReads'] += 1;
    const found = inLog(records, options.getAll() as ReadReq.Options.AllOptions, backward);
    await sendAll(node, call, passing(node, found, filterOf(options.getFilter())), count);
  }
  call.end();
}

function denied() {
  const metadata = new Metadata();
  metadata.set('exception', 'access-denied');
  return { code: status.PERMISSION_DENIED, details: 'Access Denied', metadata };
}

function* inStream(found: readonly Recorded[], at: ReadReq.Options.StreamOptions, backward: boolean) {
  const last = found.length - 1;
  const asked = at.hasRevision() ? Number(at.getRevision()) : at.hasEnd() ? last + (backward ? 0 : 1) : 0;
  if (backward) for (let i = Math.min(asked, last); i >= 0; i--) yield found[i] as Recorded;
  else for (let i = asked; i < found.length; i++) yield found[i] as Recorded;
}

/** Forward from a position means at or after it, backward before it, as on the server. */
function* inLog(records: Records, at: ReadReq.Options.AllOptions, backward: boolean) {
  const position = at.getPosition();
  const end = records.all.length;
  const from = position ? records.indexOf(BigInt(position.getCommitPosition())) : at.hasEnd() ? end : 0;
  if (backward) for (let i = from - 1; i >= 0; i--) yield records.all[i] as Recorded;
  else for (let i = from; i < end; i++) yield records.all[i] as Recorded;
}

/** As the server does, it looks on until the caller has enough or the log ends. */
function* passing({ counters }: Node, found: Iterable<Recorded>, passes: Passes) {
  for (const record of found) {
    counters.scanned += 1;
    if (passes(record)) yield record;
  }
}

async function sendAll({ counters }: Node, call: ReadCall, found: Iterable<Recorded>, count: number): Promise<void> {
  let sent = 0;
  if (count === 0) return;
  for (const record of found) {
    if (call.cancelled) return;
    counters.sent(record);
    await send(call, record.wire);
    if (++sent >= count) return;
  }
}

/** Resolves when the call takes more, or is over. */
function send(call: ReadCall, message: Buffer): Promise<void> | undefined {
  if (call.write(message)) return undefined;
  return new Promise((resolve) => {
    const go = () => {
      call.off('drain', go);
      call.off('cancelled', go);
      resolve();
    };
    call.on('drain', go);
    call.on('cancelled', go);
  });
}

async function subscribe(node: Node, call: ReadCall, options: ReadReq.Options): Promise<void> {
  const { records, faults, counters } = node;
  counters.subscriptions += 1;
  const passes = filterOf(options.getFilter());
  faults.filters.push(options.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? []);
  const every =
    (options.getFilter()?.getMax() || WINDOW) * (options.getFilter()?.getCheckpointintervalmultiplier() || 1);
  let at = startOf(records, options);
  let [live, pumping, looked] = [false, false, 0];
  const over = new AbortController();
  const { signal } = over;
  const pump = async () => {
    if (pumping || signal.aborted || faults.silent) return;
    pumping = true;
    for (; at < records.all.length && !call.cancelled && !signal.aborted; at++) {
      const record = records.all[at] as Recorded;
      counters.scanned += 1;
      if (passes(record)) {
        counters.sent(record);
        await send(call, record.wire);
      }
      if (options.hasFilter() && ++looked % every === 0) await send(call, checkpoint(record.position));
    }
    if (!live && !signal.aborted) await send(call, caughtUp());
    live = true;
    pumping = false;
  };
  const stop = [records.listen(() => void pump()), faults.subscribe(() => end())];
  const end = () => {
    over.abort();
    for (const each of stop) each();
    call.end();
  };
  call.on('cancelled', end);
  await send(call, confirmation(randomUUID()));
  await pump();
}

/** A subscription starts after the position it names. */
function startOf(records: Records, options: ReadReq.Options): number {
  const all = options.getAll();
  const position = all?.getPosition();
  if (position) return records.indexOf(BigInt(position.getCommitPosition()) + 1n);
  return all?.hasEnd() ? records.all.length : 0;
}
