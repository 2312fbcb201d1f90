/** Values and facts in a person's words: a name, an address, an amount, what happened. Leaves out rather than invents. */
import type { TimelineEntry } from '../app/reading';
import type { JsonObject, JsonValue } from '../domain/kernel';
import type { Whole } from '../domain/whole';

/** A name, an address or a plain value in one line. */
export function said(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  if (!isObject(value)) return value.map(said).join(', ');
  if ('full' in value) return said(value['full']);
  if ('family' in value)
    return [value['given'], value['family'], value['secondFamily']].map(said).filter(Boolean).join(' ');
  if ('locality' in value || 'lines' in value) return onOneLine(value);
  return Object.values(value).map(said).join(' ');
}

/** One line of a timeline. */
export function happened({ occurredAt, kind, data, source, revised }: TimelineEntry): string {
  const mark = revised === 'corrected' ? ' [corrected since]' : revised === 'retracted' ? ' [taken back since]' : '';
  return `${occurredAt.slice(0, 16).replace('T', ' ')}  ${kind.padEnd(11)} ${gist(data)}${mark}  ‹${source}›`;
}

/** What a fact is about, by the members that facts share. */
function gist(data: JsonObject): string {
  const { product, quantity, total, to, from, topic, text, outcome, purpose, name, value, address, reason } = data;
  if (isObject(data['data'])) return `${said(reason)}: ${gist(data['data'])}`;
  if (isObject(product)) return `${said(quantity)} × ${said(product['name'])}, ${amount(total)}`;
  if (isObject(to)) return `to ${said(to)}${isObject(from) ? `, from ${said(from)}` : ''}`;
  if (topic !== undefined) return `${said(topic)}${outcome === undefined ? '' : `: ${said(outcome)}`}`;
  if (purpose !== undefined) return `${said(purpose)}, ${said(data['evidence'])}`;
  const rest = [text, outcome, address, name, value, reason, data['amount'] && amount(data['amount'])];
  return rest
    .filter((one) => one !== undefined)
    .map(said)
    .join(', ');
}

const amount = (value: JsonValue | undefined): string =>
  isObject(value) ? money(Number(value['minor']), said(value['currency'])) : '';

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** To the last cent, however large the amount. */
export function money(minor: Whole, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const exact = `${minor}e-${format.resolvedOptions().maximumFractionDigits ?? 2}`;
  return format.format(isNumeral(exact) ? exact : Number.NaN);
}

/** Intl reads a text digit by digit, where a number would be rounded. */
const isNumeral = (text: string): text is `${number}` => Number.isFinite(Number(text));

/** In one line, as on an envelope, of whatever a view holds. */
function onOneLine({ lines, street, number, unit, postcode, locality, country }: JsonObject): string {
  const parts = Array.isArray(lines)
    ? lines.map(word)
    : [joined(' ', street, number), word(unit), joined(' ', postcode, locality)];
  return [...parts, word(country)].filter(Boolean).join(', ');
}

const joined = (between: string, ...parts: readonly (JsonValue | undefined)[]): string =>
  parts.map(word).filter(Boolean).join(between);

const word = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
