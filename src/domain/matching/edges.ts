/** A verdict on two records of a graph, and who hears of it. */
import type { DemotedValue } from './generic';
import type { Verdict } from './judging';

/** Two records by index, the one with the smaller id first. */
export interface Edge extends Verdict {
  readonly a: number;
  readonly b: number;
}

/** Hears of what a drain has to tell: values that fell silent or speak again, edges that came or went. */
export interface GraphListener {
  readonly onValue: (value: DemotedValue, demoted: boolean) => void;
  readonly onEdge: (edge: Edge, present: boolean) => void;
}

/** Whether it can make one customer of two records, or a question of them; a household changes neither. */
export const mayJoin = ({ outcome }: Edge): boolean => outcome === 'automatic' || outcome === 'review';

export const edgeOf = ({ bits, guard, rule, outcome }: Verdict, x: number, y: number, isFirst: boolean): Edge => ({
  a: isFirst ? x : y,
  b: isFirst ? y : x,
  bits,
  guard,
  rule,
  outcome,
});
