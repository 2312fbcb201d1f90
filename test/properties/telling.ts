/** Plays a random history into a Kith, one minute a step, and cuts logs. */
import { MemoryLog } from '../../eventstore/memory';
import type { LoggedEvent, NewEvent } from '../../eventstore/store';
import { decode, type FactEvent, recordOf } from '../../src/domain/envelope';
import { type JsonObject, textOf } from '../../src/domain/kernel';
import { Refusal } from '../../src/domain/refusals';
import { identitySeal } from '../../src/domain/seal';
import { Runner } from '../../src/app/runner';
import { MemoryViewStore } from '../../src/views/memory';
import type { ViewSet } from '../../src/app/ports';
import { type Given, given, level } from '../given';
import type { History } from '../histories';

const start = Date.UTC(2026, 0, 1);
const minute = 60_000;

/** The clock at step i, in milliseconds. */
export const clockAt = (i: number): number => start + i * minute;

export async function tell(history: History): Promise<Given> {
  const g = await given();
  for (const [i, step] of history.entries()) {
    g.at(new Date(clockAt(i)).toISOString());
    if (step.do === 'say') await g.kith.intake.accept([step.event]);
    else await revise(g, history, i, step);
  }
  await level(g.kith);
  return g;
}

/** Does what a step wants about an earlier fact; what cannot be is refused. */
export async function revise(
  { kith }: Given,
  history: readonly { readonly do: string; readonly event?: JsonObject }[],
  i: number,
  { do: kind, back }: { do: 'retracted' | 'reinstated' | 'corrected'; back: number },
): Promise<void> {
  const target = history[i - 1 - back];
  if (!target?.event) return;
  const { data, id } = target.event;
  const corrected = { ...Object(data), channel: `put-right-${i}` };
  try {
    await kith.revising.revise({
      kind,
      fact: { source: 'crm', id: textOf(id) },
      reason: 'test',
      ...(kind === 'corrected' && { data: corrected }),
    });
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
  }
}

export async function allEvents({ kith }: Given): Promise<readonly LoggedEvent[]> {
  return (await kith.log.readAll(0n, { limit: 100_000 })).events;
}

export const facts = (events: readonly LoggedEvent[]): FactEvent[] =>
  events.filter((e) => recordOf(e.stream)).map((e) => decode(e.bytes, identitySeal));

/** A log that holds just these events, stamps included, and its views: folded in pages of `page`, or built in parts of `part` events. */
export const cut = async (events: readonly LoggedEvent[], sizes = {}): Promise<ViewSet> =>
  (await cutLog(events, sizes)).views;

export async function cutLog(
  events: readonly LoggedEvent[],
  { page = 7, part = 0 } = {},
): Promise<{ readonly log: MemoryLog; readonly views: ViewSet }> {
  const log = new MemoryLog();
  for (const event of events) {
    await log.append(event.stream, 'any', [writtenAs(event)]);
  }
  const views = await new MemoryViewStore().create('cut');
  const runner = new Runner(log, views, identitySeal, { page, flush: page, cached: 3, part });
  if (part > 0) await runner.build();
  while (!(await runner.step()).level);
  return { log, views };
}

/** What was appended to become this event. */
export function writtenAs(event: LoggedEvent): NewEvent {
  const { source, clientId, fingerprint, recordedAt } = JSON.parse(Buffer.from(event.bytes).toString());
  return {
    source,
    clientId,
    type: event.type,
    fingerprint: Buffer.from(fingerprint, 'hex'),
    occurredAt: event.occurredAt,
    recordedAt: Date.parse(recordedAt),
    bytes: event.bytes,
    stampAt: Buffer.from(event.bytes).lastIndexOf('"recordedAt":"') + 14,
  };
}
