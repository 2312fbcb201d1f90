/**
 * CloudEvents 1.0 over HTTP, binary mode: attributes in headers, data in the body. Makes the same object that
 * structured mode sends, so that one event has one fingerprint in both. It judges no attribute; admission does.
 */
import type { FastifyRequest } from 'fastify';
import { Refusal } from '../domain/refusals';
import { EVENT, mediaType } from './reading-bodies';

export const isBinaryMode = ({ headers }: FastifyRequest): boolean =>
  headers['ce-specversion'] !== undefined || headers['ce-id'] !== undefined || headers['ce-type'] !== undefined;

/** Throws `not-an-event` for headers that are twice there, not percent-encoded, or would be the data. */
export function binaryEvent(request: FastifyRequest): Readonly<Record<string, unknown>> {
  if (mediaType(request) === EVENT) {
    throw new Refusal(
      'not-an-event',
      'the event is in the body (structured mode) and in ce- headers (binary mode); send one of them',
    );
  }
  const attributes = new Map<string, unknown>();
  const { rawHeaders } = request.raw;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (!name.startsWith('ce-')) continue;
    const attribute = name.slice('ce-'.length);
    if (attributes.has(attribute)) throw new Refusal('not-an-event', `the header ${name} is there twice`);
    if (attribute === 'data' || attribute === 'datacontenttype') {
      throw new Refusal(
        'not-an-event',
        `${name} is no header of binary mode: data is the body, its type is Content-Type`,
      );
    }
    attributes.set(attribute, decode(name, rawHeaders[i + 1] ?? ''));
  }
  if (request.body !== undefined) attributes.set('data', request.body);
  return Object.fromEntries(attributes);
}

/** Section 3.1.3.2 of the HTTP binding: double quotes taken off, then one round of percent-decoding. */
function decode(name: string, value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(value)?.[1];
  const written = quoted === undefined ? value : quoted.replace(/\\(.)/gs, '$1');
  if (/[^\x20-\x7e]/.test(written)) throw notEncoded(name);
  if (!written.includes('%')) return written;
  try {
    return decodeURIComponent(written);
  } catch {
    throw notEncoded(name);
  }
}

const notEncoded = (name: string): Refusal =>
  new Refusal('not-an-event', `the header ${name} is not percent-encoded UTF-8: write % as %25 and é as %C3%A9`);
