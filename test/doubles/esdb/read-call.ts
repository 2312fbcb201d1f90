/** What reads and subscriptions share: their call, and which records and places this node shows. */
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import type { Node } from './node';

/** What answers a read: messages that are encoded already. */
export type ReadCall = ServerWritableStream<ReadReq, Buffer>;

/** Index behind the last record that this node shows. */
export const endOf = ({ records, faults }: Node): number => Math.min(records.end, faults.stale ?? Infinity);

/** Index of the record that begins at a position; undefined where none does. */
export function placeOf(node: Node, position: bigint, backward: boolean): number | undefined {
  const { records } = node;
  const at = records.indexOf(position);
  if (position === 0n || position < records.scavengedTo || records.all[at]?.position === position) return at;
  if (at < endOf(node)) return undefined;
  return !backward || position === records.next ? endOf(node) : undefined;
}

/** Resolves when the call takes more, or is over. */
export function send(call: ReadCall, message: Buffer): Promise<void> | undefined {
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
