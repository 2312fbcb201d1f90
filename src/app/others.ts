/**
 * Whose decision is it? Our own tells us nothing new. A node that led and hung may wake up and still write what it believed
 * then by the rules; whoever leads now must compare it with what he believes. What a person decides is heard as it is.
 */
import type { LoggedEvent, Position } from '../../eventstore/store';
import { decode } from '../domain/envelope';
import {
  LINK_RETRACTED,
  MATCH_PROPOSED,
  MATCH_WITHDRAWN,
  RECORDS_LINKED,
  RELATION_FOUND,
  RELATION_LOST,
} from '../domain/link';
import type { Seal } from '../domain/seal';

/** What rules decide; some of it people decide too. */
const BY_RULES: ReadonlySet<string> = new Set([
  ...[RECORDS_LINKED, LINK_RETRACTED, MATCH_PROPOSED, MATCH_WITHDRAWN],
  ...[RELATION_FOUND, RELATION_LOST],
]);

/** `of whoever`: nobody is named, so it may be by the rules of another node. */
export type Whose = 'ours' | 'of whoever' | 'of a person';

export class Others {
  /** Where our own decisions stand that were not seen in the log yet. */
  private own = new Set<Position>();

  constructor(private readonly seal: Seal) {}

  weDecided(at: readonly Position[]): void {
    for (const position of at) this.own.add(position);
  }

  /** Of an event about a pair that is seen in the log. */
  whose({ position, type, bytes }: Pick<LoggedEvent, 'position' | 'type' | 'bytes'>): Whose {
    if (this.own.delete(position)) return 'ours';
    if (!BY_RULES.has(type)) return 'of a person';
    const { actor, data } = decode(bytes, this.seal);
    return actor === undefined && data['by'] !== 'steward' ? 'of whoever' : 'of a person';
  }

  /** Nothing up to here is looked at again. */
  passed(position: Position): void {
    for (const own of this.own) if (own <= position) this.own.delete(own);
  }
}
