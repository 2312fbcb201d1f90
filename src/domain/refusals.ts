/**
 * Every way in which Kith says no. A refusal is a business answer with a stable code; HTTP statuses and exit codes are
 * decided at the edge. A new reason is a line here, and nowhere else.
 */
import type { Failed, LogError } from '../../eventstore/store';

/** code → what it means and what to do, in the words of the docs. */
export const refusals = {
  'not-an-event':
    'The item is not a CloudEvent 1.0 in JSON. Send an object with specversion, id, source, type and data.',
  'unknown-type': 'No fact of this type is known. The catalogue of facts lists the types and their versions.',
  'unknown-attribute':
    'The event carries an attribute that Kith does not know. Leave it out, or put it where the docs say.',
  'schema-mismatch': 'The data do not fit the schema of their type. Each error names the field and what is wanted.',
  'data-too-large': 'The event is larger than the limit. Store documents elsewhere and send a reference.',
  'bad-text': 'A text is not well-formed Unicode or holds what JSON cannot carry.',
  'bad-time': 'A time is not RFC 3339 with an offset, or the day does not exist.',
  'absurd-time': 'A date or time lies where no fact of a customer can: before 1900, or for a birth date in the future.',
  'time-in-future':
    'The fact claims to have happened more than five minutes after it was received. Check the clock of the source.',
  'bad-subject': 'The subject does not name a record: source:key, with % and : escaped as %25 and %3A in both.',
  'bad-money': 'Money is a whole number of minor units and a currency of ISO 4217, never a fraction.',
  'id-conflict':
    'This source has sent other content under the same id before. Nothing was stored; use a new id, or correct the first fact.',
  'not-a-door-for-decisions': 'Corrections, retractions and reinstatements are commands with doors of their own.',
  'fact-unknown': 'No fact stands under this source and id.',
  'fact-retracted': 'The fact is retracted. Reinstate it first.',
  'customer-unknown': 'No customer has this id.',
  'record-unknown': 'No record has this id.',
  'held-apart': 'A person decided that the two records are not one party. Release them first.',
  'model-unknown': 'No model with this hash was ever published here.',
  'policy-unknown': 'No survivorship policy with this hash was ever published here.',
  'policy-malformed':
    'The survivorship policy does not say what it must. Each error names the place and what is wanted there.',
  'value-unknown': 'The customer has no such present value. Choose one of those that the view shows.',
  'override-unknown': 'No override has this id.',
  'not-matched': 'Nobody matches records here: it was switched off.',
  'not-a-projector': 'This node takes and answers requests and writes no views. Ask a node that does.',
  'not-ready': 'What answers this is behind, or not being kept up to date. The status says why.',
  'not-merged': 'The records are not one customer, so there is nothing to undo.',
  'identifier-malformed': 'An identifier is asked for as kind:value, for example email:ada@example.org.',
  'unknown-field': 'The record view has no such field.',
  'bad-cursor': 'The cursor is not one that Kith handed out for this list.',
  'bad-parameter': 'A parameter of the request is not what the docs say.',
  'behind-token': 'The view has not reached the position of your write yet. Try again, or read without the token.',
  'wrong-version': 'Somebody else wrote first, three times in a row. Read again and decide anew.',
  'store-failed':
    'The log could not store this. Nothing is lost; send the same ids again, also where nobody can say whether it was written.',
  'log-denied':
    'The server of the log does not let Kith in, or not read or write. Whoever runs Kith must mend user, password or rights; the detail says which.',
  'log-damaged':
    'The log does not hold what it held, or cannot be trusted. Whoever runs Kith must mend it; the detail says what is wrong and what to do.',
  'line-too-long': 'A line of the stream is longer than the limit for one event.',
  'not-json': 'This is not JSON.',
  'not-found': 'There is nothing at this address.',
  'unsupported-media-type': 'The body has a content type that this address does not read.',
  'mapping-malformed': 'The mapping file does not say what it must, or names a column that the file lacks.',
  'file-malformed': 'The file cannot be read as the CSV or NDJSON it claims to be.',
  'row-malformed': 'The row cannot be turned into a fact.',
  'model-unusable': 'The file is no frozen matching model, or one of another version. Train a new one.',
  'import-unknown': 'No import has this id.',
  'folder-unusable': 'The data folder cannot be used as asked.',
} as const;

export type RefusalCode = keyof typeof refusals;

/** Where in the input the refusal points: a JSON pointer into what was sent, and a sentence. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    /** What, where and what to do, about this very input; never a secret, never a stack. */
    sentence: string,
    readonly errors: readonly FieldError[] = [],
  ) {
    super(sentence);
    this.name = 'Refusal';
  }
}

/** What a log says for good: asking again changes nothing until somebody has mended it. Its sentence says what to do. */
export const logCodes: Readonly<Partial<Record<LogError['code'], RefusalCode>>> = {
  denied: 'log-denied',
  damaged: 'log-damaged',
};

/** What the log answered, in words: where its server is away nobody can say that nothing was written. */
export function storeFailed({ reason, away, code }: Failed): Refusal {
  const lasting = code && logCodes[code];
  if (lasting && !away) return new Refusal(lasting, reason);
  return new Refusal('store-failed', away ? `${reason}; try again later` : `${reason}; nothing was written, try again`);
}

/** What went wrong, of whatever was thrown. */
export const reasonOf = (problem: unknown): string => (problem instanceof Error ? problem.message : String(problem));
