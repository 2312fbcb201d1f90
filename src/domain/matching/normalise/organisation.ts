/**
 * An organisation's name: the words that distinguish it, apart from its legal form and from words that every name has.
 */
import { CLEAR_FORMS, FIRST_FORMS, FORM_PHRASES, formOf, LAST_FORMS } from './legal-forms';
import { memo } from './memo';
import { fold, isNothing, withoutUmlauts, words } from './text';
import { SPELLED, TELLING } from './trades';

export interface OrganisationName {
  /** Distinguishing words in alphabetical order. */
  readonly tokens: readonly string[];
  /** The same in the order of the name, without spaces. */
  readonly joined: string;
  /** Canonical legal form, '' where none is written. */
  readonly form: string;
  /** The numbers among the words: what tells the second fund from the third. */
  readonly numbers: string;
  /** The number of a store in its chain, `12` of `Stern #12`; '' where none is written. */
  readonly store: string;
  /** First letters of the words in their order, by which some are known. */
  readonly initials: string;
}

const IGNORED = new Set('the and of for und der die das des de la le les et y e dba'.split(' '));
const ROMAN: ReadonlyMap<string, string> = new Map(
  Object.entries({ ii: '2', iii: '3', iv: '4', vi: '6', vii: '7', viii: '8', ix: '9' }),
);
/** Single letters that are numbers only at the end. */
const LAST_ROMAN: ReadonlyMap<string, string> = new Map(Object.entries({ i: '1', v: '5', x: '10' }));

/** Between two names of one organisation. */
const ALSO =
  /\s*[,;(]?\s*\b(?:d[./]?b[./]?a|doing business as|t\/a|trading as|formerly(?: known as)?|previously|f[./]?k[./]?a|a[./]?k[./]?a|also known as)\b[.:]?\s*/i;
/** Whom a letter is for, and what stands behind. */
const ATTENTION = /\s*[-,;(]?\s*\b(?:attn|attention|c\/o|accounts (?:payable|receivable))\b.*$/i;

const STORE = /\s*[-,(]?\s*(?:#|\bstore (?:no\.?|number)?)\s*(\d+)\b\)?/i;

/** Letters that stand alone belong together: `a b c company` is `abc company`. */
const acronyms = (folded: string): string =>
  folded.replace(/\b([a-z])((?: [a-z]\b)+)/g, (all) => all.replaceAll(' ', ''));

/** Takes forms of several words out of the text. */
function withoutPhrases(folded: string, forms: string[]): string {
  let text = ` ${folded} `;
  for (const [written, form] of FORM_PHRASES) {
    if (!text.includes(` ${written} `)) continue;
    forms.push(form);
    text = text.replace(` ${written} `, ' ');
  }
  return text.trim();
}

/** The words without forms, those at the end in any order; at least one word stays. */
function withoutForms(all: readonly string[], forms: string[]): readonly string[] {
  const kept = all.filter((word) => {
    const form = CLEAR_FORMS.get(word);
    if (form !== undefined) forms.push(form);
    return form === undefined;
  });
  let end = kept.length;
  for (; end > 1; end--) {
    const form = LAST_FORMS.get(kept[end - 1] ?? '');
    if (form === undefined) break;
    forms.push(form);
  }
  const first = end > 1 ? FIRST_FORMS.get(kept[0] ?? '') : undefined;
  if (first !== undefined) forms.push(first);
  return kept.slice(first === undefined ? 0 : 1, end);
}

const spelled = (word: string, at: number, all: readonly string[]): string =>
  (at > 0 && (ROMAN.get(word) ?? (at === all.length - 1 ? LAST_ROMAN.get(word) : undefined))) ||
  (SPELLED.get(word) ?? word);

/** Both spellings of an umlaut are one; at the end of a word there is none: `blue`. */
const withoutMarks = (word: string): string => withoutUmlauts(word.slice(0, -1)) + word.slice(-1);

/** `Stern AB (Sverige)` ends with its form, and so does `Stern AB`. */
const bracketed = (text: string): string => {
  const inside: string[] = [];
  const outside = text.replaceAll(/\(([^()]*)\)/g, (_all, one: string) => {
    inside.push(one);
    return ' ';
  });
  return isNothing(outside) ? text : `${outside} | ${inside.join(' ')}`;
};

interface Worded {
  /** Distinguishing words as they are written, in the order of the name. */
  readonly plain: readonly string[];
  readonly form: string;
  readonly store: string;
}

function worded(written: string): Worded {
  const forms: string[] = [];
  const store = STORE.exec(written);
  const text = store ? written.replace(store[0], ' ') : written;
  const parts = bracketed(text.replace(/(\p{L})['’]s\b/gu, '$1').replace(ATTENTION, ''))
    .split('|')
    .map((part) => acronyms(withoutPhrases(fold(part), forms)));
  const kept = parts.flatMap((part) =>
    withoutForms(
      words(part.replaceAll(/\s+/g, ' ')).filter((word) => !IGNORED.has(word)),
      forms,
    ),
  );
  return { plain: kept.length > 0 ? kept : words(fold(text)), form: formOf(forms), store: store?.[1] ?? '' };
}

function read(written: string): OrganisationName | undefined {
  const { plain, form, store } = worded(written);
  const all = plain.map(spelled);
  if (all.length === 0) return undefined;
  const tokens = all.map(withoutMarks).sort();
  return {
    tokens,
    joined: withoutUmlauts(all.join('')),
    form,
    numbers: tokens.filter((token) => /\d/.test(token)).join(' '),
    store,
    initials: all.map((word) => word.charAt(0)).join(''),
  };
}

function namesIn(raw: string): readonly string[] {
  // The patterns above take time with the cube of the blanks that stand in a row.
  const name = raw.replaceAll(/\s+/g, ' ').trim();
  if (isNothing(name)) return [];
  const parts = name.split(ALSO).filter((part) => !isNothing(part));
  return parts.length > 1 ? parts : [name];
}

/** Nothing where the name says nothing; several for `Stern GmbH, formerly Huber KG`. */
export const organisationName = memo(50_000, (name: string): readonly OrganisationName[] =>
  namesIn(name).flatMap((part) => read(part) ?? []),
);

/** Forms that are family names too, or begin like them. */
const NAMESAKES = new Set(['as', 'se', 'sl', 'ek', 'eg', 'hb', 'pt', 'sci', 'kk']);

/**
 * Whether a name has a legal form or a word as only organisations have; for records that do not say what they are. Words
 * are asked as they are written: Dev is short for development, and a given name.
 */
export function looksLikeOrganisation(name: string): boolean {
  const [first] = namesIn(name);
  if (first === undefined) return false;
  const { plain, form } = worded(first);
  return (form !== '' && !NAMESAKES.has(form)) || plain.some((word) => TELLING.has(word));
}
