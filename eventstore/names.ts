/**
 * Stream names: `category-id`. The category is lower-case letters, so the first hyphen ends it; the id may hold any
 * character and is escaped so that two different ids never share a name.
 */
import { LogError, type StreamName } from './store';

const PLAIN = /^[A-Za-z0-9._~-]+$/;

/** `streamName('policy', 'a/b')` → `policy-a%2Fb`. The id is 1 to 256 characters; escaping is that of URI components, upper-case hex. */
export function streamName(category: string, id: string): StreamName {
  if (!/^[a-z]+$/.test(category))
    throw new LogError('bad-event', `stream category ${JSON.stringify(category)} must be lower-case letters`);
  if (id.length === 0 || id.length > 256 || !id.isWellFormed()) {
    throw new LogError('bad-event', `stream id of ${category} must be 1 to 256 well-formed characters`);
  }
  return `${category}-${PLAIN.test(id) ? id : escapeId(id)}`;
}

/** Inverse of `streamName`. */
export function streamParts(name: StreamName): { category: string; id: string } {
  const hyphen = name.indexOf('-');
  if (hyphen < 1) throw new LogError('bad-event', `${JSON.stringify(name)} is no stream name: category-id is wanted`);
  return { category: name.slice(0, hyphen), id: decodeURIComponent(name.slice(hyphen + 1)) };
}

/** encodeURIComponent leaves ! ' ( ) * alone; servers and shells do not, so they are escaped too. */
const escapeId = (id: string): string =>
  encodeURIComponent(id).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
