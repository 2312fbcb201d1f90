/**
 * One customer out of many records, kept up to date record by record. The customers are a function of the records, the
 * model and what stewards decided; in which order they came makes no difference. It holds everything in memory and knows
 * neither log nor clock.
 */
import { Components, type Customer, type Link } from './components';
import { type Constraint, Constraints } from './constraints';
import type { Described } from './described';
import { type Evidence, evidenceOf } from './evidence';
import { type Explanation, explanationOf } from './explaining';
import type { DemotedValue } from './generic';
import { type Edge, mayJoin } from './edges';
import { CandidateGraph } from './graph';
import { Journal, PairJournal } from './journal';
import { type Model, modelHash } from './model';
import { byIds } from './ordering';
import { Proposals } from './proposing';
import { surveyed } from './suspecting';
import { conflictOf } from './conflicting';
import { relationChange, silencing, unlinked, valueChanges } from './telling';
import type { AcceptedLink, Candidate, Change, CustomerGroup, Related, Statistics, Unlinked } from './told';

export class Resolver {
  readonly hash: string;
  private readonly graph: CandidateGraph;
  private readonly constraints = new Constraints();
  private readonly components: Components;
  private readonly proposals: Proposals;
  /** By index; records that are alone have none. */
  private readonly customers: (Customer | undefined)[] = [];
  private readonly pending = new Set<number>();
  private readonly linkJournal = new PairJournal();
  private readonly proposalJournal = new PairJournal();
  private readonly relationJournal = new PairJournal();
  private readonly valueJournal = new Journal<DemotedValue>();

  constructor(readonly model: Model) {
    this.hash = modelHash(model);
    this.graph = new CandidateGraph(model, {
      onValue: (value, demoted) => {
        const key = `${value.kind}\u0000${value.value}`;
        this.valueJournal.note(key, demoted ? undefined : value, demoted ? value : undefined);
      },
      onEdge: (edge, present) => {
        if (edge.outcome === 'household' || edge.outcome === 'colleague')
          this.note(this.relationJournal, edge, edge.outcome, present);
      },
    });
    this.components = new Components(this.graph, this.constraints);
    this.proposals = new Proposals(
      this.graph,
      this.constraints,
      (index) => this.customerAt(index),
      (edge, present) => this.note(this.proposalJournal, edge, 'proposal', present),
    );
  }

  /** Takes in a record, or what it says now. What follows is worked out when somebody asks. */
  put(described: Described): void {
    if (this.graph.find(described.id) !== undefined) this.remove(described.id);
    this.graph.add(described);
  }

  /** Forgets a record. Constraints that name it stay, and hold again if it comes back. */
  remove(id: string): void {
    this.leave(id);
    this.graph.remove(id);
  }

  /** What a steward decided about two records; `undefined` takes it back. */
  constrain(a: string, b: string, constraint: Constraint | undefined): void {
    if (a === b) throw new RangeError('a record is always one party with itself');
    this.constraints.set(a, b, constraint);
    for (const index of [this.graph.find(a), this.graph.find(b)]) if (index !== undefined) this.pending.add(index);
  }

  /** Ids about which, together with this one, a steward has decided something. */
  constrained(id: string): readonly string[] {
    return [...this.constraints.of(id).keys()];
  }

  /** All customers in the order of their ids. */
  partition(): readonly CustomerGroup[] {
    this.settle();
    return [...this.groups()].map((members) => this.groupOf(members)).sort((x, y) => (x.id < y.id ? -1 : 1));
  }

  private *groups(): Generator<readonly number[]> {
    for (const index of this.graph.indexes()) {
      const { members } = this.customerAt(index);
      if (members[0] === index) yield members;
    }
  }

  /** `undefined` where there is no such record. */
  clusterOf(id: string): CustomerGroup | undefined {
    this.settle();
    const index = this.graph.find(id);
    return index === undefined ? undefined : this.groupOf(this.customerAt(index).members);
  }

  private groupOf(members: readonly number[]): CustomerGroup {
    const records = members.map((one) => this.idOf(one));
    return { id: records[0] ?? '', records };
  }

  /** Accepted links in the order of their ids; their connected components are the customers. */
  links(): readonly AcceptedLink[] {
    this.settle();
    const links = [...this.groups()].flatMap(([first = 0]) => this.customerAt(first).links);
    return links.map((link) => this.accepted(link)).sort(byIds);
  }

  /** For review, the most promising first. */
  candidates(): readonly Candidate[] {
    this.settle();
    return [...this.proposals.all()]
      .map(({ a, b }) => this.candidate(a, b))
      .sort((x, y) => y.precision - x.precision || y.weight - x.weight || byIds(x, y));
  }

  related(): readonly Related[] {
    this.settle();
    const found: Related[] = [];
    for (const index of this.graph.indexes()) {
      for (const { a, b, outcome } of this.graph.edgesOf(index)) {
        if (a !== index || (outcome !== 'household' && outcome !== 'colleague')) continue;
        found.push({ a: this.idOf(a), b: this.idOf(b), relation: outcome });
      }
    }
    return found.sort(byIds);
  }

  demoted(): readonly DemotedValue[] {
    return this.graph.generic.all();
  }

  statistics(): Statistics {
    this.settle();
    return {
      records: this.graph.size,
      ...surveyed(this.graph, this.constraints, this.groups()),
      compared: this.graph.compared,
      proposals: this.proposals.size,
      demoted: this.graph.generic.count,
    };
  }

  /** Why the two are, or are not, one customer. Throws RangeError where one of them is not there. */
  explain(a: string, b: string): Explanation {
    this.settle();
    const [x, y] = [this.indexOf(a), this.indexOf(b)];
    const [silent, conflict] = [silencing(this.graph, x, y), conflictOf(this.graph, x, y)];
    const edge = this.graph.edge(x, y);
    return explanationOf({
      silent,
      conflict,
      edge,
      evidence: this.evidence(edge),
      precision: this.graph.precision(edge),
      model: this.model,
      modelHash: this.hash,
      a: this.idOf(edge.a),
      b: this.idOf(edge.b),
      together: this.customerAt(x) === this.customerAt(y),
      blocked: this.graph.meet(x, y),
      constraint: this.constraints.between(a, b),
    });
  }

  /** Why a link of the two holds no longer; a function of what holds now, as the customers are. */
  unlinked(a: string, b: string): Unlinked {
    this.settle();
    return unlinked(this.graph, this.constraints, a, b);
  }

  /** Whether a block that is compared holds both. Throws RangeError where one of them is not there. */
  meet(a: string, b: string): boolean {
    return this.graph.meet(this.indexOf(a), this.indexOf(b));
  }

  /** Whether the record says so little that even its own copy would not be linked. */
  isUnlinkable(id: string): boolean {
    const index = this.indexOf(id);
    return this.graph.edge(index, index).outcome !== 'automatic';
  }

  /** What changed since the last time, in an order that only ids decide. */
  drain(): readonly Change[] {
    this.settle();
    const changes: Change[] = [...valueChanges(this.valueJournal.drain(() => true))];
    for (const { a, b, what } of this.linkJournal.drain()) changes.push(this.linkChange(a, b, what));
    for (const { a, b, what } of this.proposalJournal.drain()) {
      if (what === undefined) changes.push({ kind: 'withdrawn', a, b });
      else changes.push({ kind: 'proposed', ...this.candidate(this.indexOf(a), this.indexOf(b)) });
    }
    for (const note of this.relationJournal.drain()) changes.push(relationChange(note));
    return changes;
  }

  private linkChange(a: string, b: string, what: string | undefined): Change {
    if (what === undefined) return { kind: 'unlinked', a, b, ...this.unlinked(a, b) };
    const by = what === 'steward' ? 'steward' : 'rule';
    return { kind: 'linked', ...this.accepted({ a: this.indexOf(a), b: this.indexOf(b), by }) };
  }

  private settle(): void {
    this.regroup();
    this.proposals.rank();
  }

  private regroup(): void {
    const touched = this.graph.refresh();
    for (const index of this.pending) touched.add(index);
    this.pending.clear();
    if (touched.size === 0 || this.isAlone(touched)) return;
    const region = new Set<number>();
    const components = this.components.reach(touched, region);
    for (const index of region) this.dissolve(index);
    for (const component of components) {
      if (component.length < 2) continue;
      for (const customer of this.components.resolve(component)) this.form(customer);
    }
    this.proposals.renew(region);
  }

  /** One record that nobody is or was with: as most that arrive. */
  private isAlone(touched: ReadonlySet<number>): boolean {
    const [index = 0] = touched;
    return (
      touched.size === 1 &&
      !this.graph.edgesOf(index).some(mayJoin) &&
      this.customers[index] === undefined &&
      this.constraints.of(this.idOf(index)).size === 0 &&
      !this.proposals.has(index)
    );
  }

  private form(customer: Customer): void {
    if (customer.members.length < 2) return;
    for (const member of customer.members) this.customers[member] = customer;
    for (const link of customer.links) this.note(this.linkJournal, link, link.by, true);
  }

  /** Takes the customer of this record apart; its records are alone until they are grouped again. */
  private dissolve(index: number): void {
    const customer = this.customers[index];
    if (!customer) return;
    for (const member of customer.members) this.customers[member] = undefined;
    for (const link of customer.links) this.note(this.linkJournal, link, link.by, false);
  }

  /** Before a record goes, or says something else: whoever was with it is grouped again. */
  private leave(id: string): void {
    const index = this.graph.find(id);
    if (index === undefined) return;
    for (const member of this.customerAt(index).members) this.pending.add(member);
    this.dissolve(index);
    this.pending.delete(index);
    this.proposals.forget(index);
    for (const [other] of this.constraints.of(id)) {
      const found = this.graph.find(other);
      if (found !== undefined) this.pending.add(found);
    }
  }

  private customerAt(index: number): Customer {
    return this.customers[index] ?? { members: [index], links: [] };
  }

  private idOf(index: number): string {
    return this.graph.records[index]?.id ?? '';
  }

  private indexOf(id: string): number {
    const index = this.graph.find(id);
    if (index === undefined) throw new RangeError(`there is no record ${id}`);
    return index;
  }

  private note(journal: PairJournal, { a, b }: Pick<Link, 'a' | 'b'>, what: string, present: boolean): void {
    journal.note(this.idOf(a), this.idOf(b), what, present);
  }

  private accepted({ a, b, by }: Pick<Link, 'a' | 'b' | 'by'>): AcceptedLink {
    const edge = this.graph.edge(a, b);
    return { a: this.idOf(edge.a), b: this.idOf(edge.b), by, weight: edge.bits, evidence: this.evidence(edge) };
  }

  private candidate(x: number, y: number): Candidate {
    const edge = this.graph.edge(x, y);
    const precision = this.graph.precision(edge);
    return { a: this.idOf(edge.a), b: this.idOf(edge.b), weight: edge.bits, precision, evidence: this.evidence(edge) };
  }

  /** Of the pair that was compared last. */
  private evidence(edge: Edge): Evidence {
    return evidenceOf(this.graph.scorer, edge);
  }
}
