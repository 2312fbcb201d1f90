/** The double's reads and subscriptions: streams and the whole log, forward and backward, and filters with checkpoints. */
import { randomUUID } from 'node:crypto';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import type { Faults } from './faults';
import { caughtUp, checkpoint, confirmation, nameOf, notFound } from './messages';
import type { Records } from './records';
import type { Recorded } from './shapes';

/** What answers a read: messages that are encoded already. */
export type ReadCall = ServerWritableStream<ReadReq, Buffer>;

const { BACKWARDS } = ReadReq.Options.ReadDirection;
/** The server's default of records between two looks at whether a checkpoint is due. */
const WINDOW = 32;

export async function read(records: Records, faults: Faults, call: ReadCall): Promise<void> {
  const options = call.request.getOptions() as ReadReq.Options;
  if (options.hasSubscription()) return subscribe(records, faults, call, options);
  if (faults.readsThatHang > 0) {
    faults.readsThatHang -= 1;
    return;
  }
  const count = Number(options.getCount());
  const backward = options.getReadDirection() === BACKWARDS;
  const stream = options.getStream();
  if (stream) {
    const name = nameOf(stream.getStreamIdentifier());
    const found = records.stream(name);
    if (!found) await send(call, notFound(name));
    else await sendAll(call, inStream(found, stream, backward), count);
  } else {
    await sendAll(call, inLog(records, options.getAll() as ReadReq.Options.AllOptions, backward), count);
  }
  call.end();
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

async function sendAll(call: ReadCall, found: Iterable<Recorded>, count: number): Promise<void> {
  let sent = 0;
  if (count === 0) return;
  for (const record of found) {
    if (call.cancelled) return;
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

async function subscribe(records: Records, faults: Faults, call: ReadCall, options: ReadReq.Options): Promise<void> {
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
      if (passes(record)) await send(call, record.wire);
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

function filterOf(filter: ReadReq.Options.FilterOptions | undefined): (record: Recorded) => boolean {
  if (!filter) return () => true;
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  const prefixes = expression?.getPrefixList() ?? [];
  const regex = new RegExp(expression?.getRegex() || '^$');
  return ({ stream, type }) => {
    const text = byStream ? stream : type;
    return prefixes.length > 0 ? prefixes.some((prefix) => text.startsWith(prefix)) : regex.test(text);
  };
}
