/** What the resolver tells: customers, links, proposals, relations, and what changed of them. Plain readonly values. */
import type { Evidence } from './evidence';
import type { ContactPoint, DemotedValue } from './generic';

/** A customer: named by the record that was recorded first (ties by id), which is the first one listed. */
export interface CustomerGroup {
  readonly id: string;
  readonly records: readonly string[];
}

export interface AcceptedLink {
  /** The smaller id. */
  readonly a: string;
  readonly b: string;
  readonly by: 'rule' | 'steward';
  /** Bits, log2 odds. */
  readonly weight: number;
  readonly evidence: Evidence;
}

/** A pair for somebody to look at. */
export interface Candidate {
  readonly a: string;
  readonly b: string;
  readonly weight: number;
  /** Calibrated share of pairs agreeing like this one that are of one party, 0 to 1. */
  readonly precision: number;
  readonly evidence: Evidence;
}

export interface Related {
  readonly a: string;
  readonly b: string;
  readonly relation: 'household' | 'colleague';
}

export type UnlinkReason =
  | 'record removed'
  | 'held apart'
  | 'rejected'
  | 'shared value fell silent'
  | 'grouped otherwise';

/** Why two records are linked no longer. */
export interface Unlinked {
  readonly reason: UnlinkReason;
  /** What fell silent, where that is the reason. */
  readonly silent?: readonly ContactPoint[];
}

export type Change =
  | { readonly kind: 'value-demoted' | 'value-restored'; readonly value: DemotedValue }
  | ({ readonly kind: 'linked' } & AcceptedLink)
  | ({ readonly kind: 'unlinked'; readonly a: string; readonly b: string } & Unlinked)
  | ({ readonly kind: 'proposed' } & Candidate)
  | { readonly kind: 'withdrawn'; readonly a: string; readonly b: string }
  | ({ readonly kind: 'related' } & Related)
  | { readonly kind: 'unrelated'; readonly a: string; readonly b: string };

/** A customer that somebody should look at. */
export interface Suspect {
  readonly customer: string;
  readonly records: number;
  /** Share of the pairs of its records that are linked, 0 to 1. */
  readonly density: number;
  /** size: more records than the size alarm allows; density: fewer of their pairs are linked than the density alarm asks. */
  readonly alarms: readonly ('size' | 'density')[];
}

export interface Statistics {
  readonly records: number;
  readonly customers: number;
  /** Records of the largest customer, and whether that is more than the size alarm allows. */
  readonly largest: number;
  readonly alarm: boolean;
  /** How many customers look as if several parties had grown together, and the first hundred of them, the largest first. */
  readonly suspected: number;
  readonly suspects: readonly Suspect[];
  /** Pairs compared so far, those on demand included. */
  readonly compared: number;
  readonly proposals: number;
  readonly demoted: number;
}
