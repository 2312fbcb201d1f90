/**
 * Many events in one request: sent to intake in bounded batches, two under way at most, every item counted. Memory does
 * not grow with the request; only the first items that were not stored are named.
 */
import type { Readable } from 'node:stream';
import { type Intake, type ItemResult, refused } from '../app/intake';
import { withDeadline } from '../app/request-deadline';
import { type FieldError, Refusal, type RefusalCode } from '../domain/refusals';
import { type Line, LineReader } from './lines';
import { parseJson } from './reading-bodies';

/** What became of one item, as clients read it. `line` in a stream, `index` (from 0) in a batch. */
export type ItemAnswer = { readonly line?: number; readonly index?: number } & (
  | { readonly outcome: 'accepted' | 'duplicate' | 'retracted'; readonly event: string; readonly record: string }
  | {
      readonly outcome: 'conflict';
      readonly code: 'id-conflict';
      readonly event: string;
      readonly detail: string;
      readonly known: string;
      readonly sent: string;
    }
  | {
      readonly outcome: 'refused';
      readonly code: RefusalCode;
      readonly detail: string;
      readonly errors?: readonly FieldError[];
    }
);

export function answerOf(result: ItemResult): ItemAnswer {
  switch (result.outcome) {
    case 'conflict':
      return { code: 'id-conflict', ...result };
    case 'refused': {
      const { errors, ...rest } = result;
      return errors.length > 0 ? { ...rest, errors } : rest;
    }
    default:
      return { outcome: result.outcome, event: result.event, record: result.record };
  }
}

/** How many of each outcome, and how far the log is with what it holds of them. */
export class Tally {
  private readonly counts = { accepted: 0, duplicate: 0, retracted: 0, conflict: 0, refused: 0 };
  private last: bigint | undefined;

  count(result: ItemResult): void {
    this.counts[result.outcome]++;
    if ('position' in result && (this.last === undefined || result.position > this.last)) this.last = result.position;
  }

  get summary(): Readonly<Record<ItemResult['outcome'], number>> {
    return this.counts;
  }

  /** Of the last item that stands in the log. */
  get position(): bigint | undefined {
    return this.last;
  }
}

const BATCH = 1_000;
/** Bytes of lines that wait together, so that a batch of long lines is a short one. */
const BATCH_BYTES = 4 * 1024 * 1024;
const NAMED = 1_000;

export interface BatchAnswer {
  readonly tally: Tally;
  readonly results: readonly ItemAnswer[];
}

/** All items of an array that is in memory anyway, each with its answer. */
export async function takeBatch(intake: Intake, items: readonly unknown[]): Promise<BatchAnswer> {
  const tally = new Tally();
  const results: ItemAnswer[] = [];
  for (let start = 0; start < items.length; start += BATCH) {
    for (const result of await intake.accept(items.slice(start, start + BATCH))) {
      tally.count(result);
      results.push({ index: results.length, ...answerOf(result) });
    }
  }
  return { tally, results };
}

export interface StreamAnswer extends BatchAnswer {
  /** Items that are not stored as sent, beyond those in `results`. */
  readonly unnamed: number;
}

/** NDJSON of any length. Rejects when the stream breaks off; what was read until then may be stored. */
export async function takeStream(intake: Intake, stream: Readable, maxLineBytes: number): Promise<StreamAnswer> {
  const taking = new Taking(intake);
  const reader = new LineReader(maxLineBytes);
  // A stream that is left early must stay open: the answer goes out over the same socket.
  const pieces: AsyncIterable<Buffer> = stream.iterator({ destroyOnReturn: false });
  for await (const piece of pieces) await taking.take(reader.push(piece));
  await taking.take(reader.end());
  return taking.finish();
}

class Taking {
  private readonly tally = new Tally();
  private readonly named: ItemAnswer[] = [];
  private unnamed = 0;
  private lines: Line[] = [];
  private bytes = 0;
  /** The last two batches that were sent. Each ends after the one before it, and fails with it. */
  private older: Promise<void> = Promise.resolve();
  private newer: Promise<void> = Promise.resolve();
  private underWay = 0;

  constructor(private readonly intake: Intake) {}

  async take(lines: readonly Line[]): Promise<void> {
    for (const line of lines) {
      this.lines.push(line);
      this.bytes += line.bytes?.length ?? 0;
      if (this.lines.length >= BATCH || this.bytes >= BATCH_BYTES) await this.send();
    }
    // While nothing is under way there is nothing to wait for: a slow stream is stored as it comes.
    if (this.lines.length > 0 && this.underWay === 0) await this.send();
  }

  async finish(): Promise<StreamAnswer> {
    if (this.lines.length > 0) await this.send();
    await this.newer;
    return { tally: this.tally, results: this.named, unnamed: this.unnamed };
  }

  /** Waits until only one batch is under way, then sends the lines that are here as the second. */
  private async send(): Promise<void> {
    const lines = this.lines;
    this.lines = [];
    this.bytes = 0;
    await this.older;
    this.older = this.newer;
    this.underWay++;
    this.newer = this.store(lines, this.older).finally(() => this.underWay--);
    // A failure is thrown where it is awaited next, at the latest in finish().
    this.newer.catch(() => undefined);
  }

  private async store(lines: readonly Line[], before: Promise<void>): Promise<void> {
    const read = lines.map(readLine);
    // A stream lasts as long as it is sent; each batch of it has the time of a request.
    const results = await withDeadline(() => this.intake.accept(read.filter((value) => !(value instanceof Refusal))));
    await before;
    let next = 0;
    for (const [i, value] of read.entries()) {
      const result = value instanceof Refusal ? refused(value) : results[next++];
      if (result) this.count(lines[i]?.number ?? 0, result);
    }
  }

  private count(line: number, result: ItemResult): void {
    this.tally.count(result);
    if (result.outcome === 'accepted' || result.outcome === 'duplicate') return;
    if (this.named.length < NAMED) this.named.push({ line, ...answerOf(result) });
    else this.unnamed++;
  }
}

function readLine({ number, bytes }: Line): unknown {
  if (!bytes)
    return new Refusal(
      'line-too-long',
      `line ${number} is longer than the limit; store large contents elsewhere and send a reference`,
    );
  try {
    return parseJson(bytes, `line ${number}`);
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal;
    throw refusal;
  }
}
