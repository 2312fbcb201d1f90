/**
 * Records that say exactly the same. Where a block of theirs is over-full they are a crowd: each is compared with the head of
 * them alone, which came first (ties by id), so that five thousand copies have five thousand edges and not twelve million.
 */
import type { Described } from './described';
import { hash51 } from './hashing';
import type { Postings } from './postings';
import type { Prepared } from './prepared';

export class Crowds {
  /** A hash of what each record says, by index. */
  private said = new Float64Array(1024);
  /** Heads that were looked for, by that hash. */
  private readonly heads = new Map<number, number>();

  constructor(
    private readonly postings: Postings,
    private readonly records: readonly (Prepared | undefined)[],
    /** Members above which a block is over-full; none is where it is Infinity. */
    private readonly limit: number,
  ) {}

  note(index: number, { id: _, recordedAt: __, ...said }: Described): void {
    if (index >= this.said.length) {
      const next = new Float64Array(Math.max(index + 1, this.said.length * 2));
      next.set(this.said);
      this.said = next;
    }
    const hash = this.limit === Infinity ? index : hash51(JSON.stringify(said));
    this.said[index] = hash;
    const head = this.heads.get(hash);
    if (head !== undefined && this.precedes(index, head)) this.heads.set(hash, index);
  }

  /** Before the record goes. */
  forget(index: number): void {
    const hash = this.said[index] ?? 0;
    if (this.heads.get(hash) === index) this.heads.delete(hash);
  }

  areAlike(a: number, b: number): boolean {
    return this.said[a] === this.said[b];
  }

  /** Whether a pair of records that say the same is left to the head of their crowd. */
  isLeftOut(a: number, b: number): boolean {
    if (a === b || !this.areAlike(a, b)) return false;
    const head = this.headOf(a);
    return head !== undefined && head !== a && head !== b;
  }

  /** `undefined` where the record is in no over-full block. */
  headOf(index: number): number | undefined {
    const block = this.blockOf(index);
    if (block === undefined) return undefined;
    const hash = this.said[index] ?? 0;
    const known = this.heads.get(hash);
    if (known !== undefined) return known;
    let head = index;
    for (const member of this.postings.members(block))
      if (this.areAlike(index, member) && this.precedes(member, head)) head = member;
    this.heads.set(hash, head);
    return head;
  }

  /** All that say the same as this one, itself included; only itself where they are no crowd. */
  crowdOf(index: number): readonly number[] {
    const block = this.blockOf(index);
    if (block === undefined) return [index];
    return this.postings.members(block).filter((member) => this.areAlike(index, member));
  }

  /** The smallest over-full block of the record: whoever says the same is in all of them. */
  private blockOf(index: number): number | undefined {
    let [found, least]: [number | undefined, number] = [undefined, Infinity];
    for (const block of this.postings.blocksOf(index)) {
      const size = this.postings.size(block);
      if (size > this.limit && size < least) [found, least] = [block, size];
    }
    return found;
  }

  private precedes(a: number, b: number): boolean {
    const [one, other] = [this.records[a], this.records[b]];
    if (!one || !other) return false;
    return one.recordedAt === other.recordedAt ? one.id < other.id : one.recordedAt < other.recordedAt;
  }
}
