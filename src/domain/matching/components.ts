/** Customers of the part of the graph that was touched: its components by automatic and steward edges, each grouped. */
import { type Bond, group, type Grouping, strongest } from './clustering';
import type { Constraints } from './constraints';
import type { Edge } from './edges';
import type { CandidateGraph } from './graph';
import { worth } from './judging';
import { inOrder } from './ordering';
import { areCareful } from './settings';

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

const STEWARD = 1000;

export class Components {
  constructor(
    private readonly graph: CandidateGraph,
    private readonly constraints: Constraints,
  ) {}

  private idOf(index: number): string {
    return this.graph.records[index]?.id ?? '';
  }

  /** Adds the records that an automatic edge or a steward's link joins to this one. */
  private around(index: number, add: (other: number) => void): void {
    const id = this.idOf(index);
    for (const { a, b, outcome } of this.graph.edgesOf(index)) {
      const other = a === index ? b : a;
      if (outcome === 'automatic' && this.constraints.between(id, this.idOf(other)) === undefined) add(other);
    }
    for (const [otherId, constraint] of this.constraints.of(id)) {
      const other = constraint === 'linked' ? this.graph.find(otherId) : undefined;
      if (other !== undefined) add(other);
    }
  }

  /** The components that these records are in; each record of them is in exactly one. Leaves in `seen` who they are. */
  reach(from: Iterable<number>, seen: Set<number>): readonly (readonly number[])[] {
    const found: number[][] = [];
    for (const start of from) {
      if (seen.has(start) || !this.graph.records[start]) continue;
      const component = [start];
      seen.add(start);
      const add = (other: number): void => {
        if (seen.has(other)) return;
        seen.add(other);
        component.push(other);
      };
      for (const member of component) this.around(member, add);
      found.push(component);
    }
    return found;
  }

  resolve(component: readonly number[]): readonly Customer[] {
    const [one, other] = component;
    if (one !== undefined && component.length === 1) return [alone(one)];
    if (one !== undefined && other !== undefined && component.length === 2) {
      const two = this.ofTwo(one, other);
      if (two) return two;
    }
    const [apart, copies] = this.withoutCopies(component);
    const customers = this.resolveApart(apart);
    return copies.size === 0 ? customers : customers.map((customer) => this.withCopies(customer, copies));
  }

  /** Of records that say the same as the head of their crowd, and are bound to it, only the head is grouped: the others go where it goes. */
  private withoutCopies(
    component: readonly number[],
  ): readonly [readonly number[], ReadonlyMap<number, readonly Edge[]>] {
    const copies = new Map<number, Edge[]>();
    const apart = component.filter((index) => {
      const head = this.graph.crowds.headOf(index);
      if (head === undefined || head === index || this.constraints.of(this.idOf(index)).size > 0) return true;
      const edge = this.graph.edgesOf(index).find(({ a, b }) => a === head || b === head);
      if (edge?.outcome !== 'automatic') return true;
      const own = copies.get(head);
      if (own) own.push(edge);
      else copies.set(head, [edge]);
      return false;
    });
    return [apart, copies];
  }

  private withCopies({ members, links }: Customer, copies: ReadonlyMap<number, readonly Edge[]>): Customer {
    const added = members.flatMap((member) => (copies.get(member) ?? []).map((edge) => ({ member, edge })));
    if (added.length === 0) return { members, links };
    return {
      members: this.recorded([...members, ...added.map(({ member, edge: { a, b } }) => (a === member ? b : a))]),
      links: [...links, ...added.map(({ edge: { a, b, bits } }) => ({ a, b, by: 'rule' as const, bits }))],
    };
  }

  private resolveApart(component: readonly number[]): readonly Customer[] {
    const [one] = component;
    if (one !== undefined && component.length === 1) return [alone(one)];
    const places = inOrder(component, (x, y) => (this.idOf(x) < this.idOf(y) ? -1 : 1));
    const placeOf = finder(places);
    const edges = new Map<number, Edge>();
    const linked: Bond[] = [];
    const bonds: Bond[] = [];
    for (let place = 0; place < places.length; place++) {
      const index = places[place] ?? 0;
      const id = this.idOf(index);
      for (const edge of this.graph.edgesOf(index)) {
        const b = edge.a === index ? placeOf(edge.b) : -1;
        if (b < 0) continue;
        edges.set(place * places.length + b, edge);
        const free = this.constraints.between(id, this.idOf(edge.b)) === undefined;
        if (edge.outcome === 'automatic' && free)
          bonds.push({ a: place, b, bits: edge.rule === 'identifier' ? edge.bits + STEWARD / 2 : edge.bits });
      }
      for (const [otherId, constraint] of this.constraints.of(id)) {
        const b = placeOf(this.graph.find(otherId) ?? -1);
        if (constraint === 'linked' && b > place) linked.push({ a: place, b, bits: STEWARD });
      }
    }
    const all = linked.length === 0 ? this.ofAll(places, edges, bonds) : undefined;
    if (all) return [all];
    const grouping = this.grouped(places, edges, linked, bonds);
    return this.customers(places, edges, grouping, linked);
  }

  /** Most components: two records and the automatic edge between them. `undefined` where a steward has a say. */
  private ofTwo(one: number, other: number): readonly Customer[] | undefined {
    const edge = this.graph.edgesOf(one).find(({ a, b }) => a === other || b === other);
    if (!edge || this.constraints.between(this.idOf(one), this.idOf(other)) !== undefined) return undefined;
    const { a, b, bits } = edge;
    if (worth(edge, this.graph.model) < this.graph.model.thresholds.average) return [alone(one), alone(other)];
    return [{ members: this.earlier(a, b) < 0 ? [a, b] : [b, a], links: [{ a, b, by: 'rule', bits }] }];
  }

  /** Every two are bound, and nothing speaks against any two: one customer, of whatever the order is. */
  private ofAll(
    places: readonly number[],
    edges: ReadonlyMap<number, Edge>,
    bonds: readonly Bond[],
  ): Customer | undefined {
    const size = places.length;
    const { model } = this.graph;
    if (bonds.length !== (size * (size - 1)) / 2 || model.thresholds.average > 0) return undefined;
    for (const edge of edges.values()) if (worth(edge, model) < 0) return undefined;
    const of = places.map((_, place) => place);
    const links: Link[] = [];
    for (const { a, b, bits } of inOrder(bonds, strongest)) {
      const from = of[b];
      const into = of[a];
      if (from === undefined || into === undefined || from === into) continue;
      for (let place = 0; place < size; place++) if (of[place] === from) of[place] = into;
      links.push({ a: places[a] ?? 0, b: places[b] ?? 0, by: 'rule', bits: edges.get(a * size + b)?.bits ?? bits });
    }
    return { members: this.recorded(places), links: [...links] };
  }

  private grouped(
    places: readonly number[],
    edges: ReadonlyMap<number, Edge>,
    linked: readonly Bond[],
    bonds: readonly Bond[],
  ): Grouping {
    const { model } = this.graph;
    const { cap, average, margin } = model.thresholds;
    const known = new Map<number, number>();
    const between = (a: number, b: number) =>
      this.constraints.between(this.idOf(places[a] ?? 0), this.idOf(places[b] ?? 0));
    const weigh = (x: number, y: number): number => {
      const a = Math.min(x, y);
      const b = Math.max(x, y);
      const key = a * places.length + b;
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
      contradiction: areCareful(model.settings) ? -cap : -Infinity,
      average,
    });
  }

  private customers(
    places: readonly number[],
    edges: ReadonlyMap<number, Edge>,
    grouping: Grouping,
    linked: readonly Bond[],
  ): readonly Customer[] {
    const stewards = new Set(linked);
    const groupOf = new Map<number, number>();
    for (const [number, members] of grouping.groups.entries()) for (const place of members) groupOf.set(place, number);
    const links: Link[][] = grouping.groups.map(() => []);
    for (const bond of grouping.joined) {
      const by = stewards.has(bond) ? 'steward' : 'rule';
      const bits = by === 'rule' ? (edges.get(bond.a * places.length + bond.b)?.bits ?? bond.bits) : bond.bits;
      links[groupOf.get(bond.a) ?? 0]?.push({ a: places[bond.a] ?? 0, b: places[bond.b] ?? 0, by, bits });
    }
    return grouping.groups.map((members, number) => ({
      members: this.recorded(members.map((place) => places[place] ?? 0)),
      // A list that grew has room for many more; a copy has none.
      links: [...(links[number] ?? [])],
    }));
  }

  private recorded(members: readonly number[]): readonly number[] {
    return inOrder(members, (x, y) => this.earlier(x, y));
  }

  private earlier(x: number, y: number): number {
    const [one, other] = [this.graph.records[x], this.graph.records[y]];
    return (one?.recordedAt ?? 0) - (other?.recordedAt ?? 0) || (this.idOf(x) < this.idOf(y) ? -1 : 1);
  }
}

/** Place of an index, −1 for what is not there. */
function finder(places: readonly number[]): (index: number) => number {
  if (places.length <= 12) return (index) => places.indexOf(index);
  const table = new Map(places.map((index, place) => [index, place]));
  return (index) => table.get(index) ?? -1;
}

const alone = (index: number): Customer => ({ members: [index], links: [] });
