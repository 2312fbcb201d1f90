/** Counts what became of rows and facts while an import goes on, by rule and type. Nothing that was read stays uncounted. */
import type { FactTally, Tally } from '../domain/importing';
import type { CompiledMapping } from './mapping';
import type { Batch } from './work';

export type Fate = keyof FactTally;

type Counts = { -readonly [K in Fate]: number };

export class Counting {
  private rows: number;
  private readonly refused: Map<string, number>;
  private readonly byRule: number[];
  /** One for each fact of the mapping; facts of one type under one rule are told together. */
  private readonly byFact: Counts[];

  /** Goes on from `before`, which an interrupted run has written down. */
  constructor(
    private readonly mapping: Pick<CompiledMapping, 'rules' | 'facts'>,
    before: Tally,
  ) {
    this.rows = before.rows;
    this.refused = new Map(Object.entries(before.refused));
    this.byRule = mapping.rules.map((name) => before.rules[name]?.rows ?? 0);
    const told = new Set<string>();
    this.byFact = mapping.facts.map(({ rule, type }) => {
      const name = mapping.rules[rule] ?? '';
      const place = `${rule} ${type}`;
      const known = told.has(place) ? undefined : before.rules[name]?.facts[type];
      told.add(place);
      return { ...(known ?? nothing) };
    });
  }

  read({ rows, byRule, refused }: Batch): void {
    this.rows += rows;
    for (const [rule, n] of byRule.entries()) this.byRule[rule] = (this.byRule[rule] ?? 0) + n;
    for (const { code } of refused) this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
  }

  fact(fact: number | undefined, fate: Fate): void {
    const counts = this.byFact[fact ?? -1];
    if (counts) counts[fate] += 1;
  }

  total(fate: Fate): number {
    return this.byFact.reduce((sum, counts) => sum + counts[fate], 0);
  }

  get tally(): Tally {
    const rules = this.mapping.rules.map(
      (name, rule) => [name, { rows: this.byRule[rule] ?? 0, facts: this.factsOf(rule) }] as const,
    );
    return { rows: this.rows, refused: Object.fromEntries(this.refused), rules: Object.fromEntries(rules) };
  }

  private factsOf(rule: number): Record<string, FactTally> {
    const facts: Record<string, Counts> = {};
    for (const [i, { rule: of, type }] of this.mapping.facts.entries()) {
      if (of !== rule) continue;
      const counts = (facts[type] ??= { ...nothing });
      for (const fate of fates) counts[fate] += this.byFact[i]?.[fate] ?? 0;
    }
    return facts;
  }
}

export const fates = ['accepted', 'duplicate', 'retracted', 'conflict'] as const satisfies readonly Fate[];

const nothing: FactTally = { accepted: 0, duplicate: 0, retracted: 0, conflict: 0 };

/** Facts of a tally with one fate. */
export const totalOf = (tally: Tally, fate: Fate): number =>
  Object.values(tally.rules)
    .flatMap(({ facts }) => Object.values(facts))
    .reduce((sum, counts) => sum + counts[fate], 0);

export const refusedOf = (tally: Tally): number => Object.values(tally.refused).reduce((sum, n) => sum + n, 0);
