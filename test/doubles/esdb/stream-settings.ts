/** What the metadata of a stream hide of it. Told by the last record of its metadata stream. */
import { dataOf } from './messages';
import { DELETED, type Recorded } from './shapes';

export interface StreamSettings {
  /** The first revision that is shown. */
  readonly before: bigint;
  readonly maxCount: bigint | undefined;
  /** Milliseconds. */
  readonly maxAge: number | undefined;
  /** Whatever else it says. */
  readonly others: Readonly<Record<string, unknown>>;
}

const METADATA = '$$';
const NOTHING: StreamSettings = { before: 0n, maxCount: undefined, maxAge: undefined, others: {} };
/** A metadata stream shows its last record. */
const OF_METADATA: StreamSettings = { ...NOTHING, maxCount: 1n };

export const metadataStreamOf = (stream: string): string => METADATA + stream;

/** The stream whose metadata this one holds. */
export const originalOf = (stream: string): string | undefined =>
  stream.startsWith(METADATA) ? stream.slice(METADATA.length) : undefined;

/** `last` is the last record of the stream's metadata. */
export function settingsOf(stream: string, last: Recorded | undefined): StreamSettings {
  if (originalOf(stream) !== undefined) return OF_METADATA;
  if (!last) return NOTHING;
  const text = dataOf(last.wire).toString();
  const { $tb: _, $maxCount, $maxAge, ...others } = JSON.parse(text) as Record<string, unknown>;
  return {
    // No number of JavaScript: it may be larger than those that are exact.
    before: BigInt(/"\$tb"\s*:\s*(\d+)/.exec(text)?.[1] ?? 0),
    maxCount: typeof $maxCount === 'number' ? BigInt($maxCount) : undefined,
    maxAge: typeof $maxAge === 'number' ? $maxAge * 1_000 : undefined,
    others,
  };
}

/** The metadata that say the same, but for what is shown. */
export function withBefore({ others, maxCount, maxAge }: StreamSettings, before: bigint): Buffer {
  const rest = JSON.stringify({
    ...others,
    ...(maxCount !== undefined && { $maxCount: Number(maxCount) }),
    ...(maxAge !== undefined && { $maxAge: maxAge / 1_000 }),
  }).slice(1);
  return Buffer.from(`{"$tb":${before}${rest === '}' ? '' : ','}${rest}`);
}

export const isSoftlyDeleted = ({ before }: StreamSettings): boolean => before === DELETED;

/** How many of these records, which follow one another, are hidden: always the oldest ones. */
export function hiddenOf(records: readonly Recorded[], settings: StreamSettings, now: number): number {
  const { before, maxCount, maxAge } = settings;
  const last = records.at(-1)?.revision ?? -1n;
  const first = maxCount !== undefined && last - maxCount + 1n > before ? last - maxCount + 1n : before;
  if (first === 0n && maxAge === undefined) return 0;
  const shown = records.findIndex(
    ({ revision, created }) => revision >= first && (maxAge === undefined || created + maxAge >= now),
  );
  return shown < 0 ? records.length : shown;
}
