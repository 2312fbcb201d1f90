/**
 * Taking facts back, putting them back, putting them right: load what stands, decide, append. The number in the client
 * id makes two stewards who act at once take turns instead of overwriting each other.
 */
import { canonical } from '../../eventstore/canonical';
import type { Append, EventLog, Outcome, Position } from '../../eventstore/store';
import { mustFit, mustNotExceed } from '../domain/admission';
import { decisionAppend } from '../domain/decision';
import { decode, type FactEvent, type LogKeys, recordOf } from '../domain/envelope';
import type { EventId, JsonObject } from '../domain/kernel';
import { Refusal, storeFailed } from '../domain/refusals';
import {
  FACT_CORRECTED,
  FACT_REINSTATED,
  FACT_RETRACTED,
  KITH,
  type Revision,
  type RevisionKind,
  revisionKey,
  revisionOf,
} from '../domain/revision';
import type { Seal } from '../domain/seal';

export interface Revise {
  readonly kind: RevisionKind;
  /** The fact, by the source and id that its client gave. */
  readonly fact: { readonly source: string; readonly id: string };
  readonly reason: string;
  readonly actor?: string;
  /** The whole data that hold instead, for `corrected`. */
  readonly data?: JsonObject;
}

export interface Revised {
  /** `nothing`: it stood so already. */
  readonly outcome: 'done' | 'nothing';
  readonly fact: EventId;
  readonly record: string;
  readonly position: bigint;
}

const types: Readonly<Record<RevisionKind, string>> = {
  retracted: FACT_RETRACTED,
  reinstated: FACT_REINSTATED,
  corrected: FACT_CORRECTED,
};

const ATTEMPTS = 3;

export class Revising {
  constructor(
    private readonly log: EventLog,
    private readonly keys: LogKeys,
    private readonly seal: Seal,
    private readonly now: () => number,
    private readonly maxBytes: number,
  ) {}

  /** Throws `fact-unknown`, `fact-retracted`, `schema-mismatch` …, `wrong-version` when others were faster three times. */
  async revise(command: Revise): Promise<Revised> {
    const known = await this.log.find(command.fact.source, command.fact.id);
    const [logged] = known ? await this.log.readAt([known.position]) : [];
    const record = known && recordOf(known.stream);
    if (!known || !logged || !record || command.fact.source === KITH) {
      throw new Refusal(
        'fact-unknown',
        `no fact stands under source ${JSON.stringify(command.fact.source)} and id ${JSON.stringify(command.fact.id)}`,
      );
    }
    const fact = decode(logged.bytes, this.seal);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const act = decideRevision(command, fact, (await revisionsOf(this.log, fact.id, this.seal)).at(-1), this.now());
      if (!act) return { outcome: 'nothing', fact: fact.id, record, position: known.position };
      const outcome = await this.log.append(act.stream, 'any', this.write(act).events);
      const position = settled(outcome);
      if (position !== undefined) return { outcome: 'done', fact: fact.id, record, position };
    }
    throw new Refusal(
      'wrong-version',
      'others revised this fact at the same moment, three times; read it again and decide anew',
    );
  }

  /** The append of one act, for those who write many at once. */
  write(act: Act): Append {
    const append = decisionAppend(act, this.keys, this.now());
    for (const { bytes } of append.events) mustNotExceed(bytes, this.maxBytes);
    return append;
  }
}

type Act = Parameters<typeof decisionAppend>[0];

/** Pure: the act that carries the command out, or nothing where the fact stands so already. `now` in ms. */
export function decideRevision(
  command: Omit<Revise, 'fact'>,
  fact: FactEvent,
  last: Revision | undefined,
  now: number,
): Act | undefined {
  const { kind, reason, actor, data } = command;
  const retracted = last?.kind === 'retracted';
  if (kind === 'retracted' && retracted) return undefined;
  if (kind === 'reinstated' && !retracted) return undefined;
  if (kind === 'corrected') {
    if (retracted) throw new Refusal('fact-retracted', 'the fact is retracted; reinstate it, then correct it');
    mustFit(fact.type, data ?? {}, now);
    if (canonical(data?.['parties'] ?? []) !== canonical(fact.data['parties'] ?? [])) {
      throw new Refusal(
        'schema-mismatch',
        'who took part cannot be corrected; retract the fact and tell it anew under a new id',
      );
    }
  }
  const n = (last?.n ?? 0) + 1;
  return {
    stream: fact.stream,
    type: types[kind],
    clientId: revisionKey(fact.id, n),
    data: { fact: fact.id, n, reason, ...(kind === 'corrected' && { type: fact.type, data }) },
    occurredAt: fact.occurredAt,
    ...(fact.subject && { subject: fact.subject }),
    ...(fact.parties && { parties: fact.parties }),
    ...(actor !== undefined && { actor }),
  };
}

function settled(outcome: Outcome): bigint | undefined {
  if (outcome.kind === 'appended' || outcome.kind === 'duplicate') return outcome.position;
  if (outcome.kind === 'failed') throw storeFailed(outcome);
  return undefined;
}

/**
 * All acts about a fact, in their order, as known at a position (the head when absent). Looks up numbered ids, so it
 * needs no view and no scan.
 */
export async function revisionsOf(
  log: Pick<EventLog, 'find' | 'readAt'>,
  fact: EventId,
  seal: Seal,
  known?: Position,
): Promise<readonly Revision[]> {
  const positions: Position[] = [];
  for (let n = 1; ; n++) {
    const next = await log.find(KITH, revisionKey(fact, n));
    if (!next || (known !== undefined && next.position > known)) break;
    positions.push(next.position);
  }
  if (positions.length === 0) return [];
  return (await log.readAt(positions)).flatMap(({ bytes }) => revisionOf(decode(bytes, seal)) ?? []);
}
