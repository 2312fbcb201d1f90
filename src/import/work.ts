/**
 * From rows to facts that a log can take: reads a file, maps and admits its rows in batches, packs the facts into bytes.
 * The work of the import's thread; the same code runs on the calling thread where a thread is not worth it. It knows no
 * log and never says that a row is in.
 */
import { hash } from 'node:crypto';
import { Packing } from '../../eventstore/frames';
import type { Append } from '../../eventstore/store';
import { type Admission, admit } from '../domain/admission';
import type { LogKeys } from '../domain/envelope';
import { Refusal, type RefusalCode } from '../domain/refusals';
import { identitySeal } from '../domain/seal';
import { type Cells, Columns } from './columns';
import { ErrorFile, type ErrorFileOptions } from './error-file';
import { type CompiledMapping, compileMapping, readMapping } from './mapping';
import { openTable, type RowBlock, type SourceRow } from './rows';

/** Plain data, so that it can travel to a thread. */
export interface WorkOrder {
  readonly file: string;
  /** Text of the mapping file. */
  readonly mapping: string;
  readonly keys: LogKeys;
  readonly importId: string;
  /** Milliseconds since 1970 UTC; each settled batch brings a new one. */
  readonly now: number;
  readonly maxBytes: number;
  /** Rows at the beginning that are in already: they are read, so that ordinals go on, and nothing else. */
  readonly skip: number;
  readonly errors?: ErrorFileOptions;
  /** Count rows that are copies of earlier ones; holds a hash of each row in memory. */
  readonly findCopies?: boolean;
}

export interface RefusedRow {
  /** In the batch, from 0. */
  readonly row: number;
  readonly line: number;
  readonly code: RefusalCode;
  readonly reason: string;
}

/** One batch, to be settled in its turn. `facts` and `origins` have an entry for each append in `frame`. */
export interface Batch {
  readonly rows: number;
  readonly frame: Uint8Array;
  /** Number of the fact in the mapping. */
  readonly facts: Uint16Array;
  /** Row of the batch, from 0. */
  readonly origins: Uint32Array;
  /** Rows that fell under each rule, refused ones not among them. */
  readonly byRule: readonly number[];
  readonly refused: readonly RefusedRow[];
  /** Of each row, the line of the file on which it begins. */
  readonly lines: Uint32Array;
  /** Rows that are copies of earlier ones, where they are counted. */
  readonly copies: number;
  readonly bytesRead: number;
  /** The file cannot be read behind this batch. */
  readonly broken?: { readonly line: number; readonly detail: string };
}

/** What became of a batch: rows of it that the log would not take, with the reason. */
export interface Settlement {
  readonly now: number;
  readonly conflicts: readonly { readonly row: number; readonly reason: string }[];
}

const BATCH_ROWS = 5_000;
/** What a batch usually takes, so that its frame rarely grows. */
const FRAME_BYTES = 4 * 1024 * 1024;

interface Taken {
  readonly row: SourceRow;
  readonly cells: Cells;
}

/** A batch while its rows come in. */
interface Making {
  readonly admission: Admission;
  readonly packing: Packing;
  /** Rows as they stood, where an error file may want them. */
  readonly taken: Taken[];
  readonly facts: number[];
  readonly origins: number[];
  readonly lines: number[];
  readonly refused: RefusedRow[];
  readonly byRule: number[];
  copies: number;
}

export class Work {
  private now: number;
  /** Rows of the batches that are not settled yet, for the error file. */
  private readonly open: { readonly taken: readonly Taken[]; readonly refused: readonly RefusedRow[] }[] = [];

  private readonly seen = new Set<string>();

  private constructor(
    private readonly order: WorkOrder,
    private readonly columns: Columns,
    private readonly mapping: CompiledMapping,
    private readonly trim: boolean,
    private readonly blocks: AsyncGenerator<RowBlock>,
    private readonly errors: ErrorFile | undefined,
  ) {
    this.now = order.now;
  }

  /** Throws `mapping-malformed` or `file-malformed` before anything is read as a row. */
  static async open(order: WorkOrder): Promise<Work> {
    const mapping = readMapping(order.mapping);
    const table = await openTable(order.file, mapping);
    const columns = table.header ? Columns.ofHeader(table.header) : Columns.ofPaths();
    const compiled = compileMapping(mapping, columns);
    const errors = order.errors && new ErrorFile(order.errors, table, columns);
    return new Work(order, columns, compiled, mapping.trim, table.blocks, errors);
  }

  async *batches(): AsyncGenerator<Batch> {
    let skip = this.order.skip;
    let making = this.begin();
    for await (const { rows, bytesRead, broken } of this.blocks) {
      for (const row of rows) {
        const cells = this.complete(row);
        if (skip-- > 0) continue;
        this.take(making, row, cells);
        if (making.lines.length < BATCH_ROWS) continue;
        yield this.finish(making, bytesRead);
        making = this.begin();
      }
      if (broken) {
        yield { ...this.finish(making, bytesRead), broken };
        return;
      }
    }
    if (making.lines.length > 0) yield this.finish(making, 0);
  }

  /** Of the first batch that is not settled. Answers the size of the error file in bytes. */
  settle({ now, conflicts }: Settlement): number {
    this.now = now;
    const batch = this.open.shift();
    if (!this.errors) return 0;
    const reasons = new Map(conflicts.map(({ row, reason }) => [row, reason]));
    for (const { row, reason } of batch?.refused ?? []) reasons.set(row, reason);
    for (const [row, reason] of [...reasons].sort(([a], [b]) => a - b)) {
      const bad = batch?.taken[row];
      if (bad) this.errors.add(bad.row, bad.cells, reason);
    }
    return this.errors.bytes;
  }

  close(): void {
    this.errors?.close();
  }

  /** Trims, and adds the counted cells, for which every row counts, broken ones too. */
  private complete(row: SourceRow): Cells {
    const { line, object, problem } = row;
    const cells = problem === undefined ? row.cells : row.cells.slice(0, this.columns.width);
    if (this.trim) for (let i = 0; i < cells.length; i++) cells[i] = (cells[i] ?? '').trim();
    this.columns.complete(cells, line, object);
    return cells;
  }

  private begin(): Making {
    return {
      admission: { ...this.order, seal: identitySeal, now: this.now },
      packing: new Packing(FRAME_BYTES),
      taken: [],
      facts: [],
      origins: [],
      lines: [],
      refused: [],
      byRule: this.mapping.rules.map(() => 0),
      copies: 0,
    };
  }

  /** Packed at once, so that nothing of a row but its bytes waits for the rest of the batch. */
  private take(making: Making, row: SourceRow, cells: Cells): void {
    const at = making.lines.push(row.line) - 1;
    if (this.errors) making.taken.push({ row, cells });
    if (this.order.findCopies && this.isCopy(row)) making.copies += 1;
    const made = this.admitRow(row, cells, making.admission);
    if (made instanceof Refusal) {
      making.refused.push({ row: at, line: row.line, code: made.code, reason: made.message });
      return;
    }
    making.byRule[made.rule] = (making.byRule[made.rule] ?? 0) + 1;
    for (const { fact, append } of made.facts) {
      making.packing.add(append);
      making.facts.push(fact);
      making.origins.push(at);
    }
  }

  private finish({ packing, taken, facts, origins, lines, byRule, refused, copies }: Making, bytesRead: number): Batch {
    this.open.push({ taken, refused });
    return {
      rows: lines.length,
      frame: packing.take(),
      facts: Uint16Array.from(facts),
      origins: Uint32Array.from(origins),
      lines: Uint32Array.from(lines),
      byRule,
      refused,
      copies,
      bytesRead,
    };
  }

  private isCopy({ cells, text }: SourceRow): boolean {
    const key = hash('sha1', text ?? JSON.stringify(cells.slice(0, this.columns.width)), 'base64');
    const known = this.seen.has(key);
    this.seen.add(key);
    return known;
  }

  /** All facts of a row, or the refusal of the first that cannot be one: a row is in as a whole or not at all. */
  private admitRow({ problem }: SourceRow, cells: Cells, admission: Admission): AdmittedRow | Refusal {
    if (problem !== undefined) return new Refusal('row-malformed', problem);
    try {
      const { rule, facts } = this.mapping.read(cells);
      return { rule, facts: facts.map(({ fact, event }) => ({ fact, append: admit(event, admission).append })) };
    } catch (refusal) {
      if (refusal instanceof Refusal) return refusal;
      throw refusal;
    }
  }
}

interface AdmittedRow {
  readonly rule: number;
  readonly facts: readonly { readonly fact: number; readonly append: Append }[];
}
