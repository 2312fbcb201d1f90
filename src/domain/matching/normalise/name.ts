/**
 * A person's name in comparable parts, whatever way it was written: in columns, in full, surname first with a comma, in
 * Chinese or Cyrillic, with titles, particles and generations.
 */
import type { DescribedName } from '../described';
import { isFamilyFirst, romanised } from './chinese';
import { listed, memo } from './memo';
import { formalOf } from './nicknames';
import { sound } from './sound';
import { fold, isHan, isNothing, withoutUmlauts, words } from './text';

/** Words in plain ASCII; '' where a part is missing. `given` may be a single letter, an initial. */
export interface PersonName {
  readonly given: string;
  /** Further given names, or what stands between given and family name. */
  readonly middle: string;
  /** The family name in one word, particles left out of what sounds: `marquez` of García Márquez is in `families`. */
  readonly family: string;
  readonly families: readonly string[];
  readonly suffix: string;
  readonly givenSound: string;
  readonly familySound: string;
  /** By what it is found: how it sounds, of a nickname the formal name, of Leo and Li the name itself. */
  readonly givenToken: string;
  readonly familyToken: string;
}

const TITLES = new Set(
  'mr mrs ms miss mx dr prof professor sir dame lady lord rev reverend fr father sister hon herr frau fraulein monsieur madame mme mlle senor senora sr sra don dona signor signora ing dipl mag dkfm haji hadji sheikh shaikh sheik president prasident general colonel captain capt maj major lt sgt judge phd md mba msc bsc ba ma esq dds'.split(
    ' ',
  ),
);
const SUFFIXES: ReadonlyMap<string, string> = new Map([
  ['jr', 'jr'],
  ['jnr', 'jr'],
  ['junior', 'jr'],
  ['sr', 'sr'],
  ['snr', 'sr'],
  ['senior', 'sr'],
  ['ii', '2'],
  ['iii', '3'],
  ['iv', '4'],
]);
const PARTICLES = new Set(
  'von van der den de del della di da do dos das du la le les ter ten zu zur zum al el bin ben ibn bint abu af av st san santa mac mc o y e'.split(
    ' ',
  ),
);

const latin = (text: string): string => (isHan(text) ? romanised(text) : text);
const cleaned = memo(50_000, (text: string): string => (isNothing(text) ? '' : withoutUmlauts(fold(latin(text)))));
const clean = (text: string): string => (text === '' ? '' : cleaned(text));

interface Parts {
  given: string[];
  family: string[];
  suffix: string;
}

/** Takes titles and generations out; a title is kept where nothing else would be left. */
function stripped(all: readonly string[], parts: Parts, mayBeTitle = true): string[] {
  const kept = all.filter((word, i) => {
    const suffix = SUFFIXES.get(word);
    if (suffix !== undefined && i > 0) {
      parts.suffix = suffix;
      return false;
    }
    return !(mayBeTitle && TITLES.has(word) && all.length > 1);
  });
  return kept.length > 0 ? kept : [...all];
}

function fromFull(full: string): Parts {
  const parts: Parts = { given: [], family: [], suffix: '' };
  const text = latin(full);
  const [before = '', ...behind] = text.split(',');
  const rest = words(withoutUmlauts(fold(behind.join(' '))));
  const lastFirst = rest.some((word) => !SUFFIXES.has(word) && !TITLES.has(word));
  if (lastFirst) {
    parts.family = stripped(words(withoutUmlauts(fold(before))), parts, false);
    parts.given = stripped(['', ...rest], parts).filter((word) => word !== '');
    return parts;
  }
  const all = stripped([...words(withoutUmlauts(fold(before))), ...rest], parts);
  if (isFamilyFirst(all)) return { ...parts, family: all.slice(0, 1), given: all.slice(1) };
  let from = Math.max(0, all.length - 1);
  while (from > 1 && PARTICLES.has(all[from - 1] ?? '')) from--;
  parts.given = all.slice(0, from);
  parts.family = all.slice(from);
  return parts;
}

/** What one or two columns say, without titles; the words of a family name with their suffix taken out. */
function column(said: string, more: string, parts: Parts, mayBeTitle: boolean): string[] {
  const all = ['', ...words(clean(said)), ...words(clean(more))];
  return stripped(all, parts, mayBeTitle).filter((word) => word !== '');
}

type Given = Pick<PersonName, 'given' | 'middle' | 'givenSound' | 'givenToken'>;
type Family = Pick<PersonName, 'family' | 'families' | 'familySound' | 'familyToken'>;

function givenOf([first = '', ...others]: readonly string[]): Given {
  const joined = first.length === 2 && others.length === 0 && !/[aeiouy]/.test(first);
  const given = joined ? first.slice(0, 1) : first;
  const middle = joined ? first.slice(1) : others.join(' ');
  return { given, middle, givenSound: sound(given), givenToken: tokenOf(formalOf(given)) };
}

function familyOf(all: readonly string[]): Family {
  const bare = all.filter((word) => !PARTICLES.has(word));
  const families = bare.length > 0 ? bare : all;
  const family = families.length === 1 ? (families[0] ?? '') : families.join('');
  // A list that grew has room for many more; a copy has none.
  return { family, families: [...families], familySound: sound(family), familyToken: tokenOf(family) };
}

/** The part stands in a field of its own: objects that are made by spreading share no hidden class, and are dear to read. */
interface Column<Part> {
  readonly part: Part;
  readonly suffix: string;
  /** Whether the first of its columns says something: else the name in full counts. */
  readonly says: boolean;
}

/** Two columns repeat more often than what they say together: each has a memory of its own. */
const givenColumns = memo(20_000, (text: string): Column<Given> => {
  const [given = '', middle = ''] = text.split('\u0001');
  const parts: Parts = { given: [], family: [], suffix: '' };
  const part = givenOf(column(given, middle, parts, true));
  return { part, suffix: parts.suffix, says: clean(given) !== '' };
});
const familyColumns = memo(50_000, (text: string): Column<Family> => {
  const [family = '', second = ''] = text.split('\u0001');
  const parts: Parts = { given: [], family: [], suffix: '' };
  const part = familyOf(column(family, second, parts, false));
  return { part, suffix: parts.suffix, says: clean(family) !== '' };
});

type Named = PersonName | undefined;

const named = (
  { given, middle, givenSound, givenToken }: Given,
  { family, families, familySound, familyToken }: Family,
  suffix: string,
): Named =>
  given === '' && family === ''
    ? undefined
    : { given, middle, family, families, suffix, givenSound, familySound, givenToken, familyToken };

/** How a part of a name sounds; where next to nothing is left of it, the part itself. '' for an initial. */
export function tokenOf(name: string): string {
  const heard = sound(name);
  return heard.length > 1 ? heard : name.length > 1 ? name : '';
}

const inFull = memo(50_000, (full: string): readonly PersonName[] => {
  if (isNothing(full)) return listed<PersonName>(undefined);
  const { given, family, suffix } = fromFull(full);
  return listed(named(givenOf(given), familyOf(family), suffix));
});

/** Nothing where the name says nothing. Columns count for more than the name in full. */
export function personName({
  given = '',
  middle = '',
  family = '',
  secondFamily = '',
  suffix = '',
  full = '',
}: DescribedName): readonly PersonName[] {
  const first = givenColumns(middle === '' ? given : `${given}\u0001${middle}`);
  const last = familyColumns(secondFamily === '' ? family : `${family}\u0001${secondFamily}`);
  if (!first.says && !last.says) return inFull(full);
  return listed(named(first.part, last.part, first.suffix || last.suffix || suffixOf(suffix)));
}

const suffixOf = (said: string): string => (said === '' ? '' : (SUFFIXES.get(clean(said)) ?? ''));

/** Names that nobody has: what forms, tills and clerks write where no name was asked. */
const PLACEHOLDERS = new Set(
  withoutUmlauts(
    'guest gast invite customer kunde kundin client cliente user benutzer nutzer anonymous anonym unknown unbekannt visitor besucher test tester dummy firstname lastname vorname nachname name surname none null',
  ).split(' '),
);

const isPlaceholder = ({ given, family }: PersonName): boolean =>
  (given === '' || PLACEHOLDERS.has(given)) && (family === '' || PLACEHOLDERS.has(family));

/**
 * The ways in which a name can be read: as it stands, and where the field of the family name holds several words and no given name is said,
 * as a name in full. A placeholder is nobody's name, and the half of a name that is one says nothing.
 */
export function readings(name: DescribedName): readonly PersonName[] {
  const [read] = personName(name);
  if (!read || isPlaceholder(read)) return listed<PersonName>(undefined);
  if (PLACEHOLDERS.has(read.given)) return personName({ ...name, given: '', full: '' });
  const { family = '' } = name;
  if (read.given !== '' || read.families.length < 2) return listed(read);
  return [read, ...inFull(family)];
}
