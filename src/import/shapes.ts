/**
 * What a piece of JSON is, and what is wrong with a mapping: the problems of one file are collected with JSON pointers
 * and told together, never one after the other.
 */
import type { JsonObject, JsonValue } from '../domain/kernel';
import { type FieldError, Refusal } from '../domain/refusals';

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: unknown): value is readonly JsonValue[] => Array.isArray(value);

/** `/rules/0` and `when` → `/rules/0/when`. */
export const below = (pointer: string, member: string | number): string =>
  `${pointer}/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Collects what is wrong. */
export class Problems {
  private readonly found: FieldError[] = [];

  add(pointer: string, detail: string): void {
    if (!this.found.some((e) => e.pointer === pointer && e.detail === detail)) this.found.push({ pointer, detail });
  }

  /** Throws `mapping-malformed` when there are any. */
  check(): void {
    const [first, ...more] = this.found;
    if (!first) return;
    const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
    throw new Refusal('mapping-malformed', `${first.pointer || '/'}: ${first.detail}${others}`, this.found);
  }
}

/** A row that cannot become facts. */
export const rowMalformed = (sentence: string): Refusal => new Refusal('row-malformed', sentence);

/** For sentences: a text in quotes, at most 60 characters of it. */
export const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
