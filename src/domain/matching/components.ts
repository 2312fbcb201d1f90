/** Customers of the part of the graph that was touched: its components by automatic and steward edges, each grouped. */
import { type Bond, group, type Grouping } from './clustering';
import type { Constraints } from './constraints';
import type { CandidateGraph, Edge } from './graph';
import { worth } from './judging';

export interface Link {
  readonly a: number;
  readonly b: number;
  readonly by: 'rule' | 'steward';
  readonly bits: number;
}

export interface Customer {
  /** In the order of recording, ties by id; the first one gives the customer its id. */
  readonly members: readonly number[];
  readonly links: readonly Link[];
}

export interface Component {
  readonly customers: readonly Customer[];
  /** Automatic edges that did not become part of a customer, with the reason. */
  readonly refused: readonly Edge[];
}

const STEWARD = 1000;

export class Components {
  constructor(
    private readonly graph: CandidateGraph,
    private readonly constraints: Constraints,
  ) {}

  private idOf(index: number): string {
    return this.graph.records[index]?.id ?? '';
  }

  /** Records that an automatic edge or a steward's link joins to this one. */
  private *around(index: number): Generator<number> {
    const id = this.idOf(index);
    for (const { a, b, outcome } of this.graph.edgesOf(index)) {
      const other = a === index ? b : a;
      if (outcome === 'automatic' && this.constraints.between(id, this.idOf(other)) === undefined) yield other;
    }
    for (const [otherId, constraint] of this.constraints.of(id)) {
      const other = constraint === 'linked' ? this.graph.find(otherId) : undefined;
      if (other !== undefined) yield other;
    }
  }

  /** The components that these records are in; each record of them is in exactly one. */
  reach(from: Iterable<number>): readonly (readonly number[])[] {
    const seen = new Set<number>();
    const found: number[][] = [];
    for (const start of from) {
      if (seen.has(start) || !this.graph.records[start]) continue;
      const component = [start];
      seen.add(start);
      for (const member of component) {
        for (const other of this.around(member)) {
          if (seen.has(other)) continue;
          seen.add(other);
          component.push(other);
        }
      }
      found.push(component);
    }
    return found;
  }

  resolve(component: readonly number[]): Component {
    const [only] = component;
    if (component.length === 1 && only !== undefined)
      return { customers: [{ members: [only], links: [] }], refused: [] };
    const places = [...component].sort((x, y) => (this.idOf(x) < this.idOf(y) ? -1 : 1));
    const placeOf = new Map(places.map((index, place) => [index, place]));
    const edges = new Map<string, Edge>();
    const linked: Bond[] = [];
    const bonds: Bond[] = [];
    for (const [place, index] of places.entries()) {
      const id = this.idOf(index);
      for (const edge of this.graph.edgesOf(index)) {
        const [a, b] = [placeOf.get(edge.a), placeOf.get(edge.b)];
        if (edge.a !== index || a === undefined || b === undefined) continue;
        edges.set(`${a} ${b}`, edge);
        const free = this.constraints.between(id, this.idOf(edge.b)) === undefined;
        if (edge.outcome === 'automatic' && free)
          bonds.push({ a, b, bits: edge.rule === 'identifier' ? edge.bits + STEWARD / 2 : edge.bits });
      }
      for (const [otherId, constraint] of this.constraints.of(id)) {
        const other = placeOf.get(this.graph.find(otherId) ?? -1);
        if (constraint === 'linked' && other !== undefined && other > place)
          linked.push({ a: place, b: other, bits: STEWARD });
      }
    }
    const grouping = this.grouped(places, edges, linked, bonds);
    return this.component(places, edges, grouping, linked);
  }

  private grouped(
    places: readonly number[],
    edges: ReadonlyMap<string, Edge>,
    linked: readonly Bond[],
    bonds: readonly Bond[],
  ): Grouping {
    const { model } = this.graph;
    const { cap, average, margin } = model.thresholds;
    const known = new Map<string, number>();
    const between = (a: number, b: number) =>
      this.constraints.between(this.idOf(places[a] ?? 0), this.idOf(places[b] ?? 0));
    const weigh = (x: number, y: number): number => {
      const [a, b] = x < y ? [x, y] : [y, x];
      const key = `${a} ${b}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const constraint = between(a, b);
      const edge = edges.get(key) ?? this.graph.edge(places[a] ?? 0, places[b] ?? 0);
      const bits =
        constraint === 'linked'
          ? cap
          : constraint === 'rejected'
            ? Math.min(0, worth(edge, model))
            : worth(edge, model);
      known.set(key, bits);
      return bits;
    };
    return group(places.length, linked, bonds, {
      worth: weigh,
      apart: (a, b) => between(a, b) === 'apart',
      margin,
      average,
    });
  }

  private component(
    places: readonly number[],
    edges: ReadonlyMap<string, Edge>,
    grouping: Grouping,
    linked: readonly Bond[],
  ): Component {
    const stewards = new Set(linked);
    const groupOf = new Map<number, number>();
    for (const [number, members] of grouping.groups.entries()) for (const place of members) groupOf.set(place, number);
    const links: Link[][] = grouping.groups.map(() => []);
    for (const bond of grouping.joined) {
      const by = stewards.has(bond) ? 'steward' : 'rule';
      const bits = by === 'rule' ? (edges.get(`${bond.a} ${bond.b}`)?.bits ?? bond.bits) : bond.bits;
      links[groupOf.get(bond.a) ?? 0]?.push({ a: places[bond.a] ?? 0, b: places[bond.b] ?? 0, by, bits });
    }
    const customers = grouping.groups.map((members, number) => ({
      members: members.map((place) => places[place] ?? 0).sort((x, y) => this.earlier(x, y)),
      links: links[number] ?? [],
    }));
    const refused = grouping.refused.flatMap(({ bond: { a, b } }) => edges.get(`${a} ${b}`) ?? []);
    return { customers, refused };
  }

  private earlier(x: number, y: number): number {
    const [one, other] = [this.graph.records[x], this.graph.records[y]];
    return (one?.recordedAt ?? 0) - (other?.recordedAt ?? 0) || (this.idOf(x) < this.idOf(y) ? -1 : 1);
  }
}
