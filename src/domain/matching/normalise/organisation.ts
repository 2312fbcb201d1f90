/**
 * An organisation's name: the words that distinguish it, apart from its legal form and from words that every trade has.
 */
import { listed, memo } from './memo';
import { fold, isNothing, words } from './text';

export interface OrganisationName {
  /** Distinguishing words in alphabetical order. */
  readonly tokens: readonly string[];
  /** The same in the order of the name, without spaces. */
  readonly joined: string;
  /** Canonical legal form, '' where none is written. */
  readonly form: string;
}

/** What is written → the form it stands for; long forms first. */
const FORMS: readonly (readonly [string, string])[] = [
  ['open joint stock company', 'jsc'],
  ['public joint stock company', 'jsc'],
  ['closed joint stock company', 'jsc'],
  ['joint stock company', 'jsc'],
  ['aktsionernoe obshchestvo', 'jsc'],
  ['limited liability company', 'llc'],
  ['obshchestvo s ogranichennoy otvetstvennostyu', 'llc'],
  ['societatea cu raspundere limitata', 'srl'],
  ['gesellschaft mit beschrankter haftung', 'gmbh'],
  ['aktiengesellschaft', 'ag'],
  ['sp z o o', 'spzoo'],
  ['s r l', 'srl'],
  ['s a', 'sa'],
  ['s p a', 'spa'],
  ['g m b h', 'gmbh'],
  ['o o o', 'llc'],
  ['l l c', 'llc'],
  ['co ltd', 'ltd'],
  ['pty ltd', 'ltd'],
  ['pte ltd', 'ltd'],
  ['pvt ltd', 'ltd'],
  ['private limited', 'ltd'],
];
const FORM_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ag: 'ag',
    gmbh: 'gmbh',
    mbh: 'gmbh',
    kg: 'kg',
    ohg: 'ohg',
    ug: 'ug',
    ev: 'ev',
    ltd: 'ltd',
    limited: 'ltd',
    plc: 'plc',
    inc: 'inc',
    incorporated: 'inc',
    llc: 'llc',
    llp: 'llp',
    lp: 'lp',
    co: 'co',
    company: 'co',
    corp: 'co',
    corporation: 'co',
    sa: 'sa',
    sas: 'sas',
    sarl: 'srl',
    srl: 'srl',
    spa: 'spa',
    bv: 'bv',
    nv: 'nv',
    ab: 'ab',
    as: 'as',
    aps: 'aps',
    oy: 'oy',
    ooo: 'llc',
    oao: 'jsc',
    ojsc: 'jsc',
    pao: 'jsc',
    zao: 'jsc',
    ao: 'jsc',
    jsc: 'jsc',
    spzoo: 'spzoo',
    kft: 'kft',
    sro: 'sro',
    pty: 'ltd',
    pte: 'ltd',
    pvt: 'ltd',
  }),
);
const WRITTEN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    intl: 'international',
    int: 'international',
    natl: 'national',
    mfg: 'manufacturing',
    bros: 'brothers',
    assoc: 'associates',
    assn: 'association',
    univ: 'university',
    inst: 'institute',
    dept: 'department',
    svcs: 'services',
    tech: 'technology',
    first: '1',
    '1st': '1',
    second: '2',
    '2nd': '2',
    third: '3',
    '3rd': '3',
    one: '1',
    two: '2',
    three: '3',
    four: '4',
    five: '5',
  }),
);
const IGNORED = new Set('the and of for und der die das de la le et y e'.split(' '));

/** Letters that stand alone belong together: `a b c company` is `abc company`. */
const acronyms = (folded: string): string =>
  folded.replace(/\b([a-z])((?: [a-z]\b)+)/g, (all) => all.replaceAll(' ', ''));

function read(text: string): OrganisationName | undefined {
  let folded = fold(text.replace(/(\p{L})['’]s\b/gu, '$1'));
  let form = '';
  for (const [written, one] of FORMS) {
    const found = ` ${folded} `.indexOf(` ${written} `);
    if (found < 0) continue;
    form ||= one;
    folded = `${folded.slice(0, found)} ${folded.slice(found + written.length)}`.trim();
  }
  const kept = words(acronyms(folded).replaceAll(/\s+/g, ' ')).filter((word) => {
    const one = FORM_WORDS.get(word);
    if (one !== undefined) form = form === '' || form === 'co' ? one : form;
    return one === undefined && !IGNORED.has(word);
  });
  const tokens = (kept.length > 0 ? kept : words(folded)).map((word) => WRITTEN.get(word) ?? word);
  if (tokens.length === 0) return undefined;
  return { tokens: [...new Set(tokens)].sort(), joined: tokens.join(''), form };
}

/** Nothing where the name says nothing. */
export const organisationName = memo(50_000, (name: string): readonly OrganisationName[] =>
  listed(isNothing(name) ? undefined : read(name)),
);

/** Whether a name ends as those of organisations do; for records that do not say what they are. */
export function looksLikeOrganisation(name: string): boolean {
  const [found] = organisationName(name);
  return found !== undefined && found.form !== '' && found.form !== 'as';
}
