/**
 * How Kith says no over HTTP: every refusal, and what only a door can refuse, as a problem of RFC 9457. The one place
 * that knows which code has which status; it never shows a stack or the words of an unexpected error.
 */
import { LogError } from '../../eventstore/store';
import { StoreAway } from '../app/standing';
import { type FieldError, logCodes, Refusal, type RefusalCode, refusals } from '../domain/refusals';

/** Reasons that exist only at this door, in the words of the docs. */
const doorReasons = {
  'method-not-allowed': 'This address exists, but not for this method. The header Allow names those it has.',
  'body-too-large': 'The body is larger than the limit. Send large amounts line by line as application/x-ndjson.',
  'batch-too-long': 'The batch has too many items. Send fewer, or send them line by line as application/x-ndjson.',
  'address-too-long': 'The address or its headers are longer than the limit.',
  'malformed-request': 'The request is not well-formed HTTP, or its body is not as long as it says.',
  'other-log': 'The position token belongs to another log than this one. Read without it.',
  'store-away':
    'The log or the store of the views cannot be reached now. Nothing is lost; it is asked for again at each request.',
  'shutting-down': 'This process is about to end. Nothing of the request was done that it does not say; send it again.',
  'internal-error': 'Something unexpected went wrong here. Nothing is lost; the same ids may be sent again.',
} as const;

export type ProblemCode = RefusalCode | keyof typeof doorReasons;

/** code → what it means and what to do. */
export const reasons: Readonly<Record<ProblemCode, string>> = { ...refusals, ...doorReasons };

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(reasons, code);

/** What is well-formed and still not acceptable is 422; the others stand here. */
const statuses: Readonly<Partial<Record<ProblemCode, number>>> = {
  'not-json': 400,
  'bad-parameter': 400,
  'bad-cursor': 400,
  'identifier-malformed': 400,
  'unknown-field': 400,
  'malformed-request': 400,
  'other-log': 400,
  'customer-unknown': 404,
  'fact-unknown': 404,
  'record-unknown': 404,
  'model-unknown': 404,
  'policy-unknown': 404,
  'override-unknown': 404,
  'import-unknown': 404,
  'not-found': 404,
  'method-not-allowed': 405,
  'id-conflict': 409,
  'fact-retracted': 409,
  'held-apart': 409,
  'not-merged': 409,
  'wrong-version': 412,
  'data-too-large': 413,
  'line-too-long': 413,
  'body-too-large': 413,
  'batch-too-long': 413,
  'address-too-long': 414,
  'unsupported-media-type': 415,
  'folder-unusable': 500,
  'internal-error': 500,
  'log-damaged': 500,
  'behind-token': 503,
  'store-failed': 503,
  'not-ready': 503,
  'store-away': 503,
  'log-denied': 503,
  'shutting-down': 503,
};

export const statusOf = (code: ProblemCode): number => statuses[code] ?? 422;

/** Seconds after which it makes sense to try again. */
export const retryAfter: Readonly<Partial<Record<ProblemCode, number>>> = {
  'behind-token': 1,
  'store-failed': 5,
  'not-ready': 5,
  'store-away': 5,
  'log-denied': 60,
  'shutting-down': 5,
};

export interface Problem {
  /** Relative reference; what stands there explains the code. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly instance?: string;
  readonly errors?: readonly FieldError[];
  /** Extension members of single problems. */
  readonly [member: string]: unknown;
}

/** A no that only this door says. */
export class DoorRefusal extends Error {
  constructor(
    readonly code: ProblemCode,
    sentence: string,
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(sentence);
    this.name = 'DoorRefusal';
  }
}

export function problem(code: ProblemCode, detail: string, more: Readonly<Record<string, unknown>> = {}): Problem {
  return { type: `/problems/${code}`, title: titleOf(code), status: statusOf(code), code, detail, ...more };
}

/** The first sentence of what the code means. */
export const titleOf = (code: ProblemCode): string => reasons[code].split(/(?<=\.) /, 1).join('');

/** The problem that a thrown thing is; `undefined` for what nobody expected. */
export function problemOf(thrown: unknown): Problem | undefined {
  if (thrown instanceof Refusal) {
    return problem(thrown.code, thrown.message, thrown.errors.length > 0 ? { errors: thrown.errors } : {});
  }
  if (thrown instanceof StoreAway) {
    const { store } = thrown;
    const detail = store === 'log' ? 'the log cannot be reached now' : 'the store of the views cannot be reached now';
    return problem('store-away', detail, { store });
  }
  if (thrown instanceof LogError) {
    const code = logCodes[thrown.code];
    return code && problem(code, thrown.message, { store: 'log' });
  }
  return thrown instanceof DoorRefusal ? problem(thrown.code, thrown.message, thrown.more) : undefined;
}
