/** What the register holds in MongoDB: a document for each event, and more where something is to be said of one. */
import { Binary } from 'mongodb';
import type { Entry, Id } from '../../eventstore/esdb/register';
import type { Known } from '../../eventstore/store';

export interface EntryRow {
  /** The ordinal. */
  readonly _id: bigint;
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly source: string;
  readonly clientId: string;
  readonly fingerprint: Binary;
  readonly recordedAt: bigint;
  readonly leaf: Binary;
}

export interface LiftedRow {
  /** The position. */
  readonly _id: bigint;
  readonly recordedAt: bigint;
}

export interface DoubledRow {
  /** The position. */
  readonly _id: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly source: string;
  readonly clientId: string;
  readonly first: bigint;
}

export interface GapRow {
  /** The position of the event behind it. */
  readonly _id: bigint;
  readonly stream: string;
  readonly from: bigint;
  readonly until: bigint;
}

export interface StateRow {
  readonly _id: 'log' | 'checkpoint';
  readonly logId?: string;
  readonly size?: bigint;
  readonly position?: bigint;
  readonly recordedAt?: bigint;
  readonly scanned?: bigint;
  readonly peaks?: Binary;
}

export const rowOf = ({
  ordinal,
  position,
  stream,
  revision,
  source,
  clientId,
  fingerprint,
  recordedAt,
  leaf,
}: Entry): EntryRow => ({
  _id: BigInt(ordinal),
  position,
  stream,
  revision,
  source,
  clientId,
  fingerprint: new Binary(fingerprint),
  recordedAt: BigInt(recordedAt),
  leaf: new Binary(leaf),
});

export const knownOf = ({ position, stream, revision, recordedAt, fingerprint }: EntryRow): Known => ({
  position,
  stream,
  revision,
  recordedAt: Number(recordedAt),
  fingerprint: bytesOf(fingerprint),
});

export const bytesOf = (binary: Binary): Uint8Array => new Uint8Array(binary.value());

export const nameOf = ({ source, clientId }: Id): string => JSON.stringify([source, clientId]);
