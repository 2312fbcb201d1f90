/** Why two records were judged as they were, part by part: what `explain` shows, and what a link keeps. Never values. */
import { GUARDS, type GuardName } from './guards';
import type { Verdict } from './judging';
import { COMPARISONS } from './comparison';
import { frequencyBits, type Scorer } from './scoring';

/** One comparison: its level and the bits it adds; `frequency` for a shared value rarer or commoner than usual. */
export interface Part {
  readonly comparison: string;
  readonly level: string;
  readonly weight: number;
  readonly frequency: number;
}

export interface Evidence {
  /** log2 odds before anything was compared. */
  readonly prior: number;
  readonly parts: readonly Part[];
  /** prior + all weights + all frequencies. */
  readonly bits: number;
  readonly rule: Verdict['rule'];
  readonly guard?: GuardName;
}

/** Reads the levels that the last comparison left in the scorer. */
export function evidenceOf(scorer: Scorer, { bits, rule, guard }: Verdict): Evidence {
  const { agreement, names, levelNames, weights, model } = scorer;
  const parts: Part[] = [];
  for (let at = 0; at < names.length; at++) {
    const level = agreement.levels[at] ?? 0;
    if (level === 0) continue;
    const name = levelNames[at]?.[level - 1] ?? '';
    const frequency = frequencyBits(scorer, at, agreement);
    parts.push({ comparison: names[at] ?? '', level: name, weight: weights[at]?.[level] ?? 0, frequency });
  }
  return guard === undefined
    ? { prior: model.prior, parts, bits, rule }
    : { prior: model.prior, parts, bits, rule, guard };
}

const asks = (comparison: string): string =>
  COMPARISONS.find(({ name }) => name === comparison)?.asks ??
  comparison.replace('identifier/', '').replace('trait/', '');

const signed = (bits: number): string => `${bits < 0 ? '−' : '+'}${Math.abs(bits).toFixed(1)}`;

/** One sentence a part, for people. */
export function told({ prior, parts, guard, rule }: Evidence): readonly string[] {
  return [
    `before anything is compared: ${signed(prior)}`,
    ...parts.map(({ comparison, level, weight, frequency }) => {
      const rare =
        frequency === 0 ? '' : `, and ${signed(frequency)} since the value is ${frequency > 0 ? 'rare' : 'common'}`;
      return `${asks(comparison)}: ${level} (${signed(weight)}${rare})`;
    }),
    ...(rule === 'identifier' ? ['they share an identifier that only one party has'] : []),
    ...(guard === undefined ? [] : [`but ${GUARDS[guard].says}`]),
  ];
}
