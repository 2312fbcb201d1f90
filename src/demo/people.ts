/** The people behind the records, and the ways in which one name gets written. Each is one person, however many records they have. */
import type { JsonObject } from '../domain/kernel';
import type { Chance } from './chance';
import { type Culture, cultures, type Sex, type Written, written } from './names';
import { type Address, address } from './addresses';
import { type Country, countryOf } from './places';

export interface Person {
  /** Tells people apart: no two have the same. */
  readonly number: number;
  readonly culture: Culture;
  readonly sex: Sex;
  readonly given: Written;
  readonly family: Written;
  readonly second?: Written;
  /** The family name until they married. */
  readonly maiden?: Written;
  readonly bornOn: string;
  readonly email: string;
  readonly mobile: string;
  readonly home: Home;
}

/** What a household shares. */
export interface Home {
  readonly country: Country;
  readonly address: Address;
  readonly landline: string;
}

export function home(number: number, culture: Culture, chance: Chance): Home {
  const country = countryOf(chance.weighted(culture.lives));
  return { country, address: address(country, chance), landline: country.landline(digits(number)) };
}

export const someCulture = (chance: Chance): Culture =>
  chance.weighted(cultures.map((one) => [one, one.weight] as const));

/** Nobody of a household of five has another's name: they have numbers that follow one another. */
const theirs = (names: readonly string[], number: number): readonly string[] =>
  names.filter((_, at) => at % 5 === number % 5);

/** `family` is given where somebody is born into one. */
export function person(
  number: number,
  culture: Culture,
  home: Home,
  age: readonly [number, number],
  chance: Chance,
  family = chance.pick(culture.family),
): Person {
  const sex: Sex = chance.happens(0.5) ? 'f' : 'm';
  const given = written(chance.pick(theirs(culture.given[sex], number)), sex);
  const name = written(family, sex);
  const birthYear = 2024 - chance.whole(...age);
  return {
    number,
    culture,
    sex,
    given,
    family: name,
    home,
    ...(culture.twoFamilies && { second: written(chance.pick(culture.family), sex) }),
    ...(sex === 'f' && age[0] >= 24 && chance.happens(0.12) && { maiden: written(chance.pick(culture.family), sex) }),
    bornOn: `${birthYear}-${two(chance.whole(1, 12))}-${two(chance.whole(1, 28))}`,
    email: mailbox(given, name, number, chance),
    mobile: home.country.mobile(digits(number)),
  };
}

const DOMAINS = ['post.example', 'mail.example', 'inbox.example', 'kurier.example'];

export const mailbox = (given: Written, family: Written, number: number, chance: Chance): string =>
  `${chance.pick([plain(given.latin), plain(given.latin).slice(0, 1), plain(given.latin)])}.${plain(family.latin)}${number % 1_000}@${chance.pick(DOMAINS)}`;

/** Ways to write a name: as it is, a slip of the keyboard, another spelling, in its own script, in one field, before marriage. */
export type Style = 'right' | 'typo' | 'spelling' | 'own' | 'full' | 'maiden' | 'initial';

/** The `name` of a name-stated fact. */
export function nameOf(person: Person, style: Style, chance: Chance): JsonObject {
  const { given, family, second, maiden, culture } = person;
  const [g, f] = [given.latin, style === 'maiden' ? (maiden ?? family).latin : family.latin];
  const rest = second && style !== 'initial' ? { secondFamily: second.latin } : {};
  switch (style) {
    case 'typo':
      return chance.happens(0.5)
        ? { given: g, family: slip(f, chance), ...rest }
        : { given: slip(g, chance), family: f, ...rest };
    case 'spelling':
      return { given: chance.pick([...given.spellings, g]), family: chance.pick([...family.spellings, f]), ...rest };
    case 'own':
      if (given.own === undefined || family.own === undefined) return { given: g, family: f, ...rest };
      return culture.familyFirst
        ? { full: `${family.own}${given.own}`, given: given.own, family: family.own }
        : { given: given.own, family: family.own };
    case 'full':
      return { full: culture.familyFirst ? `${f} ${g}` : [g, f, second?.latin].filter(Boolean).join(' ') };
    case 'initial':
      return { given: `${g.slice(0, 1)}.`, family: f };
    default:
      return { given: g, family: f, ...rest };
  }
}

/** Two letters change places, or one is lost or struck twice. */
export function slip(word: string, chance: Chance): string {
  const at = chance.whole(1, Math.max(1, word.length - 2));
  const [a, b] = [word.charAt(at), word.charAt(at + 1)];
  const middle = chance.pick([b + a, a, a + a + b]);
  return word.slice(0, at) + middle + word.slice(at + 2);
}

/** Letters of a mailbox: without marks, and nothing but a to z. */
const plain = (word: string): string =>
  word
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ł/g, 'l')
    .replace(/ı/g, 'i')
    .normalize('NFD')
    .replace(/[^a-z]/g, '');

/** Six digits that differ from person to person. */
const digits = (number: number): string => String((number * 7919) % 1_000_000).padStart(6, '0');

const two = (n: number): string => String(n).padStart(2, '0');
