/**
 * Bytes of a body → a JSON value, or for NDJSON the stream itself. Bytes that are not UTF-8 are refused, never
 * replaced; what a parser cannot read is a problem with a reason.
 */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../domain/refusals';

export const NDJSON = 'application/x-ndjson';
export const EVENT = 'application/cloudevents+json';
export const BATCH = 'application/cloudevents-batch+json';

/** The only address that reads events, and streams. */
export const EVENTS = '/v1/events';

export function readBodies(server: FastifyInstance, maxBytes: number): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: maxBytes }, json);
  server.addContentTypeParser([EVENT, BATCH], { parseAs: 'buffer', bodyLimit: maxBytes }, (request, body, done) => {
    if (isForEvents(request)) json(request, body, done);
    else done(notRead(request));
  });
  server.addContentTypeParser(NDJSON, (request, payload, done) => {
    if (isForEvents(request)) done(encodingProblem(request) ?? null, payload);
    else done(notRead(request));
  });
}

type Done = (problem: Error | null, body?: unknown) => void;

function json(request: FastifyRequest, bytes: string | Buffer, done: Done): void {
  const problem = encodingProblem(request);
  if (problem) return done(problem);
  try {
    done(null, bytes.length === 0 ? undefined : parseJson(bytes, 'the body'));
  } catch (refusal) {
    done(refusal instanceof Error ? refusal : new Error('a body could not be read', { cause: refusal }));
  }
}

/** Throws `bad-text` for bytes that are not UTF-8, and `not-json`; says where, and never shows the content. */
export function parseJson(bytes: string | Buffer, what: string): unknown {
  if (typeof bytes !== 'string' && !isUtf8(bytes)) {
    throw new Refusal('bad-text', `${what} is not UTF-8; write it in UTF-8, without replacing what cannot be written`);
  }
  const text = bytes.toString('utf8');
  try {
    const value: unknown = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
    return value;
  } catch (problem) {
    const place = problem instanceof Error ? /at position \d+/.exec(problem.message) : null;
    throw new Refusal('not-json', `${what} is not JSON${place ? ` (${place[0]})` : ''}`);
  }
}

const isForEvents = (request: FastifyRequest): boolean => request.routeOptions.url === EVENTS || request.is404;

const notRead = (request: FastifyRequest): Refusal =>
  new Refusal('unsupported-media-type', `${mediaType(request)} is read at ${EVENTS} only; send application/json here`);

function encodingProblem(request: FastifyRequest): Refusal | undefined {
  const { 'content-encoding': encoding, 'content-type': type = '' } = request.headers;
  if (encoding !== undefined && encoding !== 'identity') {
    return new Refusal('unsupported-media-type', 'compressed bodies are not read; send it without Content-Encoding');
  }
  const charset = type.includes(';') ? /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(type)?.[1] : undefined;
  if (charset === undefined || /^utf-?8$/i.test(charset)) return undefined;
  return new Refusal('unsupported-media-type', 'JSON is UTF-8; other charsets are not read');
}

/** Without parameters, in lower case; '' when there is none. */
export const mediaType = (request: FastifyRequest): string =>
  (request.headers['content-type'] ?? '').split(';', 1).join('').trim().toLowerCase();
