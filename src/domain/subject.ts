/**
 * How a record is written in one line: `source:key`, with % and : escaped as %25 and %3A in both, so that ("a","b:c")
 * is `a:b%3Ac` and never `a%3Ab:c`. Without a colon the text is a key of the event's own source.
 */
import type { Subject } from './kernel';
import { Refusal } from './refusals';

const MAX = 512;

export const writeSubject = ({ source, key }: Subject): string => `${escape(source)}:${escape(key)}`;

/** `source` is that of the event. Throws `bad-subject`. */
export function readSubject(written: unknown, source: string, what = 'subject'): Subject {
  if (typeof written !== 'string' || written === '') {
    throw new Refusal('bad-subject', `${what} is missing: name the record as source:key or key`);
  }
  const colon = written.indexOf(':');
  const subject =
    colon < 0
      ? { source, key: unescape(written, what) }
      : { source: unescape(written.slice(0, colon), what), key: unescape(written.slice(colon + 1), what) };
  for (const part of [subject.source, subject.key]) {
    if (part === '') throw new Refusal('bad-subject', `${what} has an empty source or key`);
    if (part.length > MAX)
      throw new Refusal('bad-subject', `${what} has a source or key of more than ${MAX} characters`);
    if (!part.isWellFormed()) throw new Refusal('bad-text', `${what} is not well-formed Unicode`);
  }
  return subject;
}

const escape = (part: string): string => part.replace(/%/g, '%25').replace(/:/g, '%3A');

function unescape(part: string, what: string): string {
  if (!part.includes(':') && !part.includes('%')) return part;
  const bad = /:|%(?!25|3A|3a)/.exec(part);
  if (bad) {
    throw new Refusal('bad-subject', `${what} holds ${bad[0]} unescaped; write % as %25 and : as %3A`);
  }
  return part.replace(/%3a/gi, ':').replace(/%25/g, '%');
}
