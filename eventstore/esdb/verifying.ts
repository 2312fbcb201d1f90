/** Recomputes the tree from the bytes that the server holds, and names the first place where the register says otherwise. */
import { setImmediate as turn } from 'node:timers/promises';
import type { ColumnsOf } from '../embedded/columns';
import type { Broken, LoggedEvent, Position, Verdict } from '../store';
import { Frontier, leafHash } from '../tree';
import type { Indexing } from './indexing';
import type { Reads } from './reads';
import type { Register } from './register';
import { logged, type Stored, type Tenant } from './stored';

export interface VerifyOptions {
  readonly deep?: boolean;
  readonly onProgress?: (done: bigint, of: bigint) => void;
  readonly columnsOf?: ColumnsOf;
}

const PAGE = 1_000;
/** Milliseconds for which one read waits for a server that is away. */
const PATIENCE = 30_000;
/** Reads that bring nothing before an event that the register holds counts as gone. */
const PATIENT = 3;

type Leaf = { readonly position: Position; readonly leaf: Uint8Array };

export async function verifyLog(
  { reads, indexing, tenant }: { readonly reads: Reads; readonly indexing: Indexing; readonly tenant: Tenant },
  options: VerifyOptions,
): Promise<Verdict> {
  const { register } = indexing;
  const patience = () => performance.now() + PATIENCE;
  const head = await indexing.reachEnd(patience());
  const frontier = Frontier.empty();
  let [recordedAt, scanned] = [0, 0n];
  // A read may end early; where the head is not reached, nothing more than that it ended is known.
  for (let idle = 0; scanned < head.position && idle < PATIENT; ) {
    const page = await reads.page(scanned, { limit: PAGE, patience: patience() });
    const events = page.events.filter(({ position }) => position <= head.position);
    const leaves = await register.leaves(Number(frontier.size) + 1, events.length);
    for (const [i, stored] of events.entries()) {
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
  const hidden = (await gapIn(register)) ?? (await hiddenBySettings(reads, tenant, patience()));
  if (hidden) return { ok: false, broken: hidden };
  return { ok: true, size: frontier.size, root: frontier.root() };
}

/** What the log never showed to a register that was made after it was deleted. */
async function gapIn(register: Register): Promise<Broken | undefined> {
  const [gap] = await register.gaps();
  if (!gap) return undefined;
  const { position, stream, from, until } = gap;
  const which = until - from === 1n ? `event ${from}` : `events ${from} to ${until - 1n}`;
  return { position, what: `${which} of the stream ${stream} are gone from the server: they were deleted, or expired` };
}

/**
 * A stream that is deleted or has an end of its own hides events from those who read it, long before they are gone from the
 * whole log. Told by what stands in its metadata now.
 */
async function hiddenBySettings(reads: Reads, { prefix }: Tenant, patience: number): Promise<Broken | undefined> {
  const settings = new Map<string, Broken>();
  await reads.everyOf(`$$${prefix}`, patience, ({ stream, data, position = 0n }) => {
    const name = stream.slice(2);
    const what = settingIn(data);
    if (what === undefined) settings.delete(name);
    else settings.set(name, { position, what: `the stream ${name} ${what}: remove that from its metadata` });
  });
  return settings.values().next().value;
}

/** A soft deletion is told as a truncation before the last revision there can be. */
const DELETED = 9_223_372_036_854_775_807n;

function settingIn(metadata: Uint8Array): string | undefined {
  const text = Buffer.from(metadata).toString();
  const before = /"\$tb"\s*:\s*(\d+)/.exec(text)?.[1];
  if (before !== undefined && BigInt(before) === DELETED)
    return 'was deleted on the server, its events are hidden ($tb)';
  if (before !== undefined && BigInt(before) > 0n) return `hides its events before ${before} ($tb)`;
  const other = /"\$(maxCount|maxAge)"\s*:\s*(\d+)/.exec(text);
  return other ? `hides events by $${other[1]} ${other[2]}` : undefined;
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
