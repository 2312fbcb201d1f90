/**
 * How opinions get in: a wish about a pair of records becomes an event on the pair's stream, or nothing where it holds
 * already. People and the resolver decide through here, so that a person's word is never overruled by a rule.
 */
import type { Append, EventLog, Outcome } from '../../eventstore/store';
import { type Announcement, CUSTOMERS_FEED } from '../domain/announcement';
import { decisionAppend } from '../domain/decision';
import { decode, type LogKeys } from '../domain/envelope';
import {
  type Decided,
  decidePair,
  evolvePair,
  type Pair,
  type PairCommand,
  pairStream,
  RECORDS_LINKED,
  type Two,
} from '../domain/link';
import { Refusal, storeFailed } from '../domain/refusals';
import type { Seal } from '../domain/seal';

export interface Wish {
  readonly pair: Two;
  readonly command: PairCommand;
}

/** What became of a wish: the revision of its event on the pair's stream, and where the log stands with it. */
export type Granted =
  | { readonly outcome: 'decided'; readonly revision: bigint; readonly position: bigint }
  | { readonly outcome: 'nothing' };

interface Open extends Wish {
  readonly i: number;
  /** Taken to be the first decision about the pair, until the log says otherwise. */
  readonly isNew: boolean;
}

const ATTEMPTS = 3;
const WISHES_AT_ONCE = 500;

export class Deciding {
  constructor(
    private readonly log: EventLog,
    private readonly keys: LogKeys,
    private readonly seal: Seal,
    private readonly now: () => number,
  ) {}

  /** One answer a wish, in their order. Throws `held-apart`, `wrong-version` (others were faster three times), `store-failed`. */
  async decide(wishes: readonly Wish[], actor?: string): Promise<readonly Granted[]> {
    const granted: Granted[] = [];
    for (let from = 0; from < wishes.length; from += WISHES_AT_ONCE) {
      granted.push(...(await this.together(wishes.slice(from, from + WISHES_AT_ONCE), actor)));
    }
    return granted;
  }

  /** Tells consumers; what was told before is not told again. Throws `store-failed`. */
  async announce(told: readonly Announcement[]): Promise<void> {
    const appends = told.map(({ type, clientId, data }) =>
      decisionAppend({ stream: CUSTOMERS_FEED, type, clientId, data }, this.keys, this.now()),
    );
    for (const outcome of await this.log.appendBatch(appends)) {
      if (outcome.kind === 'failed') throw storeFailed(outcome);
    }
  }

  /** What holds of a pair, from the log itself, and the revisions of the last event about it and of the last link. */
  async pair(pair: Two): Promise<{ readonly pair: Pair; readonly last: bigint | 'none'; readonly linkedAt?: bigint }> {
    let held: Pair = {};
    let linkedAt: bigint | undefined;
    let last: bigint | 'none' = 'none';
    for (let end = false; !end; ) {
      const page = await this.log.read(pairStream(pair), { from: last === 'none' ? 0n : last + 1n });
      for (const { bytes, type, revision } of page.events) {
        held = evolvePair(held, decode(bytes, this.seal));
        last = revision;
        if (type === RECORDS_LINKED) linkedAt = revision;
      }
      end = page.end;
    }
    return { pair: held, last, ...(linkedAt !== undefined && { linkedAt }) };
  }

  private async together(wishes: readonly Wish[], actor: string | undefined): Promise<readonly Granted[]> {
    const granted = wishes.map((): Granted => ({ outcome: 'nothing' }));
    let open: readonly Open[] = wishes.map((wish, i) => ({
      ...wish,
      i,
      isNew: actor === undefined && isBeginning(wish),
    }));
    for (let attempt = 0; open.length > 0; attempt++) {
      if (attempt === ATTEMPTS)
        throw new Refusal(
          'wrong-version',
          'others decided about the same records at the same moment, three times; look again',
        );
      const tried: { readonly one: Open; readonly append: Append }[] = [];
      for (const one of open) {
        const { pair: held, last } = one.isNew ? UNDECIDED : await this.pair(one.pair);
        const [decided] = decidePair(one.command, held);
        if (decided) tried.push({ one, append: this.write(one.pair, decided, last, actor) });
      }
      const outcomes = await this.log.appendBatch(tried.map(({ append }) => append));
      const late: Open[] = [];
      for (const [n, { one }] of tried.entries()) {
        const settled = settle(outcomes[n], one);
        if (settled) granted[one.i] = settled;
        else late.push({ ...one, isNew: false });
      }
      open = late;
    }
    return granted;
  }

  private write(pair: Two, { type, data }: Decided, last: bigint | 'none', actor: string | undefined): Append {
    const stream = pairStream(pair);
    const decision = {
      stream,
      type,
      clientId: `${stream}:${last === 'none' ? 0n : last + 1n}`,
      data: { a: pair.a, b: pair.b, ...data },
      ...(actor !== undefined && { actor }),
    };
    return decisionAppend(decision, this.keys, this.now(), last);
  }
}

/** What rules begin is nearly always about a pair that nobody has decided about: they try before they look. */
const isBeginning = ({ command: { wants } }: Wish): boolean =>
  wants === 'linked' || wants === 'proposed' || wants === 'related';

const UNDECIDED: { readonly pair: Pair; readonly last: 'none' } = { pair: {}, last: 'none' };

/** Nothing where somebody else was faster; a conflict is that too: they gave the next decision its number. */
function settle(outcome: Outcome | undefined, { isNew }: Open): Granted | undefined {
  switch (outcome?.kind) {
    case 'duplicate':
    case 'appended':
      // The first decision about the pair said the same; whether it still holds, a look will tell.
      if (outcome.kind === 'duplicate' && isNew) return undefined;
      return { outcome: 'decided', revision: outcome.revision, position: outcome.position };
    case 'wrong-version':
    case 'conflict':
      return undefined;
    case 'failed':
      throw storeFailed(outcome);
    default:
      throw new Error('a single decision has an outcome, and cannot be partly known');
  }
}
