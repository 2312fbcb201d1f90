/** What the log says of contact points that fell silent because too many people share them, and of those that speak again. */
import type { EventLog, LoggedEvent } from '../../eventstore/store';
import { decisionAppend } from '../domain/decision';
import { decode, type LogKeys } from '../domain/envelope';
import {
  VALUE_DEMOTED,
  VALUE_RESTORED,
  type ValueChange,
  valueData,
  valueHash,
  valueStream,
  valueTypes,
} from '../domain/generic-value';
import { type JsonObject, textOf } from '../domain/kernel';
import type { DemotedValue } from '../domain/matching/generic';
import { storeFailed } from '../domain/refusals';
import type { Seal } from '../domain/seal';
import { eventPages } from './pages';

export class ValueLedger {
  constructor(
    private readonly log: Pick<EventLog, 'read' | 'readAll' | 'appendBatch'>,
    private readonly keys: LogKeys,
    private readonly seal: Seal,
    private readonly now: () => number,
  ) {}

  /** Has it in the log; what stands there already is not said again. Throws `store-failed`. */
  async tell(changes: readonly ValueChange[]): Promise<void> {
    for (const { value, demoted } of changes) {
      const hash = valueHash(this.keys, value);
      await this.say(hash, demoted, valueData(hash, value));
    }
  }

  /** Of all values these are silent and no others: tells what the log says otherwise. Throws `store-failed`. */
  async reconcile(silent: readonly DemotedValue[]): Promise<void> {
    const hashes = new Set(silent.map((value) => valueHash(this.keys, value)));
    for (const [hash, data] of await this.demoted()) {
      if (!hashes.has(hash)) await this.say(hash, false, data);
    }
    await this.tell(silent.map((value) => ({ value, demoted: true })));
  }

  /** The hash that names it, and when it fell silent, if the log says that it is. */
  async standing(value: DemotedValue): Promise<{ readonly hash: string; readonly since?: string }> {
    const hash = valueHash(this.keys, value);
    const last = await this.last(hash);
    return { hash, ...(last?.type === VALUE_DEMOTED && { since: decode(last.bytes, this.seal).recordedAt }) };
  }

  /** What was said last of each value that is silent by the log. */
  private async demoted(): Promise<ReadonlyMap<string, JsonObject>> {
    const found = new Map<string, JsonObject>();
    for await (const events of eventPages(this.log, valueTypes)) {
      for (const { bytes } of events) {
        const { type, data } = decode(bytes, this.seal);
        const hash = textOf(data['hash']);
        if (type === VALUE_DEMOTED) found.set(hash, data);
        else found.delete(hash);
      }
    }
    return found;
  }

  private async last(hash: string): Promise<LoggedEvent | undefined> {
    return (await this.log.read(valueStream(hash), { direction: 'backward', limit: 1 })).events[0];
  }

  private async say(hash: string, demoted: boolean, data: JsonObject): Promise<void> {
    const last = await this.last(hash);
    // A value of which nothing was said speaks.
    if ((last?.type === VALUE_DEMOTED) === demoted) return;
    const stream = valueStream(hash);
    const n = last ? last.revision + 1n : 0n;
    const decision = {
      stream,
      type: demoted ? VALUE_DEMOTED : VALUE_RESTORED,
      clientId: `${stream}:${n}`,
      data,
    };
    const [outcome] = await this.log.appendBatch([
      decisionAppend(decision, this.keys, this.now(), last?.revision ?? 'none'),
    ]);
    // Somebody was faster, as a node may be that led before: what he said is looked at.
    if (outcome?.kind === 'wrong-version' || outcome?.kind === 'conflict') return this.say(hash, demoted, data);
    if (outcome?.kind === 'failed') throw storeFailed(outcome);
  }
}
