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
  LogError,
  type NewEvent,
  type Outcome,
  type Revision,
  type StreamName,
} from '../store';
import { inFlight, weightOf } from './cap';
import { type AppendOptions, type Group, isFull, Lane, type Waiting } from './lane';
import { type LookedUp, LookingUp, type LookingUpParts } from './looking-up';
import { away, failed, NO_QUORUM, notSent, OTHERS_FASTER, UNPLACED } from './outcomes';
import { placesIn } from './places';
import { said } from './redacting';
import { keyOf } from './register';
import type { Sending, Sent } from './sending';
import type { Tenant } from './stored';
import { backOff } from './trying';
import { Turns } from './turns';

export interface AppendingParts extends LookingUpParts {
  readonly tenant: Tenant;
  readonly sending: Sending;
  /** Milliseconds for which an append waits for a server that is away. */
  readonly patience: number;
  /** Called after each append that was written. */
  readonly written: () => void;
}

/** Appends whose ids are looked up together. */
const ROUND = 512;
export class Appending {
  private readonly lanes = new Map<StreamName, Lane>();
  private ready: Lane[] = [];
  private pumping = false;
  private readonly turns = new Turns();
  private readonly lookingUp: LookingUp;
  private open = 0;
  private idle: (() => void)[] = [];
  /** Why nothing is taken any more. */
  private halted: string | undefined;

  constructor(private readonly parts: AppendingParts) {
    this.lookingUp = new LookingUp(
      parts,
      () => {
        if (this.halted !== undefined) throw new LogError('damaged', this.halted);
      },
      (lane, outcome) => this.refuse(lane, lane.waiting.splice(0), outcome),
    );
  }

  append(append: Append, { exact }: AppendOptions): Promise<Outcome> {
    this.open += 1;
    return new Promise<Outcome>((answer) => {
      const bytes = append.events.reduce((sum, event) => sum + event.bytes.length, 0);
      const lane = this.laneOf(append.stream);
      const until = performance.now() + this.parts.patience;
      const one: Waiting = { append, lane, keys: append.events.map(keyOf), answer, exact, bytes, until };
      lane.waiting.push(one);
      this.turns.take(one);
      this.wake(lane);
    }).finally(() => {
      this.open -= 1;
      if (this.open === 0) for (const tell of this.idle.splice(0)) tell();
    });
  }

  get isBusy(): boolean {
    return this.open > 0;
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
    void this.rounds();
  }

  private async rounds(): Promise<void> {
    // What is appended in one go is looked up in one go.
    await Promise.resolve();
    try {
      while (this.ready.length > 0) {
        const round = this.takeRound();
        const found = await this.lookingUp.of(round).catch(notSent);
        for (const lane of round) this.settle(lane, found);
      }
    } finally {
      // At once: whoever comes a moment later must find nobody pumping.
      this.pumping = false;
    }
  }

  private settle(lane: Lane, found: LookedUp | Failed): void {
    try {
      if ('kind' in found) this.refuse(lane, lane.waiting.splice(0), found);
      else this.decide(lane, found);
    } catch (problem) {
      this.refuse(lane, lane.waiting.splice(0), notSent(problem));
    }
  }

  /** Lanes with `ROUND` appends or some more. */
  private takeRound(): readonly Lane[] {
    let [lanes, appends] = [0, 0];
    while (lanes < this.ready.length && appends < ROUND) appends += this.ready[lanes++]?.waiting.length ?? 0;
    return this.ready.splice(0, lanes);
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
      blocked = !this.turns.isNext(one);
      if (blocked || (items.length > 0 && isFull(lane, bytes + one.bytes, events.length))) break;
      if (one.append.events.some((event) => tails.has(event))) {
        void this.answerKnown(one);
        continue;
      }
      const found = one.keys.map((key) => known.get(key));
      const { expected } = one.append;
      // Whoever rests on the end that is shown has seen all there is.
      const seen = end === start && lane.shown === expected ? expected : end;
      const refused = decideAppend(one.append.events, found, expected, seen);
      if (refused?.kind === 'wrong-version' && !this.isSure(one, lane, items.length)) break;
      if (refused) {
        this.answer(one, refused);
        continue;
      }
      items.push(one);
      for (const event of one.append.events) events.push(event);
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
    let [stamped, stamp]: [readonly number[], number] = [[], 0];
    const going = async (): Promise<Sent> => {
      stamped = events.map((event) => (stamp = Math.max(stamp, stamps.from(event.recordedAt))));
      const data = events.map((event, i): BinaryEventData => tenant.eventData(event, stamped[i] ?? stamp));
      const until = items.reduce((latest, one) => Math.max(latest, one.until), 0);
      return sending.send({ stream: lane.stream, after, events: data, until });
    };
    // Nobody waits for this promise, so it may not reject: whoever appends is answered and the room given back, come what may.
    const sent = await going().catch((problem: unknown) => away(said(problem)));
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
    return { kind: 'failed', reason: this.halted, code: 'damaged' };
  }

  private async wrote(
    { lane, items, events, after }: Group,
    { revision, position }: Extract<Sent, { kind: 'written' }>,
    stamped: readonly number[],
  ): Promise<void> {
    const { tails, keeping, stamps, written } = this.parts;
    if (after === 'none') this.lookingUp.guess.right();
    lane.stuck = 0;
    tails.wrote(lane.stream, after, revision, position, events);
    const first = revision - BigInt(events.length) + 1n;
    // The server takes an append to a stream that was deleted, behind what it hides: what stands there is not what was believed.
    if (first !== (after === 'none' ? 0n : after + 1n)) tails.doubt(lane.stream);
    keeping?.wrote(position);
    const last = stamped.at(-1) ?? 0;
    const lifted = stamps.at(position, last);
    written();
    const places = await placesIn(this.parts.reads, lane.stream, items, first);
    let count = 0;
    for (const one of items) {
      count += one.append.events.length;
      const at = first + BigInt(count) - 1n;
      const stamp = stamped[count - 1] ?? last;
      const recordedAt = lifted > last ? Math.max(stamp, lifted) : stamp;
      const place = places.get(at) ?? position;
      if (one.exact && place === position && at !== revision) this.answer(one, away(UNPLACED));
      else this.answer(one, { kind: 'appended', position: place, revision: at, recordedAt });
    }
  }

  /** Another node wrote meanwhile: everything is decided again, in its old order. */
  private async lost({ lane, items, after }: Group): Promise<void> {
    this.parts.tails.doubt(lane.stream);
    if (after === 'none') this.lookingUp.guess.wrong();
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
    for (const { lane } of this.turns.leave(one)) {
      if (!lane.blocked) continue;
      lane.blocked = false;
      this.release(lane);
    }
  }

  private release(lane: Lane): void {
    lane.busy = false;
    if (lane.waiting.length > 0) this.wake(lane);
    else if (this.lanes.get(lane.stream) === lane) this.lanes.delete(lane.stream);
  }
}
