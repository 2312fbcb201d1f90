/** Why two records are one customer, or why not, for any pair: every part of the score, the guard, and what decided. */
import type { Constraint } from './constraints';
import { type Evidence, told } from './evidence';
import type { ContactPoint } from './generic';
import type { Edge } from './edges';
import { GUARDS, type GuardName } from './guards';
import type { Outcome } from './judging';
import type { Model } from './model';

export interface Explanation {
  readonly a: string;
  readonly b: string;
  /** Whether they are one customer now. */
  readonly together: boolean;
  readonly outcome: Outcome;
  /** Bits; the prior and all parts of the evidence add up to it. */
  readonly score: number;
  readonly precision: number;
  readonly evidence: Evidence;
  readonly modelHash: string;
  /** Whether a block that is compared holds both. */
  readonly blocked: boolean;
  readonly constraint?: Constraint;
  /** Contact points that too many people share, where the two would be linked but for that. */
  readonly silent?: readonly ContactPoint[];
  /** Another record that fits one of the two and contradicts the other, where that is why they are not one customer. */
  readonly conflict?: Conflict;
  /** For people: what decided, then a line a part. */
  readonly words: readonly string[];
}

/** Record `third` would be linked to `fits`, and `guard` keeps it from `contradicts`. */
export interface Conflict {
  readonly third: string;
  readonly fits: string;
  readonly contradicts: string;
  readonly guard: GuardName;
}

interface Asked {
  readonly conflict: Conflict | undefined;
  readonly a: string;
  readonly b: string;
  readonly edge: Edge;
  readonly evidence: Evidence;
  readonly precision: number;
  readonly model: Model;
  readonly modelHash: string;
  readonly together: boolean;
  readonly blocked: boolean;
  readonly constraint: Constraint | undefined;
  readonly silent: readonly ContactPoint[];
}

export function explanationOf({
  a,
  b,
  edge,
  evidence,
  precision,
  model,
  modelHash,
  together,
  blocked,
  constraint,
  silent,
  conflict,
}: Asked): Explanation {
  const { outcome, bits } = edge;
  const decided = decision({ edge, model, together, blocked, constraint, silent, conflict });
  return {
    a,
    b,
    together,
    outcome,
    score: bits,
    precision,
    evidence,
    modelHash,
    blocked,
    ...(constraint === undefined ? {} : { constraint }),
    ...(silent.length === 0 ? {} : { silent }),
    ...(conflict === undefined ? {} : { conflict }),
    words: [decided, ...told(evidence)],
  };
}

function decision({
  edge,
  model,
  together,
  blocked,
  constraint,
  silent,
  conflict,
}: Pick<Asked, 'edge' | 'model' | 'together' | 'blocked' | 'constraint' | 'silent' | 'conflict'>): string {
  const { automatic } = model.thresholds;
  if (constraint === 'apart') return 'a steward holds them apart';
  if (constraint === 'linked' && together) return 'a steward linked them';
  if (together)
    return edge.outcome === 'automatic' ? 'they are one customer' : 'they are one customer through other records';
  if (constraint === 'rejected') return 'a steward rejected the match';
  if (silent.length > 0) return `not linked: ${theSilent(silent)}`;
  if (edge.guard !== undefined) return `not linked: the guard "${edge.guard}" keeps them: ${GUARDS[edge.guard].says}`;
  if (edge.bits < automatic && edge.rule === 'score') {
    return `not linked: ${edge.bits.toFixed(1)} bits are fewer than the ${automatic.toFixed(1)} that are asked`;
  }
  if (!blocked) return 'not linked: no block that is compared holds both, so they never became candidates';
  if (conflict)
    return `not linked: ${conflict.third} would be linked to ${conflict.fits} and contradicts ${conflict.contradicts}: ${GUARDS[conflict.guard].says}`;
  return 'not linked: the records around them disagree on average, or some of them are held apart';
}

const CALLED: Readonly<Record<ContactPoint['kind'], string>> = { email: 'e-mail', phone: 'phone', address: 'address' };

function theSilent(silent: readonly ContactPoint[]): string {
  const kinds = [...new Set(silent.map(({ kind }) => CALLED[kind]))].join(' and ');
  return `the ${kinds} that they would be known by fell silent, because too many people share it`;
}
