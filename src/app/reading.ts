/**
 * What users ask of one customer: who is it, what happened, where does this value come from; now, or at any moment on
 * two clocks. The present is a document that is read; a past moment is folded from the events.
 */
import type { LogReader, Position } from '../../eventstore/store';
import { choiceOf } from '../domain/choice';
import { decode, type FactEvent } from '../domain/envelope';
import { definitionOf } from '../domain/facts/catalogue';
import { type CustomerId, customerId, type Instant, type JsonObject, type RecordId, recordId } from '../domain/kernel';
import { Refusal } from '../domain/refusals';
import { revisionOf } from '../domain/revision';
import type { Seal } from '../domain/seal';
import { checkSlot, parseIdentifier } from '../domain/slots';
import { customerOf } from '../projections/customer';
import { evolve, isEmpty, type RecordView } from '../projections/record';
import { writeCustomer } from '../projections/documents';
import { decodedChunks, eventsOf, foldChunks, type Moment, positionsOf } from './folding';
import { firstRefused } from './parking';
import { type BooksOf, groupsOf } from './membership';
import { bookAt } from './identity';
import { booksOf } from './pages';
import { survivorshipAt } from './policies';
import type { Parked, ViewReader } from './ports';
import { revisionsOf } from './revising';

/** Milliseconds since 1970 UTC; absent means all, and now. */
export interface Clocks {
  readonly asOf?: number;
  readonly knownAt?: number;
}

export interface FoundCustomer {
  readonly id: CustomerId;
  /** Canonical JSON of a CustomerView: the bytes that state roots are made of. */
  readonly body: string;
  /** Records whose fold refused an event: the view is behind for them. */
  readonly parked: readonly Parked[];
}

export interface TimelineEntry {
  readonly event: string;
  readonly type: string;
  readonly kind: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly source: string;
  readonly actor?: string;
  readonly record: RecordId;
  /** The part the record has in somebody else's fact. */
  readonly role?: string;
  /** Taken back or put right since, as of knownAt. */
  readonly revised?: 'retracted' | 'corrected';
  readonly data: JsonObject;
}

export interface TimelinePage {
  readonly entries: readonly TimelineEntry[];
  /** Pass it on to read what is older. */
  readonly cursor?: string;
}

export interface HistoryEntry {
  readonly event: string;
  readonly tells: 'states' | 'ends';
  readonly slot: string;
  readonly value: unknown;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly source: string;
  readonly actor?: string;
  readonly record: RecordId;
  readonly revised?: 'retracted' | 'corrected';
}

export class Reading {
  constructor(
    private readonly log: LogReader,
    private readonly views: ViewReader,
    private readonly seal: Seal,
  ) {}

  /** Throws `customer-unknown`, also for one who was not known yet at that moment. */
  async customer(id: string, clocks: Clocks = {}): Promise<FoundCustomer> {
    const moment = await this.moment(clocks);
    const records = await this.recordsOf(id, moment);
    const parked = await this.views.isParked(records);
    const found = isNow(clocks) ? await this.present(records) : await this.past(records, moment);
    if (!found)
      throw new Refusal('customer-unknown', `no customer ${id.slice(0, 64)}${isNow(clocks) ? '' : ' at that moment'}`);
    return { ...found, parked };
  }

  /** Customers who have or had this identifier, `kind:value`. */
  async find(identifier: string): Promise<readonly CustomerId[]> {
    const records = await this.views.find(parseIdentifier(identifier), 100);
    const groups = await groupsOf(records, this.booksOf({}));
    const found: CustomerId[] = [];
    for (const group of new Set(records.map((record) => groups.get(record) ?? []))) {
      const customer = await this.present(group);
      if (customer) found.push(customer.id);
    }
    return found;
  }

  /** Newest first. Throws `customer-unknown`, `bad-cursor`. */
  async timeline(
    id: string,
    { asOf, knownAt, cursor, limit = 50 }: Clocks & { cursor?: string; limit?: number } = {},
  ): Promise<TimelinePage> {
    const moment = await this.moment({
      ...(asOf !== undefined && { asOf }),
      ...(knownAt !== undefined && { knownAt }),
    });
    const records = await this.recordsOf(id, moment);
    const entries = await this.views.timeline(records, {
      direction: 'newest-first',
      limit: limit + 1,
      ...(moment.asOf !== undefined && { until: moment.asOf }),
      ...(moment.known !== undefined && { known: moment.known }),
      ...(cursor !== undefined && { after: readCursor(cursor) }),
    });
    if (entries.length === 0 && cursor === undefined)
      await this.customer(id, { ...(asOf !== undefined && { asOf }), ...(knownAt !== undefined && { knownAt }) });
    const shown = entries.slice(0, limit);
    const events = await this.log.readAt(shown.map((entry) => entry.position));
    const lines = await Promise.all(
      events.map((event, i) => this.line(decode(event.bytes, this.seal), shown[i]?.record, moment.known)),
    );
    const last = shown.at(-1);
    return { entries: lines, ...(entries.length > limit && last && { cursor: writeCursor(last) }) };
  }

  /** Everything that was ever said of a slot (`address/home`) or of a family of slots (`address`), oldest first, taken-back statements included. Throws `unknown-field`. */
  async history(id: string, slot: string, clocks: Clocks = {}): Promise<readonly HistoryEntry[]> {
    checkSlot(slot);
    const moment = await this.moment(clocks);
    const found: HistoryEntry[] = [];
    for (const record of await this.recordsOf(id, moment)) {
      for await (const events of eventsOf(this.sources(), record, moment)) {
        for (const event of events)
          if (event.record === record) found.push(...(await this.statements(event, record, slot, moment.known)));
      }
    }
    return found.sort(
      (a, b) => compare(a.occurredAt, b.occurredAt) || compare(a.recordedAt, b.recordedAt) || compare(a.event, b.event),
    );
  }

  private async statements(
    event: FactEvent,
    record: RecordId,
    slot: string,
    known: Position | undefined,
  ): Promise<HistoryEntry[]> {
    const act = revisionOf(event);
    const tellings = definitionOf(act?.type ?? event.type)?.tells(act?.data ?? event.data) ?? [];
    const revised = tellings.length > 0 ? await this.revised(event, known) : {};
    return tellings.flatMap((telling) =>
      telling.tells !== 'adds' && (telling.slot === slot || telling.slot.startsWith(`${slot}/`))
        ? { ...telling, ...whence(event, record), ...revised }
        : [],
    );
  }

  private async line(
    event: FactEvent,
    record: RecordId = recordId(''),
    known: Position | undefined,
  ): Promise<TimelineEntry> {
    const role = event.record === record ? undefined : event.parties?.find((party) => party.record === record)?.role;
    return {
      ...whence(event, record),
      type: event.type,
      kind: definitionOf(event.type)?.kind ?? (choiceOf(event) ? 'choice' : 'revision'),
      ...(role !== undefined && { role }),
      ...(await this.revised(event, known)),
      data: event.data,
    };
  }

  private async revised(
    event: FactEvent,
    known: Position | undefined,
  ): Promise<{ revised?: 'retracted' | 'corrected' }> {
    const own = revisionOf(event);
    const acts = await revisionsOf(this.log, own?.fact ?? event.id, this.seal, known);
    if (own && own.kind !== 'corrected') return {};
    if (acts.at(-1)?.kind === 'retracted') return { revised: 'retracted' };
    return acts.some(({ kind, n }) => kind === 'corrected' && n > (own?.n ?? 0)) ? { revised: 'corrected' } : {};
  }

  /** The customer is stored under the first of its records. */
  private async present(records: readonly RecordId[]): Promise<Omit<FoundCustomer, 'parked'> | undefined> {
    const [found] = await this.views.load('customers', records);
    return found && { id: customerId(found[0]), body: found[1] };
  }

  private async past(records: readonly RecordId[], moment: Moment): Promise<Omit<FoundCustomer, 'parked'> | undefined> {
    const views = await Promise.all(records.map((record) => this.foldedAt(record, moment)));
    const known = views.filter((view) => !isEmpty(view));
    if (known.length === 0) return undefined;
    const view = customerOf(known, await survivorshipAt(this.log, this.seal, await this.knownUpTo(moment)));
    return { id: view.customer, body: writeCustomer(view) };
  }

  /** As the views do: where the fold refuses an event, what held before it. */
  private async foldedAt(record: RecordId, moment: Moment): Promise<RecordView> {
    const sources = this.sources();
    const positions = () => positionsOf(this.views, record, moment);
    const isParked = (await this.views.isParked([record])).length > 0;
    const first = isParked ? await firstRefused(sources, record, positions, evolve) : undefined;
    return foldChunks(record, () => decodedChunks(this.log, this.seal, positions, first?.position));
  }

  /** All records that were one customer with this one, as known at that moment; any id that a customer ever had leads there. */
  private async recordsOf(id: string, moment: Moment): Promise<readonly RecordId[]> {
    if (!/^[0-9a-f]{32}$/.test(id))
      throw new Refusal(
        'customer-unknown',
        `${JSON.stringify(id.slice(0, 64))} is no customer id: 32 hex digits are wanted`,
      );
    const record = recordId(id);
    return (await groupsOf([record], this.booksOf(moment))).get(record) ?? [record];
  }

  /** Links are knowledge: of the two clocks only what was known counts. */
  private booksOf({ known }: Moment): BooksOf {
    if (known === undefined) return (records) => booksOf(this.views, records);
    return async (records) => {
      const books = records.map(async (record) => [record, await bookAt(this.sources(), record, known)] as const);
      return new Map(await Promise.all(books));
    };
  }

  private async moment({ asOf, knownAt }: Clocks): Promise<Moment> {
    return {
      ...(asOf !== undefined && { asOf }),
      ...(knownAt !== undefined && { known: await this.log.positionAt(knownAt) }),
    };
  }

  /** What was known is a prefix of the log; what is known now is what the views hold of it. */
  private async knownUpTo({ known }: Moment): Promise<Position> {
    return known ?? (await this.views.checkpoint()).position;
  }

  private sources() {
    return { log: this.log, views: this.views, seal: this.seal };
  }
}

const isNow = ({ asOf, knownAt }: Clocks): boolean => asOf === undefined && knownAt === undefined;

const whence = (event: FactEvent, record: RecordId) => ({
  event: event.id,
  occurredAt: event.occurredAt,
  recordedAt: event.recordedAt,
  source: event.source,
  ...(event.actor !== undefined && { actor: event.actor }),
  record,
});

const writeCursor = ({ occurredAt, position }: { occurredAt: number; position: Position }): string =>
  Buffer.from(`${occurredAt}.${position}`).toString('base64url');

function readCursor(cursor: string): { occurredAt: number; position: Position } {
  const parts = /^(-?\d{1,15})\.(\d{1,19})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!parts || BigInt(parts[2] ?? 0) >= 1n << 63n)
    throw new Refusal('bad-cursor', 'this cursor was not handed out here; read the first page again');
  const [, occurredAt = '', position = ''] = parts;
  return { occurredAt: Number(occurredAt), position: BigInt(position) };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
