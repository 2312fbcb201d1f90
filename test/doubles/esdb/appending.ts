/** The double's appends, single and in batches, with the faults that a test asked for. */
import {
  Metadata,
  type ServerDuplexStream,
  type ServerReadableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import type { UUID } from '@eventstore/db-client/generated/shared_pb';
import {
  type AppendReq,
  AppendResp,
  type BatchAppendReq,
  type BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb';
import type { AppendFault, Faults } from './faults';
import {
  accessDenied,
  expectedOf,
  expectedOfBatch,
  nameOf,
  nothing,
  proposed,
  success,
  timedOut,
  tooLarge,
  wrongVersion,
} from './messages';
import type { Node } from './node';
import { type Expected, MAX_APPEND, type Proposed, type Written } from './shapes';

export type BatchCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;
export type AppendCall = ServerReadableStream<AppendReq, AppendResp>;

interface Batch {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: Proposed[];
}

export const notLeader = ({ leader }: Faults) => {
  const metadata = new Metadata();
  metadata.set('exception', 'not-leader');
  metadata.set('leader-endpoint-host', leader?.host ?? '127.0.0.1');
  metadata.set('leader-endpoint-port', String(leader?.port ?? 0));
  return { code: status.NOT_FOUND, details: 'Leader info available', metadata };
};

export const needsLeader = (metadata: Metadata): boolean => metadata.get('requires-leader')[0] === 'true';

export function batchAppend(node: Node, call: BatchCall): void {
  const { faults, counters } = node;
  const open = new Map<string, Batch>();
  call.on('error', () => {});
  call.on('end', () => call.end());
  call.on('data', (request: BatchAppendReq) => {
    const correlation = request.getCorrelationId() as UUID;
    const id = correlation.getString();
    const options = request.getOptions();
    if (options) {
      const stream = nameOf(options.getStreamIdentifier());
      open.set(id, { stream, expected: expectedOfBatch(options), events: [] });
    }
    const batch = open.get(id) as Batch;
    for (const message of request.getProposedMessagesList()) batch.events.push(proposed(message));
    if (!request.getIsFinal()) return;
    open.delete(id);
    counters.batchAppends += 1;
    // As on the server: a call is taken, and its first append finds out who leads.
    if (faults.leader && needsLeader(call.metadata)) call.emit('error', notLeader(faults));
    else finish(node, call, correlation, batch);
  });
}

function finish(node: Node, call: BatchCall, correlation: UUID, batch: Batch): void {
  const { faults } = node;
  const { stream, expected } = batch;
  const answer = (written: Written) => call.write(answerTo(written, correlation, batch));
  const commit = () => write(node, batch);
  const misbehave: Record<AppendFault, () => void> = {
    'lose-answer': () => void commit(),
    'answer-late': () => {
      const written = commit();
      faults.hold(() => answer(written));
    },
    hang: () => {},
    'commit-late': () => faults.hold(() => answer(commit())),
    conflict: () => call.write(wrongVersion(correlation, stream, expected, 41n)),
    refuse: () => call.write(accessDenied(correlation, stream)),
    'time-out': () => call.write(timedOut(correlation, stream)),
    'not-leader': () => call.emit('error', notLeader(faults)),
    fail: () => call.emit('error', { code: status.INTERNAL, details: 'the double fails' }),
  };
  const fault = faults.appends.shift();
  if (fault) misbehave[fault]();
  else answer(commit());
}

function write({ records, counters }: Node, { stream, expected, events }: Batch): Written {
  const bytes = events.reduce((sum, { data }) => sum + data.length, 0);
  if (bytes > MAX_APPEND) return { kind: 'too-large' };
  const written = records.append(stream, expected, events);
  if (written.kind === 'written' && written.repeated) counters.repeats += 1;
  return written;
}

function answerTo(written: Written, correlation: UUID, { stream, expected }: Batch): BatchAppendResp {
  if (written.kind === 'written') return success(correlation, stream, written.revision, written.position);
  if (written.kind === 'too-large') return tooLarge(correlation, stream);
  return wrongVersion(correlation, stream, expected, written.actual);
}

/** The slow path, which the client takes for credentials of a single call and for servers without batches. */
export function append(node: Node, call: AppendCall, callback: sendUnaryData<AppendResp>): void {
  let batch: Batch | undefined;
  call.on('data', (request: AppendReq) => {
    const options = request.getOptions();
    if (options) batch = { stream: nameOf(options.getStreamIdentifier()), expected: expectedOf(options), events: [] };
    const message = request.getProposedMessage();
    if (message) batch?.events.push(proposed(message));
  });
  call.on('end', () => {
    node.counters.singleAppends += 1;
    const written = write(node, batch as Batch);
    if (written.kind === 'too-large') callback({ code: status.INVALID_ARGUMENT, details: 'too large' });
    else callback(null, appended(written));
  });
}

function appended(written: Exclude<Written, { kind: 'too-large' }>): AppendResp {
  if (written.kind === 'wrong-version') {
    const wrong = new AppendResp.WrongExpectedVersion();
    if (written.actual === 'none') wrong.setCurrentNoStream(nothing());
    else wrong.setCurrentRevision(String(written.actual));
    return new AppendResp().setWrongExpectedVersion(wrong);
  }
  const position = new AppendResp.Position()
    .setCommitPosition(String(written.position))
    .setPreparePosition(String(written.position));
  return new AppendResp().setSuccess(
    new AppendResp.Success().setCurrentRevision(String(written.revision)).setPosition(position),
  );
}
