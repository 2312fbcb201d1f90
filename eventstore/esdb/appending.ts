/**
 * Appends in the order in which they came: each is decided against what its stream will be, and sent with an explicit
 * revision without waiting for the one before. An append that rests on one that is still on its way, or on an end that
 * another node moved, waits for that and is decided again, in its old place.
 */
import { decideAppend } from '../deciding';
import {
  type Append,
  type Failed,
  isUnreachable,
  type Known,
  LogError,
  type NewEvent,
  type Outcome,
  type Revision,
  type StreamName,
} from '../store';
import { inFlight, weightOf } from './cap';
import type { Indexing } from './indexing';
import type { Keeping } from './keeping';
import { said } from './redacting';
import type { Sending } from './sending';
import type { Stamps } from './stamps';
import type { Tenant } from './stored';
import { keyOf, type Tails } from './tails';

interface Waiting {
  readonly place: number;
  readonly append: Append;
  readonly answer: (outcome: Outcome) => void;
  /** How often the stream did not end where it was believed to. */
  lost: number;
}

/** A stream with appends on their way. */
interface Flow {
  /** Its last event once all of them are written. */
  end: Revision | 'none';
  sent: number;
  /** One of them was not written: what was sent behind it will not be either. */
  broken: boolean;
  readonly parked: Waiting[];
}

export interface AppendingParts {
  readonly tenant: Tenant;
  readonly tails: Tails;
  readonly indexing: Indexing;
  /** Absent where others surely follow the log. */
  readonly keeping: Keeping | undefined;
  readonly sending: Sending;
  readonly stamps: Stamps;
  /** Called after each append that was written. */
  readonly written: () => void;
}

/** Appends whose streams and ids are looked up together. */
const ROUND = 512;
/** Times that an append may meet a stream that others moved on. */
const MOST_LOST = 100;

export class Appending {
  private queue: Waiting[] = [];
  private came = 0;
  private pumping = false;
  private readonly flows = new Map<StreamName, Flow>();
  /** Ids on their way, and the streams whose appends wait for that to be over. */
  private readonly claims = new Map<string, Set<StreamName>>();
  private readonly guess = new Guess();
  private open = 0;
  private idle: (() => void)[] = [];

  constructor(private readonly parts: AppendingParts) {}

  append(append: Append): Promise<Outcome> {
    this.open += 1;
    return new Promise<Outcome>((answer) => {
      this.queue.push({ place: this.came++, append, answer, lost: 0 });
      this.pump();
    }).finally(() => {
      this.open -= 1;
      if (this.open === 0) for (const tell of this.idle.splice(0)) tell();
    });
  }

  /** Everything that was taken is answered. */
  drained(): Promise<void> {
    return this.open === 0 ? Promise.resolve() : new Promise((tell) => this.idle.push(tell));
  }

  private pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    void this.rounds().finally(() => {
      this.pumping = false;
    });
  }

  private async rounds(): Promise<void> {
    // What is appended in one go is looked up in one go.
    await Promise.resolve();
    while (this.queue.length > 0) {
      const round = this.queue.splice(0, ROUND);
      const known = await this.lookUp(round).catch(notSent);
      if ('kind' in known) for (const { answer } of round) answer(known);
      else for (const waiting of round) await this.decide(waiting, known);
    }
  }

  /** Loads the ends of these streams, and says what the register knows of these ids. */
  private async lookUp(round: readonly Waiting[]): Promise<ReadonlyMap<string, Known>> {
    const { tails, indexing, keeping, stamps } = this.parts;
    const { position, recordedAt } = await (keeping ?? indexing.register).checkpoint();
    stamps.at(position, recordedAt);
    await tails.trim();
    const streams = new Set(round.filter((one) => this.needsEnd(one)).map(({ append }) => append.stream));
    const unknown = [...streams].filter((stream) => !this.flows.has(stream) && tails.endOf(stream) === undefined);
    await Promise.all(
      unknown.map(async (stream) => {
        await tails.load(stream);
        if (tails.endOf(stream) === 'none') this.guess.right();
      }),
    );
    const ids = round.flatMap(({ append }) => append.events);
    const found = await indexing.register.find(ids);
    const known = new Map<string, Known>();
    for (const [i, one] of found.entries()) if (one) known.set(keyOf(ids[i] as NewEvent), one);
    return known;
  }

  /** Answers, sends, or parks. From the last wait on nothing may come between. */
  private async decide(waiting: Waiting, known: ReadonlyMap<string, Known>): Promise<void> {
    const { append } = waiting;
    const { stream, events, expected } = append;
    const weight = weightOf(events.reduce((sum, event) => sum + event.bytes.length, 0));
    if (!inFlight.takeNow(weight)) await inFlight.take(weight);
    if (this.parks(waiting) || this.retakes(waiting)) return inFlight.give(weight);
    const flow = this.flows.get(stream);
    const end = flow?.end ?? this.parts.tails.endOf(stream) ?? 'none';
    const refused = decideAppend(
      events,
      events.map((event) => known.get(keyOf(event))),
      expected,
      end,
    );
    if (!refused) void this.send(waiting, flow ?? this.begin(stream, end), weight);
    else {
      inFlight.give(weight);
      if (flow && refused.kind === 'wrong-version') flow.parked.push(waiting);
      else waiting.answer(refused);
    }
  }

  /** Behind others of its stream, or because one of its ids is on its way just now. */
  private parks(waiting: Waiting): boolean {
    const { stream, events } = waiting.append;
    const flow = this.flows.get(stream);
    const claims = events.flatMap((event) => this.claims.get(keyOf(event)) ?? []);
    if (claims.length === 0 && (!flow || (flow.parked.length === 0 && !flow.broken))) return false;
    for (const streams of claims) streams.add(stream);
    (flow ?? this.begin(stream, 'none')).parked.push(waiting);
    return true;
  }

  /** An id was written since it was looked up, or the end of the stream is in doubt again. */
  private retakes(waiting: Waiting): boolean {
    const { tails } = this.parts;
    const { stream, events } = waiting.append;
    if (events.some((event) => tails.has(event))) {
      void this.answerKnown(waiting);
      return true;
    }
    if (!this.needsEnd(waiting) || this.flows.has(stream) || tails.endOf(stream) !== undefined) return false;
    this.requeue([waiting]);
    return true;
  }

  /**
   * A stream that is not known is taken for a new one while that is mostly true: where it is, the server takes the append
   * and no id can stand there; where it is not, the server says so and the stream is read.
   */
  private needsEnd({ append, lost }: Waiting): boolean {
    return lost > 0 || typeof append.expected === 'bigint' || !this.guess.good;
  }

  /** Some of the ids stand beyond the register: once they are in it, it says all of them. */
  private async answerKnown({ append, answer }: Waiting): Promise<void> {
    const { stream, events, expected } = append;
    try {
      await this.parts.indexing.reachEnd();
      const known = await this.parts.indexing.register.find(events);
      const refused = decideAppend(events, known, expected, this.parts.tails.endOf(stream) ?? 'none');
      answer(refused ?? away('the register does not hold what this node wrote'));
    } catch (problem) {
      answer(notSent(problem));
    }
  }

  private begin(stream: StreamName, end: Revision | 'none'): Flow {
    const flow: Flow = { end, sent: 0, broken: false, parked: [] };
    this.flows.set(stream, flow);
    return flow;
  }

  private async send(waiting: Waiting, flow: Flow, weight: number): Promise<void> {
    const { tenant, tails, keeping, sending, stamps, written } = this.parts;
    const { stream, events } = waiting.append;
    const after = flow.end;
    flow.end = (after === 'none' ? -1n : after) + BigInt(events.length);
    flow.sent += 1;
    for (const event of events) this.claims.set(keyOf(event), new Set());
    let stamp = 0;
    const data = events.map((event) => {
      stamp = Math.max(stamp, stamps.from(event.recordedAt));
      return tenant.eventData(event, stamp);
    });
    // Nobody waits for this promise, so it may not reject: whoever appends is answered and the room given back, come what may.
    const sent = await sending.send(stream, after, data).catch((problem: unknown) => away(said(problem)));
    inFlight.give(weight);
    flow.sent -= 1;
    if (sent.kind === 'written') {
      if (after === 'none') this.guess.right();
      tails.wrote(stream, sent.revision, sent.position, events);
      keeping?.wrote(sent.position);
      const recordedAt = stamps.at(sent.position, stamp);
      waiting.answer({ kind: 'appended', position: sent.position, revision: sent.revision, recordedAt });
      written();
    } else {
      flow.broken = true;
      if (after === 'none') this.guess.wrong();
      waiting.lost += 1;
      if (sent.kind === 'failed') waiting.answer(sent);
      else if (waiting.lost > MOST_LOST) waiting.answer(failed('other writers were always faster; try again'));
      else flow.parked.push(waiting);
    }
    this.settle(stream, events);
  }

  /** Whatever waited for this append is decided again, all of it in the order in which it came. */
  private settle(stream: StreamName, events: readonly NewEvent[]): void {
    const released = new Set([stream]);
    for (const event of events) {
      for (const waiting of this.claims.get(keyOf(event)) ?? []) released.add(waiting);
      this.claims.delete(keyOf(event));
    }
    const again: Waiting[] = [];
    for (const name of released) {
      const flow = this.flows.get(name);
      if (!flow || flow.sent > 0) continue;
      if (flow.broken) this.parts.tails.doubt(name);
      this.flows.delete(name);
      again.push(...flow.parked);
    }
    this.requeue(again);
  }

  private requeue(again: readonly Waiting[]): void {
    if (again.length === 0) return;
    this.queue.push(...again);
    this.queue.sort((a, b) => a.place - b.place);
    this.pump();
  }
}

/** Whether streams that are not known are mostly new, as in an import, or not, as on a day like any other. */
class Guess {
  private luck = 8;

  get good(): boolean {
    return this.luck > 0;
  }

  right(): void {
    this.luck = Math.min(16, this.luck + 1);
  }

  wrong(): void {
    this.luck = Math.max(0, this.luck - 2);
  }
}

const failed = (reason: string): Failed => ({ kind: 'failed', reason });
const away = (reason: string): Failed => ({ kind: 'failed', reason, away: true });

/** What is damaged, or closed, is not away: the same ids again would meet the same. */
function notSent(problem: unknown): Failed {
  const outage = !(problem instanceof LogError) || isUnreachable(problem);
  return (outage ? away : failed)(`nothing was sent: ${said(problem)}`);
}
