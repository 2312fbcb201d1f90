/** The two years that the demo tells of. Nothing here reads a clock: the story ends on a fixed day. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** First and last moment of the story, in milliseconds since 1970 UTC. */
export const BEGIN = Date.UTC(2024, 0, 1);
export const END = Date.UTC(2026, 0, 1);

/** `2025-06-14` → milliseconds; with an hour, `2025-06-14 09:30`. */
export const on = (day: string): number =>
  Date.parse(day.includes(' ') ? `${day.replace(' ', 'T')}:00Z` : `${day}T10:00:00Z`);
