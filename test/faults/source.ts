/**
 * A source to which facts come at a steady rate, whatever becomes of the nodes that take them. It tells a batch to one of them,
 * or the same batch to all at the same moment. What was not acknowledged it tells again, oldest first, and now and then what
 * was. While nobody takes any it keeps some seconds' worth, and what would come beyond does not come.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Node } from './nodes';

export interface Pace {
  readonly perSecond: number;
  /** Facts of one request at most. */
  readonly batch: number;
  /** Batches on their way at once. */
  readonly inFlight: number;
  /** Facts that wait to be sent at most. */
  readonly waiting: number;
}

interface Outcome {
  readonly outcome: string;
  readonly code?: string;
}
const ACKNOWLEDGED: ReadonlySet<string> = new Set(['accepted', 'duplicate']);

/** Milliseconds between two looks at what has come, and after a request that failed. */
const EVERY = 20;
const AFTER_FAILURE = 200;
/** Milliseconds after which a request counts as failed. */
const PATIENCE = 30_000;
const RECORDS = 400;
/** Shares of the batches that all nodes are told at the same moment, and that are told again after they were acknowledged. */
const TO_ALL = 0.5;
const AGAIN = 0.05;

export class Source {
  readonly acknowledged = new Set<string>();
  /** What became of facts otherwise: outcomes, and the codes of those that were refused. */
  readonly otherwise = new Set<string>();
  /** How many facts have come; they are numbered from 0. */
  private come = 0;
  private waiting: number[] = [];

  constructor(
    /** Who takes facts just now. */
    private readonly doors: () => readonly Node[],
    /** From 0 to below 1. */
    private readonly chance: () => number,
    private readonly pace: Pace,
  ) {}

  /** Facts come until this aborts. Resolves when all of them are acknowledged. */
  async run(until: AbortSignal): Promise<void> {
    const senders = Array.from({ length: this.pace.inFlight }, () => this.send(until));
    await Promise.all([this.fill(until), ...senders]);
  }

  private async fill(until: AbortSignal): Promise<void> {
    const { perSecond, waiting } = this.pace;
    for (let since = performance.now(); !until.aborted; await wait(EVERY)) {
      const due = Math.floor(((performance.now() - since) / 1_000) * perSecond);
      since += (due / perSecond) * 1_000;
      const room = Math.max(0, waiting - this.waiting.length);
      for (let i = 0; i < Math.min(due, room); i++) this.waiting.push(this.come++);
    }
  }

  private async send(until: AbortSignal): Promise<void> {
    while (!until.aborted || this.acknowledged.size < this.come) {
      const facts = this.waiting.splice(0, this.pace.batch);
      if (facts.length === 0) {
        await wait(EVERY);
        continue;
      }
      await this.tell(facts);
      const again = facts.filter((one) => !this.acknowledged.has(idOf(one)));
      if (again.length === 0) {
        if (this.chance() < AGAIN) await this.tell(facts);
        continue;
      }
      this.waiting = [...again, ...this.waiting].sort((a, b) => a - b);
      await wait(AFTER_FAILURE);
    }
  }

  /** A fact is acknowledged as soon as one node says so. */
  private async tell(facts: readonly number[]): Promise<void> {
    const doors = this.doors();
    const one = doors[Math.floor(this.chance() * doors.length)];
    const asked = this.chance() < TO_ALL ? doors : one ? [one] : [];
    await Promise.all(
      asked.map(async (door) => {
        for (const [i, { outcome, code }] of (await post(door, facts)).entries()) {
          if (ACKNOWLEDGED.has(outcome)) this.acknowledged.add(idOf(facts[i] as number));
          else this.otherwise.add(code ?? outcome);
        }
      }),
    );
  }
}

const idOf = (fact: number): string => `f${fact}`;

/** No outcomes where nobody answered: what became of the facts is unknown. */
async function post(door: Node, facts: readonly number[]): Promise<readonly Outcome[]> {
  const events = facts.map((n) => ({
    ...{ specversion: '1.0', id: idOf(n), source: 'crm', subject: `k${n % RECORDS}` },
    ...contentOf(n),
  }));
  try {
    const answer = await fetch(`${door.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(events),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const { results = [] }: { results?: readonly Outcome[] } = JSON.parse(await answer.text());
    return results;
  } catch {
    return [];
  }
}

/** Two records at a time are of one person, which becomes clear bit by bit. */
function contentOf(n: number) {
  const person = n % (RECORDS / 2);
  const who = `ada${person}`;
  if (n % 7 === 0)
    return { type: 'kith.name-stated.v1', data: { party: 'person', name: { given: who, family: `Stern${person}` } } };
  if (n % 11 === 0)
    return { type: 'kith.contact-point-stated.v1', data: { medium: 'email', value: `${who}@post.example` } };
  return { type: 'kith.note-taken.v1', data: { text: `note ${n}` } };
}
