/** What a steward should look at: for each two customers that could be one, their best pair; never what was decided. */
import type { Constraints } from './constraints';
import type { Customer } from './components';
import { type Edge, mayJoin } from './edges';
import type { CandidateGraph } from './graph';
import { proposalsAmong } from './settings';

/** Bits with which a pair would be linked, were it not for its guard. */
const MANY = 15;

export class Proposals {
  /** All that could be asked; who of them is shown, competes by rank. */
  private readonly byPair = new Map<string, Edge>();
  private readonly pairsOf = new Map<number, Set<string>>();
  private readonly shown = new Map<string, Edge>();
  private ranked = { changed: false, among: 0 };

  constructor(
    private readonly graph: CandidateGraph,
    private readonly constraints: Constraints,
    private readonly customerOf: (index: number) => Customer,
    private readonly onProposal: (edge: Edge, present: boolean) => void,
  ) {}

  get size(): number {
    return this.shown.size;
  }

  /** Pairs that somebody could look at, and that others come before. */
  get waiting(): number {
    return this.byPair.size - this.shown.size;
  }

  has(index: number): boolean {
    return this.pairsOf.has(index);
  }

  all(): IterableIterator<Edge> {
    return this.shown.values();
  }

  /** Takes back all proposals that name the record. */
  forget(index: number): void {
    const keys = this.pairsOf.get(index);
    if (!keys) return;
    this.ranked.changed = true;
    for (const key of keys) {
      const edge = this.byPair.get(key);
      if (!edge) continue;
      this.byPair.delete(key);
      this.hide(key);
      const other = edge.a === index ? edge.b : edge.a;
      this.pairsOf.get(other)?.delete(key);
    }
    this.pairsOf.delete(index);
  }

  /** Looks again at all customers of these records. */
  renew(region: Iterable<number>): void {
    const best = new Map<string, Edge>();
    for (const index of region) {
      this.forget(index);
      for (const edge of this.graph.edgesOf(index)) {
        if (!mayJoin(edge)) continue;
        const key = this.pairOfCustomers(edge);
        const before = key === undefined ? undefined : best.get(key);
        if (key !== undefined && (!before || this.better(edge, before))) best.set(key, edge);
      }
    }
    for (const edge of best.values()) this.propose(edge);
  }

  /** Shows the most promising, as many as there may be of so many records. */
  rank(): void {
    const { all, beyond } = proposalsAmong(this.graph.size, this.graph.model.settings);
    const hasRoom = this.waiting === 0 && this.byPair.size <= all;
    if (!this.ranked.changed && (hasRoom || all === this.ranked.among)) return;
    this.ranked = { changed: false, among: all };
    const first = this.byPair.size <= all ? this.byPair : this.firstOf(all, beyond);
    for (const key of [...this.shown.keys()]) if (!first.has(key)) this.hide(key);
    for (const [key, edge] of first) {
      if (this.shown.has(key)) continue;
      this.shown.set(key, edge);
      this.onProposal(edge, true);
    }
  }

  /** By rank; and of those that come behind, some that only a guard keeps from being linked. */
  private firstOf(all: number, beyond: number): ReadonlyMap<string, Edge> {
    const ranked = [...this.byPair].sort(([, x], [, y]) => (this.better(x, y) ? -1 : 1));
    const stopped = ranked.slice(all).filter(([, { guard, bits }]) => guard !== undefined && bits >= MANY);
    return new Map([...ranked.slice(0, all), ...stopped.slice(0, beyond)]);
  }

  private hide(key: string): void {
    const edge = this.shown.get(key);
    if (!edge) return;
    this.shown.delete(key);
    this.onProposal(edge, false);
  }

  private propose(edge: Edge): void {
    const key = `${edge.a} ${edge.b}`;
    if (this.byPair.has(key)) return;
    this.ranked.changed = true;
    this.byPair.set(key, edge);
    for (const end of [edge.a, edge.b]) {
      const own = this.pairsOf.get(end);
      if (own) own.add(key);
      else this.pairsOf.set(end, new Set([key]));
    }
  }

  /** `undefined` where the two are one customer, or a steward decided about some of their records. */
  private pairOfCustomers({ a, b }: Edge): string | undefined {
    const [one, other] = [this.customerOf(a), this.customerOf(b)];
    if (one === other) return undefined;
    const [first, second] = [one.members[0] ?? a, other.members[0] ?? b];
    if (first === second || this.decided(one, other)) return undefined;
    return first < second ? `${first} ${second}` : `${second} ${first}`;
  }

  private decided(one: Customer, other: Customer): boolean {
    const id = (index: number): string => this.graph.records[index]?.id ?? '';
    return one.members.some((x) => other.members.some((y) => this.constraints.between(id(x), id(y)) !== undefined));
  }

  private better(x: Edge, y: Edge): boolean {
    const [one, other] = [this.graph.precision(x), this.graph.precision(y)];
    if (one !== other) return one > other;
    if (x.bits !== y.bits) return x.bits > y.bits;
    const id = (index: number): string => this.graph.records[index]?.id ?? '';
    return id(x.a) === id(y.a) ? id(x.b) < id(y.b) : id(x.a) < id(y.a);
  }
}
