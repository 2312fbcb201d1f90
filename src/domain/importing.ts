/**
 * The course of a file import, as decisions in a stream of its own: started, advanced, finished, undone, redone. What it
 * brought are facts like any other; these events say how far it came, so that it can go on, and be taken back as a whole.
 */
import { hash } from 'node:crypto';
import { canonical } from '../../eventstore/canonical';
import type { Decision } from './decision';
import type { FactEvent } from './envelope';
import { type JsonObject, type JsonValue, lengthPrefixed } from './kernel';

export const IMPORT_STARTED = 'kith.import-started.v1';
export const IMPORT_ADVANCED = 'kith.import-advanced.v1';
export const IMPORT_FINISHED = 'kith.import-finished.v1';
export const IMPORT_UNDONE = 'kith.import-undone.v1';
export const IMPORT_REDONE = 'kith.import-redone.v1';

/** The same file with the same mapping is the same import: 12 hex digits. `sha256` is that of the file's bytes, in hex. */
export const importIdOf = (sha256: string, mapping: JsonObject): string =>
  hash('sha256', lengthPrefixed([sha256, canonical(mapping)]), 'hex').slice(0, 12);

export const importStream = (id: string): string => `import-${id}`;

/** What became of the facts of one type under one rule. */
export type FactTally = {
  readonly accepted: number;
  readonly duplicate: number;
  readonly retracted: number;
  readonly conflict: number;
};

export type RuleTally = { readonly rows: number; readonly facts: Readonly<Record<string, FactTally>> };

/** Rows that were read, by what became of them: `rows` = all refused + the rows of all rules. */
export type Tally = {
  readonly rows: number;
  /** Refused rows by code. */
  readonly refused: Readonly<Record<string, number>>;
  readonly rules: Readonly<Record<string, RuleTally>>;
};

export const nothingRead: Tally = { rows: 0, refused: {}, rules: {} };

export type FileSeen = { readonly name: string; readonly bytes: number; readonly sha256: string };

export interface ImportState {
  readonly id: string;
  /** Absent until it was started. */
  readonly file?: FileSeen;
  readonly mapping?: JsonObject;
  readonly startedAt?: string;
  readonly state: 'new' | 'running' | 'finished' | 'undone';
  /** How far the pass that is under way came, or the last one, if none is. */
  readonly tally: Tally;
  /** Bytes of the error file that hold the refused rows of `tally`. */
  readonly errorBytes: number;
  /** Events in its stream, which numbers the next decision. */
  readonly events: number;
}

export const newImport = (id: string): ImportState => ({
  id,
  state: 'new',
  tally: nothingRead,
  errorBytes: 0,
  events: 0,
});

export function evolve(state: ImportState, { type, data, recordedAt }: FactEvent): ImportState {
  const next = { ...state, events: state.events + 1 };
  switch (type) {
    case IMPORT_STARTED:
      return { ...next, state: 'running', file: fileOf(data), mapping: object(data['mapping']), startedAt: recordedAt };
    case IMPORT_ADVANCED:
      return { ...next, tally: tallyOf(data['tally']), errorBytes: number(data['errorBytes']) };
    case IMPORT_FINISHED:
      return { ...next, state: 'finished', tally: tallyOf(data['tally']), errorBytes: number(data['errorBytes']) };
    case IMPORT_UNDONE:
      return { ...next, state: 'undone' };
    case IMPORT_REDONE:
      return { ...next, state: 'finished' };
    default:
      return next;
  }
}

export const started = (state: ImportState, file: FileSeen, mapping: JsonObject): Decision =>
  decision(state, IMPORT_STARTED, { ...file, mapping });

export const advanced = (state: ImportState, tally: Tally, errorBytes: number): Decision =>
  decision(state, IMPORT_ADVANCED, { tally, errorBytes });

export const finished = (state: ImportState, tally: Tally, errorBytes: number): Decision =>
  decision(state, IMPORT_FINISHED, { tally, errorBytes });

export const undone = (state: ImportState, facts: number, reason: string): Decision =>
  decision(state, IMPORT_UNDONE, { facts, reason });

export const redone = (state: ImportState, facts: number, reason: string): Decision =>
  decision(state, IMPORT_REDONE, { facts, reason });

/** Numbered by its place in the stream: of two who decide at once, one is told that the other was faster. */
const decision = (state: ImportState, type: string, data: JsonObject): Decision => ({
  stream: importStream(state.id),
  type,
  clientId: `import:${state.id}:${state.events}`,
  data,
});

const fileOf = (data: JsonObject): FileSeen => ({
  name: text(data['name']),
  bytes: number(data['bytes']),
  sha256: text(data['sha256']),
});

/** Reads what was stored; what is missing counts as nothing. */
export function tallyOf(json: JsonValue | undefined): Tally {
  const { rows, refused, rules } = object(json);
  return {
    rows: number(rows),
    refused: mapped(refused, number),
    rules: mapped(rules, (rule) => ({
      rows: number(object(rule)['rows']),
      facts: mapped(object(rule)['facts'], factTallyOf),
    })),
  };
}

function factTallyOf(json: JsonValue | undefined): FactTally {
  const { accepted, duplicate, retracted, conflict } = object(json);
  return {
    accepted: number(accepted),
    duplicate: number(duplicate),
    retracted: number(retracted),
    conflict: number(conflict),
  };
}

function mapped<T>(
  json: JsonValue | undefined,
  read: (value: JsonValue | undefined) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(object(json)).map(([name, value]) => [name, read(value)]));
}

const number = (value: JsonValue | undefined): number => (typeof value === 'number' ? value : 0);

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

function object(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
