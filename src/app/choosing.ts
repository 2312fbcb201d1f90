/** What a steward says of one value of a customer: that it is the one to show, whatever the policy would choose; and taking that back. */
import { canonical } from '../../eventstore/canonical';
import type { EventLog, Outcome, Position } from '../../eventstore/store';
import { choiceData, choiceKey, VALUE_CHOSEN } from '../domain/choice';
import { decisionAppend } from '../domain/decision';
import { decode, type LogKeys, recordStream } from '../domain/envelope';
import { type JsonValue, type RecordId, recordId } from '../domain/kernel';
import { Refusal, storeFailed } from '../domain/refusals';
import { KITH } from '../domain/revision';
import type { Seal } from '../domain/seal';
import { familyOf } from '../domain/slots';
import { readRecord } from '../projections/documents';
import { type RecordView, sumOf } from '../projections/record';
import { hasEnded, lastChosen } from '../projections/survivorship';
import { groupsOf } from './membership';
import { booksOf } from './pages';
import type { ViewReader } from './ports';
import { decideRevision, revisionsOf } from './revising';
import type { Because } from './stewarding';

export interface Chose {
  /** Names the choice for its undo; absent where the value was chosen already. */
  readonly override?: string;
  /** Of the log; absent where nothing was to be done. */
  readonly position?: Position;
}

const ATTEMPTS = 3;

export class Choosing {
  constructor(
    private readonly log: EventLog,
    private readonly views: ViewReader,
    private readonly keys: LogKeys,
    private readonly seal: Seal,
    private readonly now: () => number,
  ) {}

  /** Throws `customer-unknown`, `value-unknown`. */
  async choose(customer: string, field: string, value: JsonValue, { reason, actor }: Because): Promise<Chose> {
    const { slots, records, chosen = {} } = await this.known(customer);
    const key = canonical(value);
    const candidate = slots[field]?.[key];
    if (!candidate || hasEnded(candidate) || familyOf(field) === 'consent') throw unknownValue(field, slots[field]);
    if (lastChosen(chosen[field]) === key) return {};
    const { record, occurredAt } = candidate.first;
    const subject = records[record]?.subject;
    const decision = {
      stream: recordStream(record),
      type: VALUE_CHOSEN,
      data: choiceData({ slot: field, value }, reason),
      occurredAt,
      ...(subject && { subject }),
      ...(actor !== undefined && { actor }),
    };
    for (let [n, attempt] = [0, 0]; attempt < ATTEMPTS; attempt++) {
      while (await this.log.find(KITH, choiceKey(record, n))) n += 1;
      const act = decisionAppend({ ...decision, clientId: choiceKey(record, n) }, this.keys, this.now());
      const position = settled(await this.log.append(act.stream, 'any', act.events));
      if (position !== undefined) return { override: `${record}-${n}`, position };
    }
    throw faster();
  }

  /** What the policy chooses holds again, or an earlier choice. Throws `override-unknown`. */
  async undo(override: string, because: Because): Promise<{ readonly position?: Position }> {
    const [, record = '', n = ''] = /^([0-9a-f]{32})-(\d{1,9})$/.exec(override) ?? [];
    const known = await this.log.find(KITH, choiceKey(recordId(record), Number(n)));
    const [logged] = known ? await this.log.readAt([known.position]) : [];
    if (!logged)
      throw new Refusal(
        'override-unknown',
        `no override ${JSON.stringify(override.slice(0, 64))}; making one answers its id`,
      );
    const choice = decode(logged.bytes, this.seal);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const last = (await revisionsOf(this.log, choice.id, this.seal)).at(-1);
      const act = decideRevision({ kind: 'retracted', ...because }, choice, last, this.now());
      if (!act) return {};
      const { stream, events } = decisionAppend(act, this.keys, this.now());
      const position = settled(await this.log.append(stream, 'any', events));
      if (position !== undefined) return { position };
    }
    throw faster();
  }

  /** The sum of the customer's records. Throws `customer-unknown`. */
  private async known(customer: string): Promise<RecordView> {
    const asked: RecordId = recordId(customer);
    const groups = await groupsOf([asked], (records) => booksOf(this.views, records));
    const bodies = await this.views.load('records', groups.get(asked) ?? [asked]);
    if (bodies.size === 0)
      throw new Refusal('customer-unknown', `no customer ${JSON.stringify(customer.slice(0, 64))}`);
    return sumOf([...bodies.values()].map(readRecord));
  }
}

function unknownValue(field: string, slot: RecordView['slots'][string] = {}): Refusal {
  const present = Object.values(slot).filter((candidate) => !hasEnded(candidate)).length;
  const why =
    familyOf(field) === 'consent'
      ? 'the last word about a consent always holds; send the fact that grants or withdraws it'
      : `the customer has ${present} present values of it, and the one that is shown must be one of them, written as the view writes it`;
  return new Refusal('value-unknown', `${JSON.stringify(field.slice(0, 64))}: ${why}`);
}

function settled(outcome: Outcome): Position | undefined {
  if (outcome.kind === 'appended' || outcome.kind === 'duplicate') return outcome.position;
  if (outcome.kind === 'failed') throw storeFailed(outcome);
  return undefined;
}

const faster = (): Refusal =>
  new Refusal('wrong-version', 'others decided about the same record at the same moment, three times; look again');
