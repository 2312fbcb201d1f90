/** The double's appends, single and in batches, with the faults that a test asked for. */
import { type ServerDuplexStream, type ServerReadableStream, type sendUnaryData, status } from '@grpc/grpc-js';
import type { UUID } from '@eventstore/db-client/generated/shared_pb';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb';
import { type Asked, refusedAtOnce, turnedAway, userOf } from './admission';
import { batchAnswer, callAnswer, refusalOfCall } from './append-answers';
import type { AppendFault } from './faults';
import { expectedOf, expectedOfBatch, nameOf, proposed } from './messages';
import type { Node } from './node';
import { notLeader } from './server-errors';
import type { Expected, Proposed, Refused, Written } from './shapes';

export type BatchCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;
export type AppendCall = ServerReadableStream<AppendReq, AppendResp>;

interface Batch extends Asked {
  readonly expected: Expected;
  readonly events: Proposed[];
}

export function batchAppend(node: Node, call: BatchCall): void {
  const open = new Map<string, Batch>();
  call.on('error', () => {});
  call.on('end', () => call.end());
  call.on('data', (request: BatchAppendReq) => {
    const correlation = request.getCorrelationId() as UUID;
    const id = correlation.getString();
    const options = request.getOptions();
    if (options) open.set(id, batchOf(options));
    const batch = open.get(id) as Batch;
    for (const message of request.getProposedMessagesList()) batch.events.push(proposed(message));
    if (!request.getIsFinal()) return;
    open.delete(id);
    node.counters.batchAppends += 1;
    // As on the server: a call is taken, and its first append finds out who leads.
    const problem = turnedAway(node, call.metadata);
    if (problem) call.emit('error', problem);
    else finish(node, call, correlation, batch);
  });
}

function batchOf(options: BatchAppendReq.Options): Batch {
  const stream = nameOf(options.getStreamIdentifier());
  const deadline = options.getDeadline()?.toDate().getTime();
  return { stream, expected: expectedOfBatch(options), events: [], ...(deadline !== undefined && { deadline }) };
}

function finish(node: Node, call: BatchCall, correlation: UUID, batch: Batch): void {
  const { faults, settings } = node;
  const user = userOf(call.metadata);
  const answer = (written: Written) => call.write(batchAnswer(written, correlation, batch, settings));
  const refuse = (why: Refused) => () => answer({ kind: 'refused', why });
  const commit = () => write(node, user, batch);
  const misbehave: Record<AppendFault, () => void> = {
    'lose-answer': () => void commit(),
    'answer-late': () => {
      const written = commit();
      faults.hold(() => whenReplicated(node, written, answer));
    },
    hang: () => {},
    'commit-late': () => faults.hold(() => whenReplicated(node, commit(), answer)),
    conflict: () => answer({ kind: 'wrong-version', actual: 41n }),
    refuse: refuse('denied'),
    'bad-request': refuse('bad'),
    'event-too-large': refuse('event-too-large'),
    'time-out': refuse('timed-out'),
    'not-leader': () => call.emit('error', notLeader(faults)),
    fail: () => call.emit('error', { code: status.INTERNAL, details: 'the double fails' }),
  };
  const fault = faults.appends.shift();
  if (fault) misbehave[fault]();
  else whenReplicated(node, commit(), answer);
}

function write(node: Node, user: string, batch: Batch): Written {
  const { records, counters } = node;
  const why = refusedAtOnce(node, user, batch);
  if (why) return { kind: 'refused', why };
  const written = records.append(batch.stream, batch.expected, batch.events);
  if (written.kind === 'written' && written.repeated) counters.repeats += 1;
  return written;
}

/** What no quorum has times out, and nobody answers who sends it again. */
function whenReplicated({ records, settings }: Node, written: Written, answer: (written: Written) => void): void {
  if (written.kind !== 'written' || records.isReplicated(written.position)) return answer(written);
  const over = (what?: Written) => {
    clearTimeout(timer);
    forget();
    if (what) answer(what);
  };
  const late: Written | undefined = written.repeated ? undefined : { kind: 'refused', why: 'timed-out' };
  const timer = setTimeout(() => over(late), settings.commitTimeout).unref();
  const forget = records.listen(() => {
    if (records.isReplicated(written.position)) over(written);
  });
}

/** The slow path, which the client takes for credentials of a single call and for servers without batches. */
export function append(node: Node, call: AppendCall, callback: sendUnaryData<AppendResp>): void {
  let batch: Batch = { stream: '', expected: 'any', events: [] };
  call.on('data', (request: AppendReq) => {
    const options = request.getOptions();
    if (options) batch = { stream: nameOf(options.getStreamIdentifier()), expected: expectedOf(options), events: [] };
    const message = request.getProposedMessage();
    if (message) batch.events.push(proposed(message));
  });
  call.on('end', () => {
    node.counters.singleAppends += 1;
    const problem = turnedAway(node, call.metadata);
    if (problem) return callback(problem);
    whenReplicated(node, write(node, userOf(call.metadata), batch), (written) => {
      if (written.kind === 'refused') callback(refusalOfCall(written.why, batch.stream, node.settings));
      else callback(null, callAnswer(written));
    });
  });
}
