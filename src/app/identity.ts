/**
 * What was decided about a record, as the log tells it: which pairs were linked, held apart, proposed, by whom and why,
 * and what held at a moment. Read from the record's line of decisions, which the views keep as an index into the log.
 */
import type { Position } from '../../eventstore/store';
import { decode, type FactEvent } from '../domain/envelope';
import type { RecordId } from '../domain/kernel';
import { evolvePair, isEmptyPair, type LinkBook, type Pair, pairOf } from '../domain/link';
import { positionsOf, type Sources } from './folding';
import { identityLine } from './membership';

/** A decision, and the other record of its pair. */
export interface Decision {
  readonly event: FactEvent;
  readonly other: RecordId;
  /** In the log. */
  readonly position: Position;
}

/** Decisions about the record in the order in which they were recorded, up to `known`, all when absent. */
export async function* decisionsOf(
  { log, views, seal }: Sources,
  record: RecordId,
  known?: Position,
): AsyncGenerator<Decision> {
  for await (const positions of positionsOf(views, identityLine(record), known === undefined ? {} : { known })) {
    for (const { stream, bytes, position } of await log.readAt(positions)) {
      const pair = pairOf(stream);
      if (pair) yield { event: decode(bytes, seal), other: pair.a === record ? pair.b : pair.a, position };
    }
  }
}

/** The link book of the record as it was known at a position. */
export async function bookAt(sources: Sources, record: RecordId, known: Position): Promise<LinkBook> {
  const book = new Map<RecordId, Pair>();
  for await (const { event, other } of decisionsOf(sources, record, known)) {
    const pair = evolvePair(book.get(other) ?? {}, event);
    if (isEmptyPair(pair)) book.delete(other);
    else book.set(other, pair);
  }
  return Object.fromEntries(book);
}
