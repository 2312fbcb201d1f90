/** What stewards decided about pairs. It may speak of records that are not there yet, or no longer. */

/** linked: one party; apart: not one party, not through others either; rejected: not to be linked by the model alone. */
export type Constraint = 'linked' | 'apart' | 'rejected';

const NOTHING: ReadonlyMap<string, Constraint> = new Map();

export class Constraints {
  private readonly byRecord = new Map<string, Map<string, Constraint>>();

  set(a: string, b: string, constraint: Constraint | undefined): void {
    this.put(a, b, constraint);
    this.put(b, a, constraint);
  }

  between(a: string, b: string): Constraint | undefined {
    return this.byRecord.get(a)?.get(b);
  }

  /** Ids of the others, with what was decided. */
  of(id: string): ReadonlyMap<string, Constraint> {
    return this.byRecord.get(id) ?? NOTHING;
  }

  private put(a: string, b: string, constraint: Constraint | undefined): void {
    const own = this.byRecord.get(a) ?? new Map<string, Constraint>();
    if (constraint === undefined) own.delete(b);
    else own.set(b, constraint);
    if (own.size === 0) this.byRecord.delete(a);
    else this.byRecord.set(a, own);
  }
}
