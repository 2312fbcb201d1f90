/**
 * Appends, one at a time to each stream: what waits for a stream is decided in the order in which it came and goes as one
 * append of many events, on the revision that the stream is known to end at. Nothing is sent on a revision that is not known
 * to be there: two appends of one stream on their way would let an event of another node slip between them, and the look-up
 * that the second one rests on would be stale.
 */
import type { BinaryEventData } from '@eventstore/db-client';
import { decideAppend } from '../deciding';
import {
  type Append,
  type Failed,
  isUnreachable,
  type Known,
  LogError,
  type NewEvent,
  type Outcome,
  type Position,
  type Revision,
  type StreamName,
} from '../store';
import { inFlight, weightOf } from './cap';
import type { History } from './history';
import type { Indexing } from './indexing';
import type { Keeping } from './keeping';
import type { Reads } from './reads';
import { said } from './redacting';
import type { Sending, Sent } from './sending';
import type { Stamps } from './stamps';
import type { Tenant } from './stored';
import { keyOf, type Tails } from './tails';
import { backOff } from './trying';

export interface AppendingParts {
  readonly tenant: Tenant;
  readonly tails: Tails;
  readonly reads: Reads;
  readonly indexing: Indexing;
  readonly history: History;
  /** Absent where others surely follow the log. */
  readonly keeping: Keeping | undefined;
  readonly sending: Sending;
  readonly stamps: Stamps;
  /** Milliseconds for which an append waits for a server that is away. */
  readonly patience: number;
  /** Called after each append that was written. */
  readonly written: () => void;
}

export interface AppendOptions {
  /**
   * Whether the outcome names the place of this append's own last event; else it may name that of a later event of its stream
   * that was written together with it, which is behind it for whoever waits.
   */
  readonly exact: boolean;
}

interface Waiting extends AppendOptions {
  readonly append: Append;
  readonly lane: Lane;
  /** Of its ids. */
  readonly keys: readonly string[];
  readonly answer: (outcome: Outcome) => void;
  /** By performance.now(). */
  readonly until: number;
  readonly bytes: number;
}

/** Everything that is to be appended to one stream. */
class Lane {
  waiting: Waiting[] = [];
  /** How many of them had their ids looked up. */
  lookedUp = 0;
  /** A group of it is on its way, or it is to be looked at, or blocked. */
  busy = false;
  /** Its next append waits for an earlier one, of another stream, that has one of its ids. */
  blocked = false;
  /** Its end is to be read from the server. */
  stale = false;
  /** Its end was read from the server in this round. */
  fresh = false;
  /** The end that the server refused, until it is read again. */
  refusedAt: Revision | 'none' | undefined;
  /** How often in a row the server refused the end that it shows. */
  stuck = 0;
  /** The server said that a group was too large: one by one from now on. */
  singly = false;

  constructor(readonly stream: StreamName) {}
}

/** What goes as one append. */
interface Group {
  readonly lane: Lane;
  readonly items: readonly Waiting[];
  readonly events: readonly NewEvent[];
  readonly after: Revision | 'none';
  /** Where the register stood when the ids were looked up: what is written now stands behind it. */
  readonly behind: Position;
}

/** What a round of look-ups found. */
interface LookedUp {
  readonly known: ReadonlyMap<string, Known>;
  readonly behind: Position;
}

/** Appends whose ids are looked up together. */
const ROUND = 512;
/** Bytes and events of a group: the server takes 1 MiB of data unless it was set otherwise. */
const GROUP_BYTES = 512 * 1024;
const GROUP_EVENTS = 1_000;

export class Appending {
  private readonly lanes = new Map<StreamName, Lane>();
  private ready: Lane[] = [];
  private pumping = false;
  /** Who has an id, in the order in which they came: the first one is decided, and then the next. */
  private readonly turns = new Map<string, Waiting[]>();
  private readonly guess = new Guess();
  private open = 0;
  private idle: (() => void)[] = [];
  /** Why nothing is taken any more. */
  private halted: string | undefined;

  constructor(private readonly parts: AppendingParts) {}

  append(append: Append, { exact }: AppendOptions): Promise<Outcome> {
    this.open += 1;
    return new Promise<Outcome>((answer) => {
      const bytes = append.events.reduce((sum, event) => sum + event.bytes.length, 0);
      const lane = this.laneOf(append.stream);
      const until = performance.now() + this.parts.patience;
      const one: Waiting = { append, lane, keys: append.events.map(keyOf), answer, exact, bytes, until };
      lane.waiting.push(one);
      for (const key of one.keys) {
        const turn = this.turns.get(key);
        if (turn) turn.push(one);
        else this.turns.set(key, [one]);
      }
      this.wake(lane);
    }).finally(() => {
      this.open -= 1;
      if (this.open === 0) for (const tell of this.idle.splice(0)) tell();
    });
  }

  /** Everything that was taken is answered. */
  drained(): Promise<void> {
    return this.open === 0 ? Promise.resolve() : new Promise((tell) => this.idle.push(tell));
  }

  private laneOf(stream: StreamName): Lane {
    let lane = this.lanes.get(stream);
    if (!lane) this.lanes.set(stream, (lane = new Lane(stream)));
    return lane;
  }

  /** Has the lane looked at, unless it is busy or is to be looked at already. */
  private wake(lane: Lane): void {
    if (lane.busy || lane.waiting.length === 0) return;
    lane.busy = true;
    this.ready.push(lane);
    if (this.pumping) return;
    this.pumping = true;
    void this.rounds().finally(() => {
      this.pumping = false;
    });
  }

  private async rounds(): Promise<void> {
    // What is appended in one go is looked up in one go.
    await Promise.resolve();
    while (this.ready.length > 0) {
      const round = this.takeRound();
      const found = await this.lookUp(round).catch(notSent);
      for (const lane of round) {
        if ('kind' in found) this.refuse(lane, lane.waiting.splice(0), found);
        else this.decide(lane, found);
      }
    }
  }

  /** Lanes with `ROUND` appends or some more. */
  private takeRound(): readonly Lane[] {
    let [lanes, appends] = [0, 0];
    while (lanes < this.ready.length && appends < ROUND) appends += this.ready[lanes++]?.waiting.length ?? 0;
    return this.ready.splice(0, lanes);
  }

  /** Sees to it that the ends of these streams are known, and says what the register knows of the ids that wait. */
  private async lookUp(round: readonly Lane[]): Promise<LookedUp> {
    const { tails, indexing, history, keeping, stamps } = this.parts;
    const until = Math.max(...round.flatMap(({ waiting }) => waiting.map((one) => one.until)));
    await history.checkAfterTrouble(until);
    if (this.halted !== undefined) throw new LogError('damaged', this.halted);
    const { position, recordedAt } = await (keeping ? keeping.checkpoint(until) : indexing.register.checkpoint());
    stamps.at(position, recordedAt);
    await tails.trim();
    const unknown = round.filter(({ stream }) => tails.endOf(stream) === undefined);
    const guessed = unknown.filter((lane) => !lane.stale && this.needsEnd(lane));
    await Promise.all(unknown.filter(({ stale }) => stale).map((lane) => this.reload(lane, until)));
    if (guessed.length > 0) await tails.guess(guessed.map(({ stream }) => stream));
    // Behind the ends: what the register holds by then covers them.
    for (const lane of round) lane.lookedUp = lane.waiting.length;
    const ids = round.flatMap(({ waiting }) => waiting.flatMap(({ append }) => append.events));
    const found = await indexing.register.find(ids);
    const known = new Map<string, Known>();
    for (const [i, one] of found.entries()) if (one) known.set(keyOf(ids[i] as NewEvent), one);
    return { known, behind: position };
  }

  /** The server said that this stream ends elsewhere: it says where. */
  private async reload(lane: Lane, until: number): Promise<void> {
    try {
      const end = await this.parts.tails.load(lane.stream, until);
      if (end === 'none') this.guess.right();
      lane.stuck = end === lane.refusedAt ? lane.stuck + 1 : 0;
      [lane.refusedAt, lane.stale, lane.fresh] = [undefined, false, true];
    } catch (problem) {
      // What is wrong with one stream is nobody else's business.
      if (!(problem instanceof LogError) || isUnreachable(problem)) throw problem;
      this.refuse(lane, lane.waiting.splice(0), { kind: 'failed', reason: said(problem) });
    }
  }

  /**
   * A stream that is not known is taken for a new one while that is mostly true: where it is, the server takes the append
   * and no id can stand there; where it is not, the server says so and the stream is read.
   */
  private needsEnd({ waiting }: Lane): boolean {
    return !this.guess.good || waiting.some(({ append }) => typeof append.expected === 'bigint');
  }

  /** Answers what can be answered, and sends the rest, or as much of it as goes together. Nothing may come between. */
  private decide(lane: Lane, { known, behind }: LookedUp): void {
    const { tails } = this.parts;
    const start = tails.endOf(lane.stream) ?? 'none';
    const items: Waiting[] = [];
    const events: NewEvent[] = [];
    let [i, end, bytes, blocked]: [number, Revision | 'none', number, boolean] = [0, start, 0, false];
    // In the order in which they came: what has to wait makes all behind it wait, as does what came after the look-up.
    for (; i < lane.lookedUp; i++) {
      const one = lane.waiting[i] as Waiting;
      blocked = one.keys.some((key) => this.turns.get(key)?.[0] !== one);
      if (blocked || (items.length > 0 && isFull(lane, bytes + one.bytes, events.length))) break;
      if (one.append.events.some((event) => tails.has(event))) {
        void this.answerKnown(one);
        continue;
      }
      const found = one.keys.map((key) => known.get(key));
      const refused = decideAppend(one.append.events, found, one.append.expected, end);
      if (refused?.kind === 'wrong-version' && !this.isSure(one, lane, items.length)) break;
      if (refused) {
        this.answer(one, refused);
        continue;
      }
      items.push(one);
      events.push(...one.append.events);
      bytes += one.bytes;
      end = (end === 'none' ? -1n : end) + BigInt(one.append.events.length);
    }
    lane.waiting.splice(0, i);
    [lane.fresh, lane.lookedUp, lane.blocked] = [false, 0, blocked && items.length === 0];
    if (items.length > 0) void this.send({ lane, items, events, after: start, behind }, bytes);
    else if (!lane.blocked) this.release(lane);
  }

  /** A wrong version may be answered: not where it rests on what is not written yet, nor on an end that may have moved. */
  private isSure({ append: { expected } }: Waiting, lane: Lane, before: number): boolean {
    if (before > 0) return false;
    const { tails } = this.parts;
    const end = tails.endOf(lane.stream);
    if (lane.fresh || typeof expected !== 'bigint') return true;
    if (end !== undefined && end !== 'none' && end >= expected) return true;
    // Another node may have moved the stream on to where the caller saw it.
    tails.doubt(lane.stream);
    lane.stale = true;
    return false;
  }

  /** Some of the ids stand beyond the register: once they are in it, it says all of them. */
  private async answerKnown(one: Waiting): Promise<void> {
    const { stream, events, expected } = one.append;
    try {
      await this.parts.indexing.reachEnd(one.until);
      const known = await this.parts.indexing.register.find(events);
      const refused = decideAppend(events, known, expected, this.parts.tails.endOf(stream) ?? 'none');
      this.answer(one, refused ?? away('the register does not hold what this node wrote'));
    } catch (problem) {
      this.answer(one, notSent(problem));
    }
  }

  private async send(group: Group, bytes: number): Promise<void> {
    const { sending, stamps, tenant } = this.parts;
    const { lane, items, events, after } = group;
    const weight = weightOf(bytes);
    if (!inFlight.takeNow(weight)) await inFlight.take(weight);
    let stamp = 0;
    const stamped = events.map((event) => (stamp = Math.max(stamp, stamps.from(event.recordedAt))));
    const data = events.map((event, i): BinaryEventData => tenant.eventData(event, stamped[i] ?? stamp));
    const until = Math.max(...items.map((one) => one.until));
    // Nobody waits for this promise, so it may not reject: whoever appends is answered and the room given back, come what may.
    const sent = await sending
      .send({ stream: lane.stream, after, events: data, until })
      .catch((problem: unknown) => away(said(problem)));
    inFlight.give(weight);
    const outcome = this.judged(group, sent);
    if (outcome.kind === 'written') await this.wrote(group, outcome, stamped);
    else if (outcome.kind === 'wrong-version') await this.lost(group);
    else this.failed(group, outcome);
    this.release(lane);
  }

  /** What is written stands behind whatever was read before. If it does not, the log on the server is an older one. */
  private judged({ behind }: Group, sent: Sent): Sent {
    if (sent.kind !== 'written' || sent.position > behind || sent.position < 0n) return sent;
    this.halted = `the server wrote an event at ${sent.position}, and the log was read to ${behind} before: it was put back to an older state. Nothing is taken any more. Put the newer log back; or, if that one is lost, stop every node, remove the register and start again`;
    return { kind: 'failed', reason: this.halted };
  }

  private async wrote(
    { lane, items, events, after }: Group,
    { revision, position }: Extract<Sent, { kind: 'written' }>,
    stamped: readonly number[],
  ): Promise<void> {
    const { tails, keeping, stamps, written } = this.parts;
    if (after === 'none') this.guess.right();
    lane.stuck = 0;
    tails.wrote(lane.stream, revision, position, events);
    const first = revision - BigInt(events.length) + 1n;
    // The server takes an append to a stream that was deleted, behind what it hides: what stands there is not what was believed.
    if (first !== (after === 'none' ? 0n : after + 1n)) tails.doubt(lane.stream);
    keeping?.wrote(position);
    const last = stamped.at(-1) ?? 0;
    const lifted = stamps.at(position, last);
    written();
    const places = await this.placesIn(lane.stream, items, first);
    let count = 0;
    for (const one of items) {
      count += one.append.events.length;
      const at = first + BigInt(count) - 1n;
      const stamp = stamped[count - 1] ?? last;
      const recordedAt = lifted > last ? Math.max(stamp, lifted) : stamp;
      this.answer(one, { kind: 'appended', position: places?.get(at) ?? position, revision: at, recordedAt });
    }
  }

  /** The server names the place of the last event alone: who wants to know that of another one makes it be read. */
  private async placesIn(
    stream: StreamName,
    items: readonly Waiting[],
    first: Revision,
  ): Promise<ReadonlyMap<Revision, Position> | undefined> {
    const asked = items.slice(0, -1).filter(({ exact }) => exact);
    if (asked.length === 0) return undefined;
    const count = items.slice(0, -1).reduce((sum, { append }) => sum + append.events.length, 0);
    const until = Math.max(...items.map((one) => one.until));
    const range = { direction: 'forwards' as const, from: first, count };
    const found = await this.parts.reads.stream(stream, range, until).catch(() => undefined);
    return new Map(found?.map(({ revision, position }) => [revision, position]));
  }

  /** Another node wrote meanwhile: everything is decided again, in its old order. */
  private async lost({ lane, items, after }: Group): Promise<void> {
    this.parts.tails.doubt(lane.stream);
    if (after === 'none') this.guess.wrong();
    [lane.refusedAt, lane.stale] = [after, true];
    lane.waiting.unshift(...items);
    const now = performance.now();
    const late = lane.waiting.filter(({ until }) => until <= now);
    lane.waiting = lane.waiting.filter(({ until }) => until > now);
    for (const one of late) this.answer(one, lane.stuck > 0 ? away(NO_QUORUM) : failed(OTHERS_FASTER));
    // A leader without a quorum refuses what it does not show: it will end that, or not lead.
    if (lane.stuck > 0) await backOff(lane.stuck);
  }

  private failed({ lane, items }: Group, sent: Exclude<Sent, { kind: 'written' | 'wrong-version' }>): void {
    const { why, ...outcome } = sent;
    if (why === 'too-large' && items.length > 1) {
      lane.singly = true;
      lane.waiting.unshift(...items);
      return;
    }
    this.parts.tails.doubt(lane.stream);
    for (const one of items) this.answer(one, outcome);
  }

  private refuse(lane: Lane, items: readonly Waiting[], outcome: Failed): void {
    for (const one of items) this.answer(one, outcome);
    this.release(lane);
  }

  /** Whoever comes next for one of its ids is decided now. */
  private answer(one: Waiting, outcome: Outcome): void {
    one.answer(outcome);
    for (const key of one.keys) {
      const turn = this.turns.get(key);
      if (!turn) continue;
      turn.splice(turn.indexOf(one), 1);
      const [next] = turn;
      if (!next) this.turns.delete(key);
      else if (next.lane.blocked) {
        next.lane.blocked = false;
        this.release(next.lane);
      }
    }
  }

  private release(lane: Lane): void {
    lane.busy = false;
    if (lane.waiting.length > 0) this.wake(lane);
    else if (this.lanes.get(lane.stream) === lane) this.lanes.delete(lane.stream);
  }
}

/** Whether a group of so many bytes and events takes no more. */
const isFull = (lane: Lane, bytes: number, events: number): boolean =>
  lane.singly || bytes > GROUP_BYTES || events >= GROUP_EVENTS;

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

const OTHERS_FASTER = 'other writers of this stream were always faster; try again';
const NO_QUORUM = 'EventStoreDB is away: it refuses the revision that it shows, as a leader without a quorum does';

const failed = (reason: string): Failed => ({ kind: 'failed', reason });
const away = (reason: string): Failed => ({ kind: 'failed', reason, away: true });

/** What is damaged, denied or closed is not away: the same ids again would meet the same. */
function notSent(problem: unknown): Failed {
  const outage = !(problem instanceof LogError) || isUnreachable(problem);
  return (outage ? away : failed)(`nothing was sent: ${said(problem)}`);
}
