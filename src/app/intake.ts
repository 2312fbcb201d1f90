/**
 * How facts get in: admitted one by one, appended in batches, one answer an item. It never reads a view, so it is as
 * fast as the log, and never says yes before the log did.
 */
import type { EventLog, Outcome } from '../../eventstore/store';
import { type Admission, admit, type Admitted } from '../domain/admission';
import type { EventId } from '../domain/kernel';
import { type FieldError, Refusal, type RefusalCode, storeFailed } from '../domain/refusals';
import { revisionsOf } from './revising';

/** What became of one item. `accepted` and `duplicate` are both successes: the fact is durable. */
export type ItemResult =
  | {
      readonly outcome: 'accepted' | 'duplicate' | 'retracted';
      readonly event: EventId;
      readonly record: string;
      readonly position: bigint;
    }
  | {
      readonly outcome: 'conflict';
      readonly event: EventId;
      readonly detail: string;
      readonly known: string;
      readonly sent: string;
    }
  | {
      readonly outcome: 'refused';
      readonly code: RefusalCode;
      readonly detail: string;
      readonly errors: readonly FieldError[];
    };

/** Facts that are there already, looked at together. */
const AT_ONCE = 32;

export type IntakeContext = Omit<Admission, 'now' | 'importId'>;

export class Intake {
  constructor(
    private readonly log: EventLog,
    private readonly context: IntakeContext,
    private readonly now: () => number,
  ) {}

  /** One answer an item, in their order. `importId` names the import that brings them. */
  async accept(items: readonly unknown[], importId?: string): Promise<readonly ItemResult[]> {
    const admission: Admission = { ...this.context, now: this.now(), ...(importId !== undefined && { importId }) };
    const tried = items.map((item) => tryAdmit(item, admission));
    const admitted = tried.filter((t): t is Admitted => !(t instanceof Refusal));
    const outcomes =
      admitted.length === 0
        ? []
        : await this.log.appendBatch(
            admitted.map((a) => a.append),
            { loose: true },
          );
    const results: ItemResult[] = [];
    const lookUps: (() => Promise<void>)[] = [];
    let next = 0;
    for (const [i, one] of tried.entries()) {
      if (one instanceof Refusal) {
        results[i] = refused(one);
        continue;
      }
      const outcome = outcomes[next++];
      if (!outcome) throw new Error('the log gave fewer outcomes than it was given appends');
      if (outcome.kind === 'appended') results[i] = accepted(one, outcome.position);
      else lookUps.push(async () => void (results[i] = await this.answer(one, outcome)));
    }
    // A source that got no answer sends everything again, and a server far away takes its time for each look.
    for (let from = 0; from < lookUps.length; from += AT_ONCE)
      await Promise.all(lookUps.slice(from, from + AT_ONCE).map((lookUp) => lookUp()));
    return results;
  }

  private async answer(
    { envelope, append }: Admitted,
    outcome: Exclude<Outcome, { kind: 'appended' }>,
  ): Promise<ItemResult> {
    switch (outcome.kind) {
      case 'duplicate': {
        const last = (await revisionsOf(this.log, envelope.id, this.context.seal)).at(-1);
        return {
          outcome: last?.kind === 'retracted' ? 'retracted' : 'duplicate',
          event: envelope.id,
          record: recordIn(append),
          position: outcome.position,
        };
      }
      case 'conflict': {
        const [known, sent] = [Buffer.from(outcome.known).toString('hex'), Buffer.from(outcome.sent).toString('hex')];
        const detail = `source ${envelope.source} has sent other content under the id ${envelope.clientId} before (${known}, now ${sent})`;
        return { outcome: 'conflict', event: envelope.id, detail, known, sent };
      }
      case 'failed':
        return refused(storeFailed(outcome));
      case 'wrong-version':
      case 'partly-known':
        throw new Error(`a single fact appended at any version cannot be ${outcome.kind}`);
    }
  }
}

const accepted = ({ envelope, append }: Admitted, position: bigint): ItemResult => ({
  outcome: 'accepted',
  event: envelope.id,
  record: recordIn(append),
  position,
});

const recordIn = ({ stream }: Admitted['append']): string => stream.slice('record-'.length);

function tryAdmit(item: unknown, admission: Admission): Admitted | Refusal {
  try {
    return admit(item, admission);
  } catch (problem) {
    if (problem instanceof Refusal) return problem;
    throw problem;
  }
}

export const refused = ({ code, message, errors }: Refusal): ItemResult => ({
  outcome: 'refused',
  code,
  detail: message,
  errors,
});
