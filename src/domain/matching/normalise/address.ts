/**
 * A postal address as one object: number and street apart from the area they are in, in whatever columns they stood.
 * `postal` is the postal code, as elsewhere the house counts how often that field is spelt out.
 */
import type { DescribedAddress } from '../described';
import { listed, memo } from './memo';
import { fold, isNothing, withoutUmlauts, words } from './text';

/** The street of those who have a box at the post office; its number is that of the box. */
export const BOX = 'pobox';

export interface Place {
  readonly number: string;
  /** Without its type and direction: `main` of 123 E Main Street. */
  readonly street: string;
  /** The street in one word with its type, for types that are glued to the name or torn from it by typing errors. */
  readonly whole: string;
  readonly unit: string;
  /** Name of a building or estate, or what else stood there. */
  readonly premise: string;
  readonly postal: string;
  readonly locality: string;
  /** Number and street, by which those are found who live there; '' where the two are not both known. */
  readonly door: string;
}

const TYPES = new Set(
  'street st str strasse road rd avenue ave aves av circle cir lane ln drive dr court ct place pl boulevard blvd circuit cct crescent cres cr close cl way terrace tce ter parade pde highway hwy square sq grove gr parkway pkwy plaza plz gasse weg platz allee rue via calle ul ulica ulitsa jalan jln loop trail trl'.split(
    ' ',
  ),
);
const DIRECTIONS = new Set('n s e w ne nw se sw north south east west'.split(' '));
const UNIT = /\b(?:suite|ste|apt|appt|apartment|unit|flat|room|rm|floor|fl|no)\s+([a-z]?\d+[a-z]?)\b/g;
/** `# 700`, which folding would take for a number of a house. */
const HASH = /#\s*(?=\w)/g;
/** What guides write behind a street: the streets that it crosses. */
const CROSSING = new Set(['between', 'btwn', 'bet', 'near', 'at', 'off']);
const ORDINALS: ReadonlyMap<string, string> = new Map(
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'
    .split(' ')
    .map((word, at) => [word, `${at + 1}${['st', 'nd', 'rd'][at] ?? 'th'}`]),
);
const BOXED = /\b(?:p\s?o\s?box|postfach|post office box|apartado)\s*(\d+)/;
const STATE =
  /\b(a[klrz]|c[aot]|d[ce]|fl|ga|hi|i[adln]|k[sy]|la|m[adeinost]|n[cdehjmvy]|o[hkr]|pa|ri|s[cd]|t[nx]|ut|v[at]|w[aivy])$/;

const folded = memo(20_000, (text: string): string => (isNothing(text) ? '' : withoutUmlauts(fold(text))));
const plain = (text: string): string => (text === '' ? '' : folded(text));

/** `hardenbergstrasse` is `hardenberg`; `the close` stays whole, since nothing else is left. */
function streetName(all: readonly string[]): string {
  const kept = all.filter((word) => !TYPES.has(word) && !DIRECTIONS.has(word));
  const named = (kept.length > 0 ? kept : all).map(
    (word) => ORDINALS.get(word) ?? word.replace(/(?<=.{4})(strasse|street|str|gasse)$/, ''),
  );
  return named.join('');
}

interface Line {
  number: string;
  street: string;
  whole: string;
  unit: string;
  premise: string;
  rest: string;
}

/** One line of an address: `12 Constitution Street`, `Hardenbergstraße 87`, `Suite 900, 1450 N City Rd`, `P.O. Box 7`. */
const readLine = memo(20_000, (raw: string): Readonly<Line> => {
  const line: Line = { number: '', street: '', whole: '', unit: '', premise: '', rest: '' };
  let text = plain(raw.includes('#') ? raw.replaceAll(HASH, ' unit ') : raw);
  const box = BOXED.exec(text);
  if (box) return { ...line, number: box[1] ?? '', street: BOX, rest: text.slice(box.index + box[0].length).trim() };
  text = text.replaceAll(UNIT, (_all, unit: string) => {
    line.unit ||= unit;
    return ' ';
  });
  const all = words(text.replaceAll(/\s+/g, ' ').trim());
  const at = all.findIndex((word) => /^\d{1,5}[a-z]?$/.test(word));
  if (at < 0) return { ...line, street: streetName(all), whole: all.join('') };
  line.number = all[at] ?? '';
  const crossing = all.length < at + 4 ? -1 : all.findIndex((word, i) => i > at + 1 && CROSSING.has(word));
  const behind = all.slice(at + 1, crossing < 0 ? undefined : crossing);
  if (behind.length === 0) return { ...line, street: streetName(all.slice(0, at)), whole: all.slice(0, at).join('') };
  line.premise = at > 0 ? all.slice(0, at).join(' ') : '';
  const type = behind.findIndex((word, i) => i > 0 && TYPES.has(word));
  const cut = type < 0 ? behind.length : type + 1;
  const named = behind.slice(0, cut);
  return { ...line, street: streetName(named), whole: named.join(''), rest: behind.slice(cut).join(' ') };
});

const POSTAL = /\b(?:[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]\d[a-z] ?\d[a-z]\d|\d{5,6}(?:-\d{4})?|\d{4})\b/i;

/** `Suite 900` and nothing else: the street stands beside it. */
const isUnit = (part: string): boolean => fold(part.replaceAll(HASH, ' unit ')).replaceAll(UNIT, '').trim() === '';
const unitOf = (part: string): string => /(\d+)/.exec(part)?.[1] ?? '';

/** An address in one text: the first part with a number in it is the street, the postal code is looked for from the end. */
const fromText = memo(20_000, (text: string): Omit<Place, 'door'> => {
  const parts = text.split(/[,\n;]/).map((part) => part.trim());
  const isStreet = (part: string): boolean => /\b\d/.test(part) && /\p{L}{3}/u.test(part) && !isUnit(part);
  const at = Math.max(0, parts.findIndex(isStreet));
  const line = readLine(parts[at] ?? '');
  const told = [line.rest, ...parts.slice(at + 1)].filter((part) => part !== '' && !isNothing(part));
  const units = [...parts.slice(0, at), ...told.filter(isUnit)].map(unitOf);
  const behind = told.filter((part) => !isUnit(part));
  let postal = '';
  const area = behind.map((part) => {
    const found = postal === '' ? POSTAL.exec(part) : null;
    if (!found) return plain(part);
    postal = found[0].toLowerCase().replaceAll(/[\s-]/g, '');
    return plain(part.replace(found[0], ' '));
  });
  const places = area.map((part) => part.replace(STATE, '').trim()).filter((part) => part !== '');
  return {
    number: line.number,
    street: line.street,
    whole: line.whole,
    unit: line.unit || (units.find((unit) => unit !== '') ?? ''),
    premise: line.premise,
    postal: cutPostal(postal),
    locality: places[0] ?? '',
  };
});

/** Nine digits are ZIP+4, whose first five are the code. */
const cutPostal = (postal: string): string => (/^\d{9}$/.test(postal) ? postal.slice(0, 5) : postal);

const area = memo(20_000, (raw: string): string => (isNothing(raw) ? '' : cutPostal(fold(raw).replaceAll(' ', ''))));

/**
 * Nothing where the address says nothing. Streets and towns repeat, and are remembered; whole addresses hardly do.
 */
export function place(address: DescribedAddress): readonly Place[] {
  const whole = address.lines ?? '';
  const inText = !address.street && !isNothing(whole) ? fromText(whole) : undefined;
  const line = address.street ? readLine(address.street) : undefined;
  const number = plain(address.number ?? '').replaceAll(' ', '') || line?.number || inText?.number || '';
  const street = line?.street || inText?.street || '';
  const unit = plain(address.unit ?? '') || line?.unit || inText?.unit || '';
  const premise = inText ? inText.premise : line?.premise || plain(whole);
  const postal = area(address.postcode ?? '') || inText?.postal || '';
  const locality = plain(address.locality ?? '') || inText?.locality || line?.rest || '';
  if (street === '' && postal === '' && locality === '' && premise === '') return listed<Place>(undefined);
  return listed({
    number,
    street,
    whole: line?.whole || inText?.whole || '',
    unit,
    premise,
    postal,
    locality,
    door: street === '' || (number === '' && unit === '') ? '' : `${number}|${street}`,
  });
}
