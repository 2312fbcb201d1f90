/** The double's deletions of streams: softly, and for good. */
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { DeleteReq, DeleteResp, type TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb';
import { turnedAway, userOf } from './admission';
import { refusalOfCall } from './append-answers';
import { expectedOf, nameOf } from './messages';
import type { Node } from './node';
import { mayWrite } from './rights';
import { denied, type ServerError, wrongVersionOf } from './server-errors';
import type { Expected, Written } from './shapes';

export type DeleteCall = ServerUnaryCall<DeleteReq, DeleteResp>;
export type TombstoneCall = ServerUnaryCall<TombstoneReq, TombstoneResp>;

export function softDelete(node: Node, call: DeleteCall, callback: sendUnaryData<DeleteResp>): void {
  const place = deleted(node, call, (stream, expected) => node.records.delete(stream, expected));
  if (typeof place !== 'string') return callback(place);
  const position = new DeleteResp.Position().setCommitPosition(place).setPreparePosition(place);
  callback(null, new DeleteResp().setPosition(position));
}

export function tombstone(node: Node, call: TombstoneCall, callback: sendUnaryData<TombstoneResp>): void {
  const place = deleted(node, call, (stream, expected) => node.records.tombstone(stream, expected));
  if (typeof place !== 'string') return callback(place);
  const position = new TombstoneResp.Position().setCommitPosition(place).setPreparePosition(place);
  callback(null, new TombstoneResp().setPosition(position));
}

function deleted(
  node: Node,
  { request, metadata }: DeleteCall | TombstoneCall,
  act: (stream: string, expected: Expected) => Written,
): string | ServerError {
  const options = request.getOptions() ?? new DeleteReq.Options();
  const stream = nameOf(options.getStreamIdentifier());
  const problem = turnedAway(node, metadata);
  if (problem) return problem;
  if (!mayWrite(node, userOf(metadata), stream)) return denied();
  const expected = expectedOf(options);
  const written = act(stream, expected);
  if (written.kind === 'refused') return refusalOfCall(written.why, stream, node.settings);
  if (written.kind === 'wrong-version') return wrongVersionOf(stream, expected, written.actual);
  return String(written.position);
}
