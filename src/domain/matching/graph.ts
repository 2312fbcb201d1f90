/**
 * Which records could be one party: blocks, candidates and the edges that are worth remembering. It knows which records
 * were touched, and brings their edges up to date when it is asked.
 */
import { agreementsAsked, blocksOf, fewOf } from './blocking';
import { type Blanks, noBlanks } from './comparing';
import { Crowds } from './crowds';
import { type Edge, edgeOf, type GraphListener, mayJoin } from './edges';
import { GenericValues } from './generic';
import { judge, judgeUnlessNone, type Verdict } from './judging';
import type { Model } from './model';
import { Postings } from './postings';
import { prepare, type Prepared } from './prepared';
import type { Described } from './described';
import { type Scorer, scorerOf } from './scoring';
import { areCareful } from './settings';
import { TRACE, traced, writeTrace } from './traces';

/** Fields that must agree in a block that is over-full. */
const OVER_FULL = 3;

/** Marks of a block. */
const DEMOTED = 1;
const STOPPED = 2;

/** Cells of a record: its trace, its last stamp, and whether some of its contact points say nothing. */
const MARKS = 4;
const STAMP = TRACE;
const SILENCED = TRACE + 1;

const NO_EDGES: readonly Edge[] = [];

export class CandidateGraph {
  readonly scorer: Scorer;
  readonly records: (Prepared | undefined)[] = [];
  readonly generic: GenericValues;
  private readonly postings = new Postings();
  private readonly indexOf = new Map<string, number>();
  private readonly free: number[] = [];
  private readonly edges: (Edge[] | undefined)[] = [];
  private readonly stopped: ReadonlySet<number>;
  private readonly limit: number;
  /** Whether an over-full block is refined; it is left out otherwise. */
  private readonly refines: boolean;
  readonly crowds: Crowds;
  private readonly few: number;
  private readonly dirty = new Set<number>();
  private readonly overfull = new Set<number>();
  /** What is looked at for every candidate lies side by side. */
  private marks = new Int32Array(1024 * MARKS);
  private stamp = 0;
  compared = 0;

  constructor(
    readonly model: Model,
    private readonly listener: GraphListener,
  ) {
    this.scorer = scorerOf(model);
    this.generic = new GenericValues(model.settings.genericLimit, this.postings, this.records);
    this.stopped = new Set(model.stopKeys);
    this.limit = model.settings.blockLimit;
    this.few = fewOf(this.limit);
    this.refines = areCareful(model.settings);
    this.crowds = new Crowds(this.postings, this.records, this.refines ? this.limit : Infinity);
  }

  get size(): number {
    return this.indexOf.size;
  }

  find(id: string): number | undefined {
    return this.indexOf.get(id);
  }

  indexes(): IterableIterator<number> {
    return this.indexOf.values();
  }

  edgesOf(index: number): readonly Edge[] {
    return this.edges[index] ?? NO_EDGES;
  }

  /** Takes in a record that is not there. */
  add(described: Described): void {
    const index = this.free.pop() ?? this.records.length;
    const record = prepare(described, this.model.settings);
    this.records[index] = record;
    this.indexOf.set(record.id, index);
    if (index * MARKS >= this.marks.length) {
      const next = new Int32Array(this.marks.length * 2);
      next.set(this.marks);
      this.marks = next;
    }
    writeTrace(record, this.marks, index * MARKS);
    const numbers = blocksOf(record);
    this.postings.add(index, numbers);
    const blocks = this.postings.blocksOf(index);
    for (let i = 0; i < blocks.length; i++) {
      const block = blocks[i] ?? 0;
      // A block keeps its marks, so that only its first member has to look.
      if (this.postings.size(block) === 1 && this.stopped.has(numbers[i] ?? 0))
        this.postings.setMark(block, this.postings.mark(block) | STOPPED);
      if (this.turned(block)) this.overfull.add(block);
    }
    this.crowds.note(index, described);
    // Who comes before all that say the same is whom they are compared with from now on.
    if (this.crowds.headOf(index) === index) for (const member of this.crowds.crowdOf(index)) this.dirty.add(member);
    this.dirty.add(index);
    this.recount(record, true);
    this.noteSilence(index);
  }

  /** Whether there was such a record. */
  remove(id: string): boolean {
    const index = this.indexOf.get(id);
    const record = index === undefined ? undefined : this.records[index];
    if (index === undefined || !record) return false;
    const shrunk = this.postings.blocksOf(index).filter((block) => this.turned(block));
    if (this.crowds.headOf(index) === index) for (const member of this.crowds.crowdOf(index)) this.dirty.add(member);
    this.crowds.forget(index);
    this.postings.drop(index);
    // A block that is compared again makes candidates of all its members.
    for (const block of shrunk) for (const member of this.postings.members(block)) this.dirty.add(member);
    for (const edge of this.detach(index)) this.left.add(edge.a === index ? edge.b : edge.a);
    this.records[index] = undefined;
    this.indexOf.delete(id);
    this.dirty.delete(index);
    this.left.delete(index);
    this.free.push(index);
    this.recount(record, false);
    return true;
  }

  /** Those that lost an edge, since the other record left. */
  private readonly left = new Set<number>();

  private recount(record: Prepared, came: boolean): void {
    this.generic.recount(record, came, (value, demoted, block) => {
      this.postings.setMark(block, (this.postings.mark(block) & ~DEMOTED) | (demoted ? DEMOTED : 0));
      for (const member of this.postings.members(block)) {
        this.dirty.add(member);
        this.noteSilence(member);
      }
      this.listener.onValue(value, demoted);
    });
  }

  private noteSilence(index: number): void {
    const record = this.records[index];
    this.marks[index * MARKS + SILENCED] = record && this.generic.silences(record) ? 1 : 0;
  }

  private blanksOf(x: number, y: number): Blanks {
    const silenced = this.marks[x * MARKS + SILENCED] === 1 || this.marks[y * MARKS + SILENCED] === 1;
    return silenced ? this.generic.blanks : noBlanks;
  }

  /** Whether the block has one member too many to be compared, or to be compared without a look at the traces. */
  private turned(block: number): boolean {
    const size = this.postings.size(block);
    return size === this.limit + 1 || (size === this.few + 1 && this.asked(block) > 0);
  }

  private readonly isLive = (block: number): boolean =>
    this.postings.mark(block) === 0 && (this.refines || this.postings.size(block) <= this.limit);

  private detach(index: number): readonly Edge[] {
    const gone = this.edges[index];
    if (!gone) return NO_EDGES;
    this.edges[index] = undefined;
    for (const edge of gone) {
      const other = edge.a === index ? edge.b : edge.a;
      this.lose(other, edge);
      this.listener.onEdge(edge, false);
    }
    return gone;
  }

  /** Brings all edges up to date. Gives the records whose own edges, or whose pairs, may be others than before. */
  refresh(): Set<number> {
    const touched = new Set<number>(this.left);
    this.left.clear();
    const touch = (edge: Edge): void => {
      if (mayJoin(edge)) touched.add(edge.a).add(edge.b);
    };
    for (const index of this.dirty) for (const edge of this.detach(index)) touch(edge);
    for (const block of this.overfull) this.unblock(block, touch);
    for (const index of this.dirty) {
      touched.add(index);
      this.connect(index, touch);
    }
    this.dirty.clear();
    this.overfull.clear();
    return touched;
  }

  /** A block became too full to be compared as before: what was a candidate through nothing else is none any more. */
  private unblock(block: number, touch: (edge: Edge) => void): void {
    const members = new Set(this.postings.members(block));
    for (const member of members) {
      for (const edge of this.edges[member] ?? []) {
        if (edge.a !== member || !members.has(edge.b) || this.meet(edge.a, edge.b)) continue;
        touch(edge);
        this.listener.onEdge(edge, false);
        this.lose(edge.a, edge);
        this.lose(edge.b, edge);
      }
    }
  }

  /** Whether the two share a block in which they are compared. */
  meet(a: number, b: number): boolean {
    if (this.crowds.isLeftOut(a, b)) return false;
    const alike = this.crowds.areAlike(a, b);
    return this.postings.share(a, b, (block) => this.isLive(block) && (alike || this.traced(a, b, this.asked(block))));
  }

  /** How many fields must agree for two of the block to be compared; 0 where nobody looks. */
  private asked(block: number): number {
    const size = this.postings.size(block);
    const asked = size > this.few ? agreementsAsked(this.postings.number(block)) : 0;
    return size > this.limit && this.refines ? Math.max(OVER_FULL, asked + 1) : asked;
  }

  private traced(a: number, b: number, asked: number): boolean {
    return asked === 0 || traced(this.marks, a * MARKS, b * MARKS, asked);
  }

  private connect(index: number, touch: (edge: Edge) => void): void {
    const stamp = ++this.stamp;
    this.marks[index * MARKS + STAMP] = stamp;
    const head = this.crowds.headOf(index);
    let asked = 0;
    const enter = (block: number): boolean => {
      asked = this.asked(block);
      return this.isLive(block);
    };
    this.postings.around(index, enter, (other) => {
      const mark = other * MARKS + STAMP;
      if (this.marks[mark] === stamp) return;
      if (!this.crowds.areAlike(index, other)) {
        if (!this.traced(index, other, asked)) return;
      } else if (head !== undefined && head !== index && head !== other) return;
      this.marks[mark] = stamp;
      // Two touched records are compared once, when the later one has its turn.
      if (other > index && this.dirty.has(other)) return;
      const edge = this.judged(index, other);
      if (!edge) return;
      this.attach(index, edge);
      this.attach(other, edge);
      touch(edge);
      this.listener.onEdge(edge, true);
    });
  }

  private attach(end: number, edge: Edge): void {
    const list = this.edges[end];
    // Most records have few edges, and a list that was pushed to or filtered keeps room for many; these copies have none.
    const [first] = list ?? NO_EDGES;
    if (!list || !first) this.edges[end] = [edge];
    else if (list.length === 1) this.edges[end] = [first, edge];
    else if (list.length < 32) this.edges[end] = list.concat(edge);
    else list.push(edge);
  }

  private lose(end: number, edge: Edge): void {
    const list = this.edges[end];
    const at = list?.indexOf(edge) ?? -1;
    if (list && at >= 0) this.edges[end] = list.length > 1 ? list.toSpliced(at, 1) : undefined;
  }

  /** The verdict on any two records, remembered nowhere. */
  edge(x: number, y: number): Edge {
    const one = this.records[x];
    const other = this.records[y];
    if (!one || !other) throw new RangeError('only records that are there can be compared');
    this.compared++;
    return edgeOf(judge(this.scorer, one, other, this.blanksOf(x, y)), x, y, one.id < other.id);
  }

  /** `undefined` where nothing comes of the two, as of most. */
  private judged(x: number, y: number): Edge | undefined {
    const one = this.records[x];
    const other = this.records[y];
    if (!one || !other) return undefined;
    this.compared++;
    const verdict = judgeUnlessNone(this.scorer, one, other, this.blanksOf(x, y));
    return verdict && edgeOf(verdict, x, y, one.id < other.id);
  }

  /** Calibrated share of pairs that agree like this one and are of one party, 0 to 1; 0 where nobody asks. */
  precision({ outcome, guard, bits }: Verdict): number {
    return outcome === 'review' || outcome === 'automatic' ? this.scorer.precision.of(guard, bits) : 0;
  }
}
