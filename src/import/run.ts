/**
 * An import from its first row to its last: batches from the workshop go to the log two at a time, are counted and
 * settled in their order, and every 50,000 rows the import writes down how far it came. Killed at any moment, the same
 * command goes on from there; what was in already is a duplicate.
 */
import { unpackAppends } from '../../eventstore/frames';
import type { NewEvent, Outcome } from '../../eventstore/store';
import { revisionsOf } from '../app/revising';
import { eventIdOf } from '../domain/envelope';
import {
  advanced,
  type FileSeen,
  finished,
  type ImportState,
  nothingRead,
  started,
  type Tally,
} from '../domain/importing';
import { courseOf, type Store, write } from './course';
import { type Identified, identify } from './identity';
import { brokenOff, untilKnown } from './resending';
import { Counting, type Fate } from './tally';
import { onOwnThread, onThisThread, type Workshop } from './thread';
import type { Batch, RefusedRow, WorkOrder } from './work';

export interface ImportOptions {
  readonly file: string;
  /** Text of the mapping file. */
  readonly mapping: string;
  /** Where rows go that did not become facts; nowhere when absent. */
  readonly errors?: string;
  /** Work on the calling thread instead of on one of its own. */
  readonly inThread?: boolean;
  readonly maxBytes?: number;
  /** After how many rows the import writes down how far it came; 50,000 when absent. */
  readonly advanceRows?: number;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly rows: number;
  /** Rows that an interrupted run had brought in before. */
  readonly resumedAt: number;
  readonly accepted: number;
  /** Of the file, packed where it is gzip. */
  readonly bytesRead: number;
  readonly bytes: number;
}

export interface ImportReport {
  readonly import: string;
  readonly file: FileSeen;
  /** `stopped`: the file is broken at `problem`; the rows before it are in. */
  readonly outcome: 'finished' | 'stopped';
  /** Rows that an interrupted run had brought in before. */
  readonly resumedAt: number;
  /** The same file was imported with the same mapping before; this pass only looked whether anything lacks. */
  readonly again: boolean;
  /** Undone; its facts stay retracted until it is redone. */
  readonly undone: boolean;
  readonly tally: Tally;
  /** The first rows that were refused or in conflict. */
  readonly samples: readonly Sample[];
  readonly errorFile?: string;
  readonly problem?: { readonly line: number; readonly detail: string };
}

export type Sample = Pick<RefusedRow, 'line' | 'reason'> & { readonly code: string };

const ADVANCE_ROWS = 50_000;
/** Batches at the log at once: while one is written, the next one waits there. */
const AT_THE_LOG = 2;
export const MOST_SAMPLES = 20;
export const MAX_BYTES = 262_144;

/** Throws `mapping-malformed` or `file-malformed` before anything is written. */
export async function importFile(store: Store, options: ImportOptions): Promise<ImportReport> {
  const identified = await identify(options.file, options.mapping);
  const { state } = await courseOf(store, identified.id);
  const again = state.state === 'finished' || state.state === 'undone';
  const order = orderOf(store, options, identified.id, again ? newPass : state);
  const workshop = await (options.inThread ? onThisThread(order) : onOwnThread(order));
  try {
    const begun =
      state.state === 'new'
        ? await write(store, state, started(state, identified.file, identified.mapping.json))
        : state;
    return await new Run(store, options, identified, workshop, begun, again).run();
  } finally {
    await workshop.close();
  }
}

const newPass = { tally: nothingRead, errorBytes: 0 };

function orderOf(
  { keys, now }: Store,
  { file, mapping, errors, maxBytes = MAX_BYTES }: ImportOptions,
  importId: string,
  { tally, errorBytes }: Pick<ImportState, 'tally' | 'errorBytes'>,
): WorkOrder {
  const order = { file, mapping, keys, importId, now: now(), maxBytes, skip: tally.rows };
  return errors === undefined ? order : { ...order, errors: { file: errors, keep: errorBytes } };
}

interface AtTheLog {
  readonly batch: Batch;
  readonly outcomes: Promise<readonly Outcome[]>;
}

class Run {
  private readonly counting: Counting;
  private readonly samples: Sample[] = [];
  private readonly resumedAt: number;
  private errorBytes: number;
  private writtenDown: number;

  constructor(
    private readonly store: Store,
    private readonly options: ImportOptions,
    private readonly identified: Identified,
    private readonly workshop: Workshop,
    private state: ImportState,
    private readonly again: boolean,
  ) {
    const { tally, errorBytes } = again ? newPass : state;
    this.counting = new Counting(identified.compiled, tally);
    this.resumedAt = tally.rows;
    this.writtenDown = tally.rows;
    this.errorBytes = errorBytes;
  }

  async run(): Promise<ImportReport> {
    const waiting: AtTheLog[] = [];
    let problem: Batch['broken'];
    for (let batch = await this.workshop.next(); batch; batch = problem ? undefined : await this.workshop.next()) {
      waiting.push(this.send(batch));
      problem = batch.broken;
      const first = waiting.length < AT_THE_LOG ? undefined : waiting.shift();
      if (first) await this.settle(first);
    }
    for (const one of waiting) await this.settle(one);
    if (!problem) await this.finish();
    else if (!this.again) await this.writeDown();
    return this.report(problem);
  }

  private send(batch: Batch): AtTheLog {
    const outcomes = this.store.log.appendFrame(batch.frame, { loose: true });
    // It is awaited in its turn; until then a failure must not count as unhandled.
    outcomes.catch(() => undefined);
    return { batch, outcomes };
  }

  private async settle({ batch, outcomes }: AtTheLog): Promise<void> {
    const conflicts: { row: number; reason: string }[] = [];
    const all = await untilKnown(this.store.log, () => [...unpackAppends(batch.frame)], await outcomes);
    const unusual = all.some(({ kind }) => kind !== 'appended');
    // Only then somebody asks which facts they are.
    const facts = unusual ? [...unpackAppends(batch.frame)].flatMap(({ events }) => events) : [];
    for (const [i, outcome] of all.entries()) {
      const fate = outcome.kind === 'appended' ? 'accepted' : await this.fateOf(outcome, facts[i]);
      this.counting.fact(batch.facts[i], fate);
      if (fate === 'conflict') conflicts.push({ row: batch.origins[i] ?? 0, reason: conflictOf(facts[i]) });
    }
    this.counting.read(batch);
    this.samples.push(...samplesOf(batch, conflicts).slice(0, Math.max(0, MOST_SAMPLES - this.samples.length)));
    this.errorBytes = await this.workshop.settle({ now: this.store.now(), conflicts });
    const { rows } = this.counting.tally;
    if (!this.again && rows - this.writtenDown >= (this.options.advanceRows ?? ADVANCE_ROWS)) await this.writeDown();
    this.options.onProgress?.({
      rows,
      resumedAt: this.resumedAt,
      accepted: this.counting.total('accepted'),
      bytesRead: batch.bytesRead,
      bytes: this.identified.file.bytes,
    });
  }

  private async fateOf(outcome: Exclude<Outcome, { kind: 'appended' }>, fact: NewEvent | undefined): Promise<Fate> {
    switch (outcome.kind) {
      case 'conflict':
        return 'conflict';
      case 'duplicate': {
        const { keys, log, seal } = this.store;
        const last = fact && (await revisionsOf(log, eventIdOf(keys, fact.source, fact.clientId), seal)).at(-1);
        return last?.kind === 'retracted' ? 'retracted' : 'duplicate';
      }
      case 'failed':
        throw brokenOff(outcome);
      case 'wrong-version':
      case 'partly-known':
        throw new Error(`a single fact appended at any version cannot be ${outcome.kind}`);
    }
  }

  private async writeDown(): Promise<void> {
    const { tally } = this.counting;
    this.state = await write(this.store, this.state, advanced(this.state, tally, this.errorBytes));
    this.writtenDown = tally.rows;
  }

  /** A pass that found everything in its place leaves no trace. */
  private async finish(): Promise<void> {
    if (this.again && this.counting.total('accepted') === 0) return;
    this.state = await write(this.store, this.state, finished(this.state, this.counting.tally, this.errorBytes));
  }

  private report(problem: Batch['broken']): ImportReport {
    const { errors } = this.options;
    return {
      import: this.identified.id,
      file: this.identified.file,
      outcome: problem ? 'stopped' : 'finished',
      resumedAt: this.resumedAt,
      again: this.again,
      undone: this.state.state === 'undone',
      tally: this.counting.tally,
      samples: this.samples,
      ...(errors !== undefined && this.errorBytes > 0 && { errorFile: errors }),
      ...(problem && { problem }),
    };
  }
}

/** Refused rows and conflicts of a batch, in that order. */
export function samplesOf({ refused, lines }: Batch, conflicts: readonly { row: number; reason: string }[]): Sample[] {
  const told = conflicts.map(({ row, reason }) => ({ line: lines[row] ?? 0, code: 'id-conflict', reason }));
  return [...refused.map(({ line, code, reason }) => ({ line, code, reason })), ...told];
}

const conflictOf = (fact: NewEvent | undefined): string =>
  `source ${fact?.source ?? ''} has sent other content under the id ${fact?.clientId ?? ''} before`;
