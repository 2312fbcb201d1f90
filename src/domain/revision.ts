/**
 * Taking a fact back, putting it back, putting it right: acts about a fact, which is itself never touched. The acts of
 * one fact are numbered 1, 2, 3 …; the highest number holds. An act takes the occurredAt of its fact, so that a view
 * as of an earlier day is cut at the same place with and without it; what was known then is told by recordedAt.
 */
import type { FactEvent } from './envelope';
import type { EventId, JsonObject } from './kernel';
import { eventId, textOf } from './kernel';
import { upcast } from './upcast';

export const FACT_RETRACTED = 'kith.fact-retracted.v1';
export const FACT_REINSTATED = 'kith.fact-reinstated.v1';
export const FACT_CORRECTED = 'kith.fact-corrected.v1';

export const revisionTypes: readonly string[] = [FACT_RETRACTED, FACT_REINSTATED, FACT_CORRECTED];

export const isRevision = (type: string): boolean => type.startsWith('kith.fact-');

/** Source of Kith's own decisions. */
export const KITH = 'kith';

/** The client id that makes act `n` about a fact exist once. */
export const revisionKey = (fact: EventId, n: number): string => `revision:${fact}:${n}`;

export type RevisionKind = 'retracted' | 'reinstated' | 'corrected';

export interface Revision {
  readonly kind: RevisionKind;
  /** The fact that it is about. */
  readonly fact: EventId;
  readonly n: number;
  /** The data that hold instead, and the type whose data they are, for `corrected`. */
  readonly type?: string;
  readonly data?: JsonObject;
  readonly by: FactEvent;
}

const kinds: ReadonlyMap<string, RevisionKind> = new Map([
  [FACT_RETRACTED, 'retracted'],
  [FACT_REINSTATED, 'reinstated'],
  [FACT_CORRECTED, 'corrected'],
]);

/** The act that an event is, if it is one. */
export function revisionOf(event: FactEvent): Revision | undefined {
  const kind = kinds.get(event.type);
  if (!kind) return undefined;
  const { fact, n, type, data } = event.data;
  const act = { kind, fact: eventId(textOf(fact)), n: Number(n), by: event };
  return kind === 'corrected' && isObject(data) ? { ...act, ...upcast(textOf(type), data) } : act;
}

/**
 * What holds for each fact, whatever order the acts come in: it is taken back if the act with the highest number takes
 * it back, and its data are those of the latest correction.
 */
export class Standing {
  private readonly last = new Map<EventId, Revision>();
  private readonly corrections = new Map<EventId, Revision>();

  /** True where the event is an act, which says nothing of its own about the customer. */
  take(event: FactEvent): boolean {
    const act = revisionOf(event);
    if (!act) return false;
    keepHighest(this.last, act);
    if (act.kind === 'corrected') keepHighest(this.corrections, act);
    return true;
  }

  /** The fact as it stands: itself, put right (with the correction's provenance), or `undefined` when taken back. */
  of(event: FactEvent): FactEvent | undefined {
    if (this.last.get(event.id)?.kind === 'retracted') return undefined;
    const act = this.corrections.get(event.id);
    if (!act) return event;
    const { id, recordedAt, actor } = act.by;
    return {
      ...event,
      id,
      recordedAt,
      ...(actor !== undefined && { actor }),
      type: act.type ?? event.type,
      data: act.data ?? event.data,
    };
  }
}

function keepHighest(acts: Map<EventId, Revision>, act: Revision): void {
  const held = acts.get(act.fact);
  if (!held || act.n > held.n) acts.set(act.fact, act);
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
