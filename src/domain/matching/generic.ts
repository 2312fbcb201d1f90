/**
 * Contact points that too many unrelated people share: a kiosk's e-mail, a switchboard, a home for the elderly. Above the
 * limit a value finds nobody and says nothing; below it again (a record was corrected or erased) it speaks again.
 */
import { contactBlock, type ContactKind, eachContact } from './blocking';
import type { Blanks } from './comparing';
import type { Postings } from './postings';
import type { Prepared } from './prepared';

/** By its normalised value: the address, the last digits, number and street. */
export interface ContactPoint {
  readonly kind: ContactKind;
  readonly value: string;
}

export interface DemotedValue extends ContactPoint {
  /** Distinct people, as told by the sound of the surname and an initial. */
  readonly distinctNames: number;
}

/** Who a record is, roughly: sound of the surname and the first letter of the given name. */
export const roughName = (record: Prepared): string => {
  const [name] = record.names;
  if (name) return name.family === '' ? '' : `${name.familySound}|${name.given.charAt(0)}`;
  return record.organisations[0]?.joined ?? '';
};

export class GenericValues {
  /** Value → index of its block. */
  private readonly byKind: Readonly<Record<ContactKind, Map<string, number>>> = {
    email: new Map(),
    phone: new Map(),
    address: new Map(),
  };

  constructor(
    private readonly limit: number,
    private readonly postings: Postings,
    private readonly records: readonly (Prepared | undefined)[],
  ) {}

  readonly blanks: Blanks = {
    email: ({ address }) => this.byKind.email.has(address),
    phone: ({ subscriber }) => this.byKind.phone.has(subscriber),
    place: ({ door }) => this.byKind.address.has(door),
  };

  /**
   * Counts again after `record` came (it is in the postings) or went (it no longer is). Calls `changed` with every value
   * that fell silent or speaks again, and the index of its block. Whoever joins a silent value cannot make it speak, so
   * that nobody is counted then.
   */
  recount(
    record: Prepared,
    came: boolean,
    changed: (value: DemotedValue, demoted: boolean, block: number) => void,
  ): void {
    eachContact(record, (kind, value) => {
      const table = this.byKind[kind];
      const before = table.has(value);
      if (came && before) return;
      const block = this.postings.find(contactBlock(kind, value));
      if (block < 0 || (!before && this.postings.size(block) <= this.limit)) return;
      const distinctNames = this.distinct(block);
      const demoted = distinctNames > this.limit;
      if (demoted) table.set(value, block);
      else table.delete(value);
      if (demoted !== before) changed({ kind, value, distinctNames }, demoted, block);
    });
  }

  /** Whether one of the record's contact points says nothing. */
  silences(record: Prepared): boolean {
    if (this.count === 0) return false;
    let found = false;
    eachContact(record, (kind, value) => {
      if (this.byKind[kind].has(value)) found = true;
    });
    return found;
  }

  /** What says nothing of the contact points that both records have; where there are none, of those that one of them has. */
  silentBetween(one: Prepared, other: Prepared): readonly ContactPoint[] {
    if (this.count === 0) return [];
    const [first, second] = [this.silentOf(one), this.silentOf(other)];
    const shared = [...first].filter(([key]) => second.has(key));
    return (shared.length > 0 ? shared : [...first, ...second])
      .sort(([x], [y]) => (x < y ? -1 : 1))
      .map(([, point]) => point);
  }

  private silentOf(record: Prepared): ReadonlyMap<string, ContactPoint> {
    const found = new Map<string, ContactPoint>();
    eachContact(record, (kind, value) => {
      if (this.byKind[kind].has(value)) found.set(`${kind} ${value}`, { kind, value });
    });
    return found;
  }

  private distinct(block: number): number {
    const names = new Set<string>();
    for (const member of this.postings.members(block)) {
      const record = this.records[member];
      const name = record ? roughName(record) : '';
      if (name !== '') names.add(name);
    }
    return names.size;
  }

  get count(): number {
    return this.byKind.address.size + this.byKind.email.size + this.byKind.phone.size;
  }

  /** Sorted by kind and value. */
  all(): readonly DemotedValue[] {
    const kinds = ['address', 'email', 'phone'] as const;
    return kinds.flatMap((kind) =>
      [...this.byKind[kind]]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([value, block]) => ({ kind, value, distinctNames: this.distinct(block) })),
    );
  }
}
