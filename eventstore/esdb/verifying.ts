/** Recomputes the tree from the bytes that the server holds, and names the first place where the register says otherwise. */
import { setImmediate as turn } from 'node:timers/promises';
import type { ColumnsOf } from '../embedded/columns';
import type { Broken, LoggedEvent, Position, Verdict } from '../store';
import { Frontier, leafHash } from '../tree';
import type { Indexing } from './indexing';
import type { Reads } from './reads';
import { logged, type Stored } from './stored';

export interface VerifyOptions {
  readonly deep?: boolean;
  readonly onProgress?: (done: bigint, of: bigint) => void;
  readonly columnsOf?: ColumnsOf;
}

const PAGE = 1_000;
const THROUGH = 20_000;
/** Reads that bring nothing before an event that the register holds counts as gone. */
const PATIENT = 3;

type Leaf = { readonly position: Position; readonly leaf: Uint8Array };

export async function verifyLog(reads: Reads, indexing: Indexing, options: VerifyOptions): Promise<Verdict> {
  const { register } = indexing;
  const head = await indexing.reachEnd();
  const frontier = Frontier.empty();
  let [recordedAt, scanned] = [0, 0n];
  // A read may end early; where the head is not reached, nothing more than that it ended is known.
  for (let idle = 0; scanned < head.position && idle < PATIENT; ) {
    const page = await reads.page(scanned, { limit: PAGE, through: THROUGH, until: head.position });
    const leaves = await register.leaves(Number(frontier.size) + 1, page.events.length);
    for (const [i, stored] of page.events.entries()) {
      recordedAt = Math.max(recordedAt, stored.recordedAt);
      const event = logged(stored, recordedAt);
      const broken = compare(event, leaves[i]) ?? (options.deep ? compareColumns(stored, event, options) : undefined);
      if (broken) return { ok: false, broken };
      frontier.add(leafHash(event.bytes));
    }
    options.onProgress?.(frontier.size, BigInt(head.size));
    idle = page.scanned === scanned ? idle + 1 : 0;
    scanned = page.scanned;
    await turn();
  }
  const [missing] = await register.leaves(Number(frontier.size) + 1, 1);
  if (missing && Number(frontier.size) < head.size) return { ok: false, broken: gone(missing) };
  return { ok: true, size: frontier.size, root: frontier.root() };
}

const gone = ({ position }: Leaf): Broken => ({ position, what: 'this event is gone from the server' });

function compare({ position, bytes }: LoggedEvent, known: Leaf | undefined): Broken | undefined {
  if (!known || known.position > position) return { position, what: 'the register never saw this event' };
  if (known.position < position) return gone(known);
  if (leafHash(bytes).compare(known.leaf) === 0) return undefined;
  return { position, what: 'the bytes of this event do not fit its hash' };
}

function compareColumns(stored: Stored, event: LoggedEvent, { columnsOf }: VerifyOptions): Broken | undefined {
  const { position, stream, type, source, clientId, occurredAt } = stored;
  const kept = { stream, type, source, clientId, occurredAt, recordedAt: event.recordedAt };
  try {
    for (const [column, said] of Object.entries(columnsOf?.(event.bytes) ?? {})) {
      const stands = kept[column as keyof typeof kept];
      if (stands !== said) return { position, what: `${column} is stored as ${stands}, its bytes say ${said}` };
    }
  } catch (problem) {
    const why = problem instanceof Error ? problem.message : String(problem);
    return { position, what: `the bytes of this event are not what was written: ${why}` };
  }
  return undefined;
}
