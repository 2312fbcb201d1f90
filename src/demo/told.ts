/** What a source tells about one record, and how it becomes a CloudEvent. Ids count per record, in the order in which things became known. */
import type { JsonObject, Subject } from '../domain/kernel';
import { writeSubject } from '../domain/subject';
import { BEGIN, END } from './days';

export type Source = 'shop' | 'website' | 'callcentre' | 'billing';

export interface Told {
  /** When it was true, and when we heard of it: milliseconds since 1970 UTC. */
  readonly at: number;
  readonly learned: number;
  readonly source: Source;
  readonly record: Subject;
  /** Without prefix and version: `purchase-made`. */
  readonly type: string;
  readonly data: JsonObject;
  readonly zone: string;
  readonly actor?: string;
  /** The order or case that it belongs to. */
  readonly story?: string;
}

/** Where a group of people collects what is told of them. */
export interface Teller {
  readonly told: readonly Told[];
  readonly tell: (
    fact: Omit<Told, 'learned' | 'source'> & { readonly source?: Source; readonly after?: number },
  ) => void;
}

/** How long a source takes to report, in milliseconds: the site at once, the shop at the till, the others at night. */
const DELAY: Readonly<Record<Source, number>> = {
  website: 900,
  shop: 45_000,
  callcentre: 2 * 3_600_000,
  billing: 30 * 3_600_000,
};

const isSource = (name: string): name is Source => Object.hasOwn(DELAY, name);

export function teller(): Teller {
  const told: Told[] = [];
  return {
    told,
    tell: ({ after = 0, source, ...fact }) => {
      const by = source ?? (isSource(fact.record.source) ? fact.record.source : 'shop');
      const at = Math.floor(fact.at);
      const learned = Math.floor(Math.max(at, BEGIN) + DELAY[by] + after);
      if (learned < END) told.push({ ...fact, at, source: by, learned });
    },
  };
}

export interface Sent {
  /** Milliseconds since 1970 UTC at which it arrives. */
  readonly at: number;
  readonly event: JsonObject;
}

/** The events of one group in the order of their arrival. */
export function send(told: readonly Told[]): readonly Sent[] {
  const counts = new Map<string, number>();
  return [...told]
    .sort((a, b) => a.learned - b.learned)
    .map(({ at, learned, source, record, type, data, zone, actor, story }) => {
      const count = (counts.get(record.key) ?? 0) + 1;
      counts.set(record.key, count);
      const event = {
        specversion: '1.0',
        id: `${record.key}/${count}`,
        source,
        type: `kith.${type}.v1`,
        subject: writeSubject(record),
        time: new Date(at).toISOString(),
        zone,
        ...(actor !== undefined && { actor }),
        ...(story !== undefined && { correlationid: story }),
        data,
      };
      return { at: learned, event };
    });
}
