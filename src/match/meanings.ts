/**
 * What a column of a file can mean: the words that people say to `kith match`, where the value goes, and the header
 * names from which a meaning is guessed.
 */
import { nearest } from '../import/columns';

/** Which part of a described record a value becomes; `member` is its place in a name or an address. */
export interface Meaning {
  readonly into:
    | 'id'
    | 'recorded'
    | 'kind'
    | 'name'
    | 'organisation'
    | 'address'
    | 'value'
    | 'identifier'
    | 'trait'
    | 'nothing';
  readonly member: string;
  /** Which name or address of the record: 1 unless `#2` or more is written. */
  readonly place: number;
  /** An identifier of which a party has only one. */
  readonly exclusive: boolean;
}

const of = (into: Meaning['into'], members: string): readonly (readonly [string, Meaning])[] =>
  members.split(' ').map((word) => {
    const [said = '', member = said] = word.split('=');
    return [said, { into, member, place: 1, exclusive: false }];
  });

/** The member of an address that holds what is called ZIP, PLZ or CAP elsewhere: one word, as people write it in two. */
const POSTAL = 'post code'.replace(' ', '');

const FIXED: ReadonlyMap<string, Meaning> = new Map([
  ...of('id', 'id'),
  ...of('recorded', 'recorded'),
  ...of('kind', 'kind'),
  ...of('name', 'name=full given middle family second-family=secondFamily prefix suffix nickname'),
  ...of('organisation', 'organisation=full legal-form=legalForm'),
  ...of('value', 'birth gender email phone website employer'),
  ...of('address', `address=lines street number unit ${POSTAL} locality region country`),
  ...of('nothing', 'ignore'),
]);

/** All words, for people. */
export const meaningWords: readonly string[] = [
  ...FIXED.keys(),
  'identifier:<kind>',
  'evidence:<kind>',
  'trait:<name>',
];

/** The meaning of a word, or a sentence that says why it has none. */
export function meaningOf(word: string): Meaning | string {
  const [, name = '', place] = /^(.*?)(?:#([1-9]))?$/.exec(word) ?? [];
  const fixed = FIXED.get(name);
  const at = place === undefined ? 1 : Number(place);
  if (fixed && (at === 1 || fixed.into === 'name' || fixed.into === 'address')) return { ...fixed, place: at };
  const [, prefix, member] = /^(identifier|evidence|trait):([a-z0-9][a-z0-9-]*)$/.exec(word) ?? [];
  if (member !== undefined) {
    return { into: prefix === 'trait' ? 'trait' : 'identifier', member, place: 1, exclusive: prefix === 'identifier' };
  }
  if (fixed) return `${JSON.stringify(word)} is no meaning: only parts of names and addresses can be numbered`;
  if (/^(identifier|evidence|trait)/.test(word)) {
    return `${JSON.stringify(word)} is no meaning: after the colon stand lower-case letters, digits and hyphens, as in identifier:tax-id`;
  }
  const hint = nearest(name, [...FIXED.keys()]);
  return `${JSON.stringify(word)} is no meaning, the nearest one is ${JSON.stringify(hint)}; there are ${meaningWords.join(', ')}, and street#2 for a second address or name`;
}

/** Header names in lower case, words apart → the meaning. The first that fits is taken. */
const HEADERS: readonly (readonly [RegExp, string])[] = [
  [
    /^(id|rec id|record id|unique id|row id|uuid|key|identifier|seq)$|^(record|customer|client|member|contact|account|patient|user) ?(id|no|nr|number|key)$/,
    'id',
  ],
  [/^(record type|party type|entity type|kind|type of party|customer type)$/, 'kind'],
  [/^(recorded|recorded at|created|created at|created on|creation date|entered on)$/, 'recorded'],
  [/^(given|first|fore|christian) ?names?$|^(given|first|fname|vorname|prenom|nombre|name first)$/, 'given'],
  [/^(middle|second given) ?(names?|initial)?$|^(mname|name middle)$/, 'middle'],
  [
    /^(family|last|sur) ?names?$|^(surname|family|last|lname|nachname|familienname|nom|apellidos?|name last)$/,
    'family',
  ],
  [/^(second (family|last) name|second surname|segundo apellido)$/, 'second-family'],
  [/^(title|salutation|name prefix|prefix|anrede)$/, 'prefix'],
  [/^(suffix|name suffix|generation)$/, 'suffix'],
  [/^(nick ?name|known as|preferred name|alias)$/, 'nickname'],
  [/^(name|full ?name|display name|name full|native name full|native name|other name)$/, 'name'],
  [
    /^(organi[sz]ation|company|business|firm|firma|legal|legal entity|corporate|trading|trade)( legal)? ?(name)?( \d)?$|^(vendor|supplier|merchant|store|shop|restaurant|hotel|entity|issuer|registered|registrant|org|provider|facility|school|hospital|agency)( legal)? name( \d)?$|^(primary |secondary )?name org( \d)?$/,
    'organisation',
  ],
  [
    /^(dba|d b a|doing business as|t a|trading as|aka|a k a|also known as|formerly|fka|(former|previous|old|other|alternate|alt|alternative) (company |business |trading |legal )?names?)( name)?( \d)?$|^(former|previous|old|dba|alternate|alt) name org( \d)?$/,
    'organisation',
  ],
  [/^(legal form|rechtsform)$/, 'legal-form'],
  [/^(birth|born|dob|d o b|date of birth|birth ?date|birth ?day|geburtsdatum|year of birth|birth year)$/, 'birth'],
  [/^(gender|sex|geschlecht)$/, 'gender'],
  [/^(e ?mail|mail) ?(address|adresse)?( \d)?$/, 'email'],
  [
    /^(home |work |mobile |cell |business |private |day |evening )?(phone|telephone|tel|fon|telefon|mobile|cell|handy) ?(number|no|nr)?( \d)?$/,
    'phone',
  ],
  [/^(web ?site|web|url|home ?page|web ?page|www|domain|internet)( address| url| name)?$/, 'website'],
  [/^(employer|works for|arbeitgeber)( name)?$/, 'employer'],
  [/^(street|road|street name|strasse|str|address street|addr street)$/, 'street'],
  [/^(street|house|building) ?(number|no|nr)$|^(hausnummer|st number)$/, 'number'],
  [/^(unit|flat|apartment|apt|suite|floor|unit number)$/, 'unit'],
  [/^(post ?code|zip|zip ?code|postal|postal ?code|addr postal code|plz|cap|eircode|pc)$/, POSTAL],
  [/^(locality|city|town|suburb|village|ort|stadt|municipality|addr city|address city)$/, 'locality'],
  [/^(region|state|county|province|bundesland|addr state|address state)$/, 'region'],
  [/^(country|country code|land|addr country|address country)$/, 'country'],
  [/^(full )?(address|addr|adresse|anschrift) ?(full|line|lines|text)?( ?\d)?$/, 'address'],
  [
    /^(ssn|soc sec id|social security|social security number|ssn number|sin|national insurance number)$/,
    'identifier:ssn',
  ],
  [/^passport( number| no| nr)?$/, 'identifier:passport'],
  [/^(drivers?|driving) licen[cs]e( number| no)?$/, 'identifier:drivers-license'],
  [/^(national id|id card)( number| no)?$/, 'identifier:national-id'],
  [/^(tax id|tax|tin|steuernummer)( number| no)?$/, 'identifier:tax-id'],
  [/^(vat|uid|ust id)( id| reg| registration)?( number| no| nr)?$/, 'identifier:vat'],
  [
    /^(company|registration|registered|incorporation|company registration|company reg|business registration|reg) (number|no|nr)$|^(crn|siren|abn|acn|cik|ein|firmenbuchnummer|handelsregisternummer|hrb)( number| no| nr)?$/,
    'identifier:company-number',
  ],
  [/^(duns|d u n s|siret)( number| no| nr)?$/, 'evidence:site-number'],
  [/^lei( number| code)?$/, 'identifier:lei'],
  [/^(occupation|job|job title|profession|beruf)$/, 'trait:occupation'],
  [/^(birth ?place|place of birth|geburtsort)$/, 'trait:birth-place'],
];

/** `primaryName_LAST` → `primary name last`; digits stand apart. */
const wordsOf = (header: string): string =>
  header
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{L})(\d)/gu, '$1 $2')
    .toLowerCase()
    .replaceAll(/[^\p{L}\d]+/gu, ' ')
    .trim();

/** What stands in front of a name and changes nothing about it. */
const QUALIFIER =
  /^(primary|main|customer|cust|client|contact|person|personal|member|patient|subscriber|billing|mailing|residential|business|company|vendor|supplier|store|registered|registered office|legal|head office|headquarters|hq|office|postal|physical|site|location|merchant) (?=\S)/;

/** The word of the meaning that a header name has on its face, `undefined` where it has none. */
export function guessOf(header: string): string | undefined {
  const words = wordsOf(header);
  const find = (text: string): string | undefined => HEADERS.find(([pattern]) => pattern.test(text))?.[1];
  const own = find(words);
  if (own !== undefined || !QUALIFIER.test(words)) return own;
  const bare = find(words.replace(QUALIFIER, ''));
  // `customer number` counts customers, not houses.
  return bare === 'number' ? undefined : bare;
}
