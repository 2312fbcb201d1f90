/** What the runner has folded and not yet written: one write's worth, gone in one piece when a store fails. */
import type { Position } from '../../eventstore/store';
import type { RecordId } from '../domain/kernel';
import type { Entry, Parked } from './ports';

export class Pending {
  /** Lines of the timeline. */
  lines = 0;
  /** Events read since the last write, those of no record included. */
  events = 0;
  readonly parked = new Map<RecordId, Parked>();
  /** Records that the stored views hold as parked and that are to be folded anew. */
  readonly unparked = new Set<RecordId>();
  private readonly entries = new Map<RecordId, Entry[]>();
  private readonly changed = new Set<RecordId>();
  private readonly ahead = new Set<RecordId>();
  private readonly anew = new Set<RecordId>();
  /** Parked by an earlier write: their documents say what they said. */
  private readonly left = new Set<RecordId>();

  entry(entry: Entry): void {
    this.lines += 1;
    const held = this.entries.get(entry.record);
    if (held) held.push(entry);
    else this.entries.set(entry.record, [entry]);
  }

  touch(record: RecordId): void {
    this.changed.add(record);
  }

  /** The stored document holds the event already; who depends on it may not. */
  skip(record: RecordId): void {
    this.ahead.add(record);
  }

  /** The record is to be folded from all its events when the write comes: something was taken back or put right. */
  refold(record: RecordId): void {
    this.anew.add(record);
  }

  refolds(): readonly RecordId[] {
    return [...this.anew].filter((record) => !this.isParked(record));
  }

  park(parked: Parked): void {
    if (!this.isParked(parked.record)) this.parked.set(parked.record, parked);
  }

  leave(record: RecordId): void {
    if (!this.unparked.has(record)) this.left.add(record);
  }

  unpark(record: RecordId): void {
    this.left.delete(record);
    this.unparked.add(record);
  }

  /** Records that stand still, since this write or an earlier one. */
  standing(): readonly RecordId[] {
    return [...this.parked.keys(), ...this.left];
  }

  isParked(record: RecordId): boolean {
    return this.parked.size + this.left.size > 0 && (this.parked.has(record) || this.left.has(record));
  }

  isRefolded(record: RecordId): boolean {
    return this.anew.size > 0 && this.anew.has(record);
  }

  positions(record: RecordId): readonly Position[] {
    return (this.entries.get(record) ?? []).map((entry) => entry.position);
  }

  timeline(): readonly Entry[] {
    return [...this.entries.values()].flat();
  }

  /** The timeline, which somebody writes ahead of the documents; it can be found in the store from then on. */
  takeTimeline(): readonly Entry[] {
    const entries = this.timeline();
    this.entries.clear();
    this.lines = 0;
    return entries;
  }

  get touched(): ReadonlySet<RecordId> {
    return this.changed;
  }

  get skipped(): ReadonlySet<RecordId> {
    return this.ahead;
  }

  clear(): void {
    this.events = 0;
    this.lines = 0;
    for (const held of [this.parked, this.unparked, this.entries, this.changed, this.ahead, this.anew, this.left])
      held.clear();
  }
}
