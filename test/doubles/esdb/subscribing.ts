/** The double's subscriptions to the whole log, with filters, checkpoints and what becomes of a slow reader. */
import { randomUUID } from 'node:crypto';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import { filterOf, type Passes } from './filtering';
import { caughtUp, checkpoint, confirmation } from './messages';
import type { Node } from './node';
import { endOf, placeOf, type ReadCall, send } from './read-call';
import { type ServerError, thrownByHandler, tooSlow } from './server-errors';
import type { Recorded } from './shapes';

/** The server's default of records between two looks at whether a checkpoint is due. */
const WINDOW = 32;
/** Records that wait for a reader who is live before an old server drops it. */
const LIVE_BUFFER = 32;

export async function subscribe(node: Node, call: ReadCall, options: ReadReq.Options): Promise<void> {
  const { faults, counters } = node;
  counters.subscriptions += 1;
  const filter = options.getFilter();
  faults.filters.push(filter?.getStreamIdentifier()?.getPrefixList() ?? []);
  const from = startOf(node, options);
  const interval = filter?.getCheckpointintervalmultiplier();
  if (from === undefined || interval === 0) return void call.emit('error', thrownByHandler());
  const every = filter && (filter.getMax() || WINDOW) * (interval ?? 1);
  await new Subscription(node, call, { passes: filterOf(filter), from, every }).begin();
}

/** A subscription starts after the position it names. */
function startOf(node: Node, options: ReadReq.Options): number | undefined {
  const all = options.getAll();
  const position = all?.getPosition();
  if (!position) return all?.hasEnd() ? endOf(node) : 0;
  const at = placeOf(node, BigInt(position.getCommitPosition()), true);
  const isThere = at !== undefined && String(node.records.all[at]?.position) === position.getCommitPosition();
  return at === undefined ? undefined : at + (isThere ? 1 : 0);
}

interface Wanted {
  readonly passes: Passes;
  /** Index of the first record. */
  readonly from: number;
  /** Records between two checkpoints. */
  readonly every: number | undefined;
}

class Subscription {
  private at: number;
  /** Position that was looked at last, and how often records had been taken away then. */
  private seen = -1n;
  private rewrites: number;
  /** Up to where it was counted how many records wait, and how many they are. */
  private counted = 0;
  private waiting = 0;
  private live = false;
  private pumping = false;
  private over = false;
  private looked = 0;
  private readonly stop: readonly (() => void)[];

  constructor(
    private readonly node: Node,
    private readonly call: ReadCall,
    private readonly wanted: Wanted,
  ) {
    this.at = wanted.from;
    this.rewrites = node.records.rewrites;
    this.stop = [node.records.listen(() => void this.pump()), node.faults.subscribe(() => this.end())];
    call.on('cancelled', () => this.end());
  }

  async begin(): Promise<void> {
    await send(this.call, confirmation(randomUUID()));
    await this.pump();
  }

  private async pump(): Promise<void> {
    const { node, call } = this;
    if (this.pumping) return this.dropIfSlow();
    if (this.over || node.faults.silent) return;
    this.pumping = true;
    const { records } = node;
    if (records.rewrites !== this.rewrites)
      [this.at, this.rewrites] = [records.indexOf(this.seen + 1n), records.rewrites];
    for (; this.at < endOf(node) && !call.cancelled && !this.over; this.at++)
      await this.look(records.all[this.at] as Recorded);
    if (!this.live && !this.over) await send(call, caughtUp());
    this.live = true;
    this.pumping = false;
  }

  private async look(record: Recorded): Promise<void> {
    const { node, call, wanted } = this;
    node.counters.scanned += 1;
    this.seen = record.position;
    if (wanted.passes(record)) {
      node.counters.sent(record);
      await send(call, record.wire);
    }
    if (wanted.every !== undefined && ++this.looked % wanted.every === 0) await send(call, checkpoint(record.position));
  }

  private dropIfSlow(): void {
    const { node, wanted } = this;
    if (!this.live || this.over || !node.settings.isOld) return;
    if (this.counted <= this.at) [this.counted, this.waiting] = [this.at + 1, 0];
    for (; this.counted < endOf(node); this.counted++)
      if (wanted.passes(node.records.all[this.counted] as Recorded)) this.waiting += 1;
    if (this.waiting <= LIVE_BUFFER) return;
    node.counters.drops += 1;
    this.end(tooSlow());
  }

  private end(problem?: ServerError): void {
    if (this.over) return;
    this.over = true;
    for (const each of this.stop) each();
    if (problem) this.call.emit('error', problem);
    else this.call.end();
  }
}
