/**
 * A source to which facts come at a steady rate, whatever becomes of the node that takes them. What was not acknowledged it
 * sends again, oldest first; while nobody takes any it keeps half a minute's worth, and what would come beyond does not come.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Node } from './nodes';

export interface Pace {
  readonly perSecond: number;
  /** Facts of one request at most. */
  readonly batch: number;
  /** Requests on their way at once. */
  readonly inFlight: number;
  /** Facts that wait to be sent at most. */
  readonly waiting: number;
}

type Outcome = { readonly outcome: string };
const ACKNOWLEDGED: ReadonlySet<string> = new Set(['accepted', 'duplicate']);

/** Milliseconds between two looks at what has come, and after a request that failed. */
const EVERY = 20;
const AFTER_FAILURE = 200;
/** Milliseconds after which a request counts as failed. */
const PATIENCE = 30_000;
const RECORDS = 400;

export class Source {
  readonly acknowledged = new Set<string>();
  /** How many facts have come; they are numbered from 0. */
  private come = 0;
  private waiting: number[] = [];

  constructor(
    /** Who takes facts just now. */
    private readonly door: () => Node | undefined,
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
      const outcomes = await post(this.door(), facts);
      const again = facts.filter((_, i) => !ACKNOWLEDGED.has(outcomes[i]?.outcome ?? ''));
      const failed = new Set(again);
      for (const one of facts) if (!failed.has(one)) this.acknowledged.add(`f${one}`);
      if (again.length === 0) continue;
      this.waiting = [...again, ...this.waiting].sort((a, b) => a - b);
      await wait(AFTER_FAILURE);
    }
  }
}

/** No outcomes where nobody answered: what became of them is unknown. */
async function post(door: Node | undefined, facts: readonly number[]): Promise<readonly Outcome[]> {
  if (!door) return [];
  const events = facts.map((n) => ({
    ...{ specversion: '1.0', id: `f${n}`, source: 'crm', subject: `k${n % RECORDS}` },
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
