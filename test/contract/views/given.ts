/** Documents, entries and batches as the contract's cases need them. */
import { createHash } from 'node:crypto';
import type { Batch, Collection, Entry, TimelineQuery, Written } from '../../../src/app/ports';
import { type RecordId, recordId } from '../../../src/domain/kernel';

export const id = (n: number): RecordId => recordId(n.toString(16).padStart(32, '0'));

export const doc = (
  n: number,
  body: string | undefined,
  keys?: readonly string[],
  collection: Collection = 'records',
): Written => ({
  collection,
  id: id(n),
  body,
  ...(keys && { keys }),
});

export const entry = (n: number, occurredAt: number, position: bigint): Entry => ({
  record: id(n),
  occurredAt,
  position,
});

/** A batch that holds what is given; the checkpoint is 1n where nothing is said. */
export const batch = ({ at = 1n, ...rest }: Partial<Batch> & { at?: bigint }): Batch => ({
  checkpoint: { position: at, recordedAt: Number(at) * 1_000 },
  documents: [],
  timeline: [],
  parked: [],
  unparked: [],
  ...rest,
});

export const NO_DOCUMENTS = '0'.repeat(64);
export const newest = (limit = 100): TimelineQuery => ({ direction: 'newest-first', limit });
export const oldest = (limit = 100): TimelineQuery => ({ direction: 'oldest-first', limit });
export const positions = (entries: readonly Entry[]): bigint[] => entries.map((each) => each.position);

/** The root as its definition says, made by other means than the code under test. */
export function rootOf(bodies: readonly (readonly [RecordId, string])[]): string {
  const sum = bodies
    .map(([of, body]) =>
      BigInt(
        `0x${createHash('sha256')
          .update(`${Buffer.byteLength(of)}:${of}`)
          .update(body)
          .digest('hex')}`,
      ),
    )
    .reduce((a, b) => a + b, 0n);
  return (sum % 2n ** 256n).toString(16).padStart(64, '0');
}
