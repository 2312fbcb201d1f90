/** Events as the contract's cases need them: small, canonical, with the stamp where the log may lift it. */
import { createHash } from 'node:crypto';
import { canonical } from '../../../eventstore/canonical';
import type { Append, EventLog, LoggedEvent, NewEvent, Page, Position } from '../../../eventstore/store';

export interface Wanted {
  readonly id: string;
  readonly source?: string;
  readonly type?: string;
  readonly text?: string;
  readonly occurredAt?: number;
  readonly recordedAt?: number;
}

export const NOON = Date.UTC(2026, 2, 1, 12);

export function event({
  id,
  source = 'shop',
  type = 'PurchaseMade',
  text = 'a',
  occurredAt = NOON,
  recordedAt = NOON,
}: Wanted): NewEvent {
  const stamp = new Date(recordedAt).toISOString();
  const json = canonical({ id, occurredAt: new Date(occurredAt).toISOString(), recordedAt: stamp, source, text, type });
  const bytes = Buffer.from(json);
  const stampAt = bytes.indexOf('"recordedAt":"') + '"recordedAt":"'.length;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([type, text]))
    .digest()
    .subarray(0, 16);
  return { source, clientId: id, type, fingerprint, occurredAt, recordedAt, bytes, stampAt };
}

/** What an event's bytes say, in the names of the columns. */
export function columnsOf(bytes: Uint8Array) {
  const said = JSON.parse(Buffer.from(bytes).toString()) as Record<
    'id' | 'source' | 'type' | 'occurredAt' | 'recordedAt',
    string
  >;
  const { id: clientId, source, type } = said;
  return { clientId, source, type, occurredAt: Date.parse(said.occurredAt), recordedAt: Date.parse(said.recordedAt) };
}

export const textOf = (logged: LoggedEvent): unknown =>
  (JSON.parse(Buffer.from(logged.bytes).toString()) as { text: unknown }).text;

export const idOf = (logged: LoggedEvent): string => columnsOf(logged.bytes).clientId;

export const idsOf = (logged: readonly LoggedEvent[]): string[] => logged.map(idOf);

export const many = (prefix: string, count: number, more: Partial<Wanted> = {}): NewEvent[] =>
  Array.from({ length: count }, (_, i) => event({ ...more, id: `${prefix}${i}` }));

export const singly = (stream: string, events: readonly NewEvent[]): Append[] =>
  events.map((e) => ({ stream, expected: 'any', events: [e] }));

/** Positions of all events in order. Only their order means anything: an engine may leave gaps. */
export const positionsOf = async (log: Pick<EventLog, 'readAll'>): Promise<Position[]> =>
  (await everything(log)).map((event) => event.position);

/**
 * `value` with each `position` in it as the place it stands for: 1n for the first event of the log, 2n for the second. One
 * at which no event stands becomes −1n. `next` may lie behind events that were left out: it becomes the last place that
 * was passed.
 */
export async function placed<T>(log: Pick<EventLog, 'readAll'>, value: T): Promise<T> {
  const positions = await positionsOf(log);
  const place = (key: string, position: bigint): bigint => {
    const passed = BigInt(positions.filter((one) => one <= position).length);
    return key === 'next' || position === 0n || positions.includes(position) ? passed : -1n;
  };
  const replace = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(replace);
    if (typeof one !== 'object' || one === null || one instanceof Uint8Array) return one;
    const entries = Object.entries(one).map(([key, inner]): [string, unknown] => [
      key,
      (key === 'position' || key === 'next') && typeof inner === 'bigint' ? place(key, inner) : replace(inner),
    ]);
    return Object.fromEntries(entries);
  };
  return replace(value) as T;
}

/** Every page of the log from `after` to the end, as a reader walks it. */
export async function pagesOf(
  log: Pick<EventLog, 'readAll'>,
  after: Position,
  options?: Parameters<EventLog['readAll']>[1],
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let at = after; ; at = (pages.at(-1) as Page).next) {
    const page = await log.readAll(at, options);
    pages.push(page);
    if (page.end) return pages;
  }
}

export const everything = async (
  log: Pick<EventLog, 'readAll'>,
  options?: Parameters<EventLog['readAll']>[1],
): Promise<LoggedEvent[]> => (await pagesOf(log, 0n, options)).flatMap((page) => page.events);
